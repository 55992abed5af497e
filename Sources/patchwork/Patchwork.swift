import ArgumentParser
import Files
import Foundation

/// The root of the command line.
@main
struct Patchwork: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "patchwork",
    abstract: "Adversarial stickers, texture bias and robustness reports for BagNets and other networks.",
    discussion: """
      A MODEL is a name from 'patchwork models', a model card (.json) beside its weights, or a self-describing \
      .safetensors file. A CORPUS is a folder of class folders, or a name from 'patchwork corpora'.

      Exit codes: 0 done, 1 the run failed, 2 a gate given by --fail-if is true, 64 wrong usage, 65 bad input data, 66 a file is missing.

      Examples:
        patchwork demo
        patchwork run brown-2017
        patchwork evaluate --model bagnet9/imagenette --corpus imagenette/val
      """,
    version: version,
    subcommands: [
      DemoCommand.self, ModelsCommand.self, CorporaCommand.self, WeightsCommand.self, ClassifyCommand.self,
      EvaluateCommand.self, HeatmapCommand.self, EvidenceCommand.self, AttributionCommand.self,
      StickerCommand.self,
      TextureBiasCommand.self, PerturbCommand.self, RunCommand.self, DistortionsCommand.self,
      CorruptionsCommand.self, SignaturesCommand.self, StudyCommand.self, ReportCommand.self,
      BenchCommand.self, TrainCommand.self, WordsCommand.self,
    ])

  /// Parses, runs, and turns every error into one line on stderr and the exit code of its fault.
  static func main() {
    // A file that grows past a limit gives an error to report, not a signal.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      finish(with: error)
    }
  }

  private static func finish(with error: any Error) -> Never {
    if let error = error as? any ReportableError {
      Output.complain("error: \(printable(error.description))")
      Foundation.exit(error.fault.rawValue)
    }
    let code = exitCode(for: error)
    if code == .success {
      do {
        try Output.line(fullMessage(for: error))
      } catch {
        finish(with: error)
      }
      Foundation.exit(0)
    }
    let text =
      code == .validationFailure
      ? UsageComplaint(message: message(for: error), fullMessage: fullMessage(for: error)).line
      : message(for: error)
    Output.complain("error: \(text.split(separator: "\n").joined(separator: " "))")
    Foundation.exit(code.rawValue)
  }
}
