import Foundation
import Probes
import Training

extension ReportData {
  /// How the networks were trained, by the logs that `train` left.
  func trainingSection() -> PageSection? {
    guard !trainings.isEmpty else { return nil }
    return PageSection(
      id: "training", title: "Training",
      blocks: [
        .findings([trainingFinding()]), .table(trainingTable()), .figure(lossFigure()),
        .figure(trainingAccuracyFigure()),
      ])
  }

  /// Each network's accuracy, or where there are many only between which it lies; the table has all.
  private func trainingFinding() -> RichText {
    func told(_ training: ReportedTraining) -> RichText {
      let epochs = Format.count(training.entries.count, "epoch")
      let time = Format.duration(training.seconds)
      return training.finalValidation.map {
        "\(training.name) \(strong: Format.percent($0)) after \(epochs) and \(time)"
      } ?? "\(training.name) not measured in \(epochs) and \(time)"
    }
    let measured = trainings.filter { $0.finalValidation != nil }
      .sorted { ($0.finalValidation ?? 0) < ($1.finalValidation ?? 0) }
    guard trainings.count > 6, let least = measured.first, let greatest = measured.last else {
      return "Right on pictures held back from training: \(list: trainings.map(told))."
    }
    return """
      Right on pictures held back from training, the least and the greatest of \(Format.count(measured.count, "network")): \
      \(list: [told(least), told(greatest)]).
      """
  }

  // MARK: - Figures

  private func lossFigure() -> Figure {
    func number(_ value: Double) -> String { Format.precise(value, digits: 3) }
    func axis(_ name: String, _ value: (TrainingLogEntry) -> Double) -> (axis: VerticalAxis, end: Double) {
      let end = ReportData.roundBound(over: trainings.flatMap(\.entries).map(value).max() ?? 0)
      return (ReportData.axis(name, to: end), end)
    }
    let (lossAxis, rateAxis) = (axis("mean loss", \.trainingLoss), axis("learning rate", \.learningRate))
    var losses = panel(
      "Loss", summary: { "\($0.name): \($0.entries.last.map { loss($0.trainingLoss) } ?? Format.none)" },
      vertical: lossAxis.axis, value: \.trainingLoss)
    losses.domain = (0, lossAxis.end)
    var rates = panel(
      "Learning rate",
      summary: { "\($0.name): \($0.entries.last.map { number($0.learningRate) } ?? Format.none)" },
      vertical: rateAxis.axis, value: \.learningRate)
    rates.domain = (0, rateAxis.end)
    var figure = Figure(
      id: "figure-loss", panels: [losses, rates].enumerated().map { $1.draw(id: "figure-loss-\($0)") },
      caption: """
        The mean loss over each epoch’s training pictures, as they were changed for it and while the network learned, \
        and the learning rate of the epoch’s last step. The loss includes label smoothing, so trainings with different \
        smoothing do not share a least loss.\(omission)
        """,
      data: epochTable(
        "Loss and learning rate of each epoch", numbers: ["Loss", "Learning rate", "Pictures/s"]
      ) {
        [loss($0.trainingLoss), number($0.learningRate), Format.fixed($0.imagesPerSecond, digits: 0)]
      })
    figure.legend = trainingLegend()
    return figure
  }

  private func trainingAccuracyFigure() -> Figure {
    let axis = VerticalAxis(name: "top-1, %", label: percentTick)
    let training = panel(
      "On training pictures", summary: { "\($0.name): \(Format.percent($0.entries.last?.trainingTop1))" },
      vertical: axis, value: \.trainingTop1)
    let validation = panel(
      "On validation pictures", summary: { "\($0.name): \(Format.percent($0.finalValidation))" },
      vertical: axis, value: \.validationTop1)
    // Where nothing was held back there is nothing to draw.
    let panels = [training] + (validation.levels.isEmpty ? [] : [validation])
    var figure = Figure(
      id: "figure-training-accuracy",
      panels: panels.enumerated().map { $1.draw(id: "figure-training-accuracy-\($0)") },
      caption: """
        Share of pictures named rightly in each epoch: of the training pictures as they were changed for it, while the \
        network learned, and of the validation pictures after it. Changed pictures are harder, so the first may lie below \
        the second.\(omission)
        """,
      data: epochTable("Top-1 in each epoch", numbers: ["Training", "Validation", "Time"]) {
        [
          Format.percent($0.trainingTop1), Format.percent($0.validationTop1), Format.duration($0.seconds),
        ]
      })
    figure.legend = trainingLegend()
    return figure
  }

