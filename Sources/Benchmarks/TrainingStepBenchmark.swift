import Layers

extension BenchmarkTask {
  /// One step of training all parameters: forward with batch statistics and dropout, mean cross entropy, the
  /// gradients of all parameters, stochastic gradient descent. Counted as three forward passes: one there, one
  /// back to the values and one back to the parameters.
  static let trainingStep = BenchmarkTask(
    name: "training-step", title: "training-step",
    summary: "forward in training, cross entropy, all gradients and a step of SGD"
  ) { subject in
    var network = subject.trainedNetwork
    var descent = StochasticGradientDescent(learningRate: 0.001, momentum: 0.9, weightDecay: 1e-4)
    var steps: UInt64 = 0
    return PreparedBenchmark(operations: 3 * (try subject.forwardOperations())) {
      steps += 1
      let pass = Pass(workers: subject.workers, mode: .training(seed: steps), wanted: .parameters)
      let recording = try network.recordingForward(subject.images, pass)
      let (_, gradient) = Loss.crossEntropy().evaluate(recording.output, classes: subject.labels)
      let share = 1 / Float(subject.labels.count)
      let gradients = recording.pullback(gradient.map { $0 * share }).parameters
      network.setParameters(recording.updates)
      descent.step(&network, gradients: gradients, on: subject.workers)
    }
  }
}
