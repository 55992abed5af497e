import Foundation
import Synchronization
import Tensors

/// A training's batches one after the other, made ready on another thread while the network is busy with those
/// before.
///
/// Which pictures a batch has follows from the seed and the epoch, and what is done to a picture from the seed, the
/// epoch and the picture's place in the corpus; so threads change no bit. A caller who comes before a batch is ready
/// helps to finish it with all of its workers.
final class TrainingBatches: @unchecked Sendable {
  /// One step's pictures and their classes.
  struct Batch {
    /// `[batch, 3, side, side]` in 0…1.
    let images: Tensor
    let labels: [Int]
  }

  private let pictures: TrainingPictures
  private let settings: NetworkTraining.Settings
  private let workers: Workers
  private let stepsPerEpoch, steps: Int

  // Guarded by `changed`.
  private let changed = NSCondition()
  private var jobs: [BatchJob] = []
  private var planned: Int
  private var order: (epoch: Int, positions: [Int])?
  private var isStopped = false

  /// - Parameter first: the step whose batch is asked for first, counted over all epochs.
  init(
    of pictures: TrainingPictures, settings: NetworkTraining.Settings, from first: Int, workers: Workers
  ) {
    self.pictures = pictures
    self.settings = settings
    self.workers = workers
    stepsPerEpoch = pictures.count / settings.batch
    steps = stepsPerEpoch * settings.epochs
    planned = first
    if settings.batchesAhead > 0, workers.count > 1 {
      Thread.detachNewThread { self.prepareAhead() }
    }
  }

  /// Ends the other thread after the picture it is at.
  func stop() {
    changed.withLock {
      isStopped = true
      changed.broadcast()
    }
  }

  /// The next step's batch.
  ///
  /// - Throws: the error of the first picture, in order, that cannot be read.
  func next() throws -> Batch {
    let job = changed.withLock {
      if jobs.isEmpty { plan() }
      return jobs[0]
    }
    workers.forEach(job.positions.count) { _ in _ = prepareOne(of: job) }
    return try changed.withLock {
      while job.done < job.positions.count { changed.wait() }
      jobs.removeFirst()
      changed.broadcast()
      let images = try job.results.withLock { $0 }.compactMap { try $0?.get() }
      return Batch(images: Tensor(stacking: images), labels: job.positions.map { pictures.labels[$0] })
    }
  }

  /// What the other thread does.
  private func prepareAhead() {
    while true {
      let job: BatchJob? = changed.withLock {
        while !isStopped {
          if let open = jobs.first(where: \.hasUnclaimed) { return open }
          if jobs.count <= settings.batchesAhead, planned < steps {
            plan()
          } else {
            changed.wait()
          }
        }
        return nil
      }
      guard let job else { return }
      _ = prepareOne(of: job)
    }
  }

  /// Appends the next step's job; the lock is held.
  private func plan() {
    let (epoch, step) = planned.quotientAndRemainder(dividingBy: stepsPerEpoch)
    if order?.epoch != epoch {
      var generator = Streams.batches.generator(seed: settings.seed, item: epoch)
      order = (epoch, Array(0..<pictures.count).shuffled(using: &generator))
    }
    let positions = (order?.positions ?? [])[step * settings.batch..<(step + 1) * settings.batch]
    jobs.append(BatchJob(epoch: epoch, positions: Array(positions)))
    planned += 1
  }

  /// Makes one picture of a batch ready; false when none is left.
  private func prepareOne(of job: BatchJob) -> Bool {
    guard let place = job.claim() else { return false }
    let result = Result { try picture(job.positions[place], epoch: job.epoch) }
    job.results.withLock { $0[place] = result }
    changed.withLock {
      job.done += 1
      if job.done == job.positions.count { changed.broadcast() }
    }
    return true
  }

  /// `[3, side, side]`, changed at random.
  private func picture(_ position: Int, epoch: Int) throws -> Tensor {
    var root = Streams.placements.generator(seed: settings.seed, item: epoch)
    var generator = SeededGenerator(seed: root.next(), stream: UInt64(pictures.index(position)))
    let (picture, side) = (try pictures.picture(position), settings.augmentation.side)
    return try Tensor(uninitialized: [3, side, side]) {
      try settings.augmentation.write(picture, to: $0, using: &generator)
    }
  }
}

/// A batch that is being made ready, by whichever thread has time.
private final class BatchJob: @unchecked Sendable {
  let epoch: Int
  /// Of the pictures in the training's order.
  let positions: [Int]
  let results: Mutex<[Result<Tensor, any Error>?]>
  /// Pictures that are ready; guarded by the owner's lock.
  var done = 0
  private let claimed = Atomic<Int>(0)

  init(epoch: Int, positions: [Int]) {
    self.epoch = epoch
    self.positions = positions
    results = Mutex([Result<Tensor, any Error>?](repeating: nil, count: positions.count))
  }

  var hasUnclaimed: Bool { claimed.load(ordering: .relaxed) < positions.count }

  /// A picture that nobody else makes ready; nil when none is left.
  func claim() -> Int? {
    let place = claimed.wrappingAdd(1, ordering: .relaxed).oldValue
    return place < positions.count ? place : nil
  }
}