  /// A line for each training against the epochs for which any has a value.
  private func panel(
    _ title: String, summary: (ReportedTraining) -> String, vertical: VerticalAxis,
    value: (TrainingLogEntry) -> Double?
  ) -> LinePlot {
    let known = trainings.map { training in
      Dictionary(training.entries.map { ($0.epoch, value($0)) }, uniquingKeysWith: { first, _ in first })
        .compactMapValues { $0 }
    }
    let epochs = ReportData.thinned(Set(known.flatMap(\.keys)).sorted(), to: ReportData.drawnEpochs)
    let labelled = Set(ReportData.thinned(epochs, to: 8))
    return LinePlot(
      title: title, summary: trainings.map(summary).joined(separator: "; ") + " after the last epoch.",
      levels: epochs.map { labelled.contains($0) ? String($0) : "" },
      lines: known.enumerated().map { place, values in
        LinePlot.Line(
          style: .network(place),
          points: epochs.map { epoch in values[epoch].map { LinePlot.Point(value: $0) } })
      },
      levelName: "epoch", vertical: vertical)
  }

  private func trainingLegend() -> [LegendItem] {
    trainings.enumerated().map { place, training in
      LegendItem(key: Mark.lineKey(.network(place)), text: training.name)
    }
  }

  // MARK: - Tables

  private func trainingTable() -> Table {
    Table(
      "Each training after its last epoch", text: ["Network"],
      numbers: [
        "Epochs", "Loss", "Top-1, training", "Top-1, validation", "Best validation", "in epoch",
        "Greatest learning rate", "Pictures/s", "Time",
      ],
      rows: trainings.map { training in
        let (last, best) = (training.entries.last, training.bestValidation)
        return [
          training.name, Format.count(training.entries.count),
          last.map { loss($0.trainingLoss) } ?? Format.none,
          Format.percent(last?.trainingTop1), Format.percent(training.finalValidation),
          Format.percent(best?.top1),
          best.map { Format.count($0.epoch) } ?? Format.none,
          training.entries.map(\.learningRate).max().map { Format.precise($0, digits: 3) } ?? Format.none,
          training.imagesPerSecond.map { Format.fixed($0, digits: 0) } ?? Format.none,
          Format.duration(training.seconds),
        ]
      })
  }

  /// A row for each epoch; of very long trainings for every so many.
  private func epochTable(
    _ caption: String, numbers: [String], _ cells: (TrainingLogEntry) -> [String]
  ) -> Table {
    let most = 250
    let isWhole = trainings.allSatisfy { $0.entries.count <= most }
    return Table(
      caption + (isWhole ? "" : "; long trainings shortened, the JSON file has every epoch"),
      text: ["Network"],
      numbers: ["Epoch"] + numbers,
      rows: trainings.flatMap { training in
        ReportData.thinned(training.entries, to: most).map {
          [training.name, Format.count($0.epoch)] + cells($0)
        }
      })
  }

  private func loss(_ value: Double) -> String {
    value < 1000 ? Format.fixed(value, digits: 3) : Format.precise(value, digits: 4)
  }

  // MARK: - Choices

  /// Epochs that a line has at most: more markers would hide each other.
  private static let drawnEpochs = 24

  /// For captions.
  private var omission: String {
    trainings.contains { $0.entries.count > ReportData.drawnEpochs } ? " Not every epoch is drawn." : ""
  }

  /// At most so many of the items, evenly spaced, the last among them.
  static func thinned<Item>(_ items: [Item], to most: Int) -> [Item] {
    let step = max(1, (items.count + most - 1) / most)
    return items.enumerated().filter { (items.count - 1 - $0.offset) % step == 0 }.map(\.element)
  }

  /// A number that reads well, no less than `value`, which is not negative.
  static func roundBound(over value: Double) -> Double {
    guard value.isFinite, value > 1e-9 else { return 1 }
    let magnitude = pow(10, log10(value).rounded(.down))
    return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8].map { $0 * magnitude }.first { $0 >= value } ?? 10 * magnitude
  }

  /// An axis from 0 to a round number. Beside it is room for three characters: of very small and very large numbers
  /// the power of ten stands in its name.
  static func axis(_ name: String, to end: Double) -> VerticalAxis {
    let magnitude = Int(log10(end).rounded(.down))
    if (0...2).contains(magnitude) {
      return VerticalAxis(name: name) { Format.precise($0, digits: 3) }
    }
    let exponent = magnitude < 0 ? magnitude - 1 : magnitude
    let unit = pow(10, Double(exponent))
    return VerticalAxis(name: "\(name), × \(Format.powerOfTen(exponent))") {
      Format.precise($0 / unit, digits: 3)
    }
  }
}
