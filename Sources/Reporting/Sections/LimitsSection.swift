import Probes

extension ReportData {
  /// What the numbers do not say, and what the words mean; only for what the page shows.
  func limitsSection() -> PageSection? {
    var limits: [RichText] = []
    if !runs.isEmpty {
      limits.append(
        """
        Intervals describe chance in the choice of pictures only: not other corpora, other training runs or other \
        preprocessing.
        """)
    }
    if !trainings.isEmpty {
      limits.append(
        """
        A training log tells of one training. With another seed the same recipe ends elsewhere, and seconds depend on \
        the machine and on what else it did.
        """)
    }
    if !stickers.isEmpty || !sweeps.isEmpty || !places.isEmpty {
      limits.append(
        """
        The sticker was placed in pixels. Printed and photographed, it meets light, lens and angle; nothing here \
        measures that.
        """)
      limits.append(
        "Success was measured at the places and sizes that the run’s options name; others can be easier or harder."
      )
    }
    if !perturbations.isEmpty {
      limits.append(
        """
        Robust accuracy is what the attacks asked left standing: a stronger attack may leave less, never more. It is an \
        upper bound and no proof.
        """)
    }
    if !textureBias.isEmpty {
      limits.append(
        """
        Cue-conflict pictures are made by style transfer. A high shape bias on them does not promise robustness in \
        general.
        """)
    }
    if !interactions.isEmpty || !sensitivity.isEmpty {
      limits.append(
        """
        Masks are of one colour, which a network may take for something itself; what masking does is not only what the \
        covered pixels did.
        """)
    }
    if !distortions.isEmpty {
      limits.append(
        """
        Distortions were computed from the picture as the network sees it and not rounded to 8 bits, as pictures kept \
        in files are; the published ones had 224 × 224 pixels, so the same blur takes more from a smaller input.
        """)
    }
    if !corruptions.isEmpty {
      limits.append(
        """
        Corruptions have the published parameters for pictures of 224 pixels; at other sizes lengths are scaled, and the \
        frost is drawn where the published one is photographed. A mean corruption error compares networks of this page, \
        on this corpus, with the baseline named, and not with published tables.
        """)
    }
    if !attributions.isEmpty {
      limits.append(
        """
        A masked picture is none that the network was trained on: deletion and insertion measure a map together with what \
        the network makes of the mask.
        """)
    }
    if !evidence.isEmpty {
      limits.append(
        """
        An evidence map says which squares moved this network’s logit for one class, not why, and not what another \
        network would use.
        """)
    }
    return PageSection(
      id: "limits", title: "Limits and words",
      blocks: [.findings(limits), .facts(glossary())])
  }

  private func glossary() -> [Fact] {
    var words: [Fact] = []
    if !runs.isEmpty {
      words += [
        Fact(
          name: "95\u{202F}% Wilson interval",
          value: """
            the range of true proportions that a count of this size is compatible with; about 95 of 100 such ranges hold \
            the truth.
            """),
        Fact(
          name: "Logit",
          value: "a network’s raw score for a class; the class with the greatest one is its answer."),
      ]
    }
    if !trainings.isEmpty {
      words += [
        Fact(name: "Epoch", value: "one pass over all training pictures."),
        Fact(
          name: "Loss",
          value: "what training makes small: how surprised the network is by the true class, on average."),
        Fact(
          name: "Learning rate", value: "how far one step of training goes; the log has the epoch’s last."),
      ]
    }
    if !accuracy.isEmpty {
      words.append(
        Fact(name: "Top-1, top-5", value: "the true class is the first answer, or one of the first five."))
    }
    if !corruptions.isEmpty {
      words.append(
        Fact(
          name: "Mean corruption error (mCE)",
          value: """
            for each type of corruption the errors at all severities added up, divided by the baseline’s; the mean of that \
            over the types. Below 100\u{202F}% is better than the baseline. The relative one takes each network’s clean error \
            off its errors first.
            """))
    }
    if !perturbations.isEmpty {
      words += [
        Fact(
          name: "Robust accuracy",
          value: "the share of pictures still named rightly when an attack may change each by at most ε."),
        Fact(
          name: "ε, L∞, L2",
          value: """
            how far a picture may be changed, its pixels counting 0…1: in L∞ no pixel by more than ε; in L2 the root of the \
            sum of all squares at most ε.
            """),
      ]
    }
    if !stickers.isEmpty || !sweeps.isEmpty || !places.isEmpty {
      words.append(
        Fact(
          name: "Universal sticker",
          value: """
            one small picture that is meant to change a network’s answer wherever it is stuck, on pictures it was not \
            made for.
            """))
      words.append(
        Fact(
          name: "Control",
          value: """
            a sticker of the same size in the same place that was not optimised: it shows what covering alone does.
            """))
    }
    if !evidence.isEmpty || models.contains(where: { $0.value.receptiveField != nil }) {
      words.append(
        Fact(
          name: "Receptive field", value: "the square of pixels that one cell of a network’s map depends on.")
      )
      words.append(
        Fact(
          name: "BagNet",
          value: """
            a network that adds up what small squares of a picture say, without regard to where they lie (Brendel and \
            Bethge 2019).
            """))
    }
    if !textureBias.isEmpty {
      words.append(
        Fact(name: "Shape bias", value: "s / (s + t): shape answers among those that chose shape or texture.")
      )
      words.append(Fact(name: "Coverage", value: "(s + t) / n: answers that chose either, among all."))
    }
    if textureBias.count > 1 || !errorAgreements.isEmpty {
      words.append(
        Fact(
          name: "Error consistency, κ",
          value: """
            (o − e) / (1 − e): agreement o in being right or wrong, beyond the agreement e that the accuracies alone bring.
            """))
    }
    if !distortions.isEmpty {
      words.append(
        Fact(
          name: "Chance level",
          value: "the accuracy of guessing: one over the number of the network’s classes."))
    }
    return words
  }
}
