import Layers
import Tensors

/// The parts of logit maps that changed rectangles touch.
///
/// Nothing is padded, so cells `i ..< j` depend exactly on the crop of the pixels their fields cover, and the
/// network run on that crop gives these cells. All windows of a batch have the size of the largest; one that
/// would pass the map's border is moved inside, which computes a few cells anew that have not changed.
struct LocalWindows: Sendable {
  /// Cells of a whole map along each axis.
  let mapRows, mapColumns: Int
  /// Cells of a window along each axis.
  let rows, columns: Int
  /// For each picture the first row and column of its window.
  let places: [(row: Int, column: Int)]
  /// For each picture the pixels its window depends on.
  let crops: [PixelRectangle]

  /// - Returns: nil when no rectangle touches a cell.
  init?(_ rectangles: [PixelRectangle], field: ReceptiveField, height: Int, width: Int) {
    let (mapRows, mapColumns) = (field.cellCount(on: height), field.cellCount(on: width))
    let touched = rectangles.map { rectangle in
      (
        rows: field.cells(touching: rectangle.rows, count: mapRows),
        columns: field.cells(touching: rectangle.columns, count: mapColumns)
      )
    }
    let real = touched.filter { !$0.rows.isEmpty && !$0.columns.isEmpty }
    guard let rows = real.map(\.rows.count).max(), let columns = real.map(\.columns.count).max() else {
      return nil
    }
    places = touched.map {
      (min($0.rows.lowerBound, mapRows - rows), min($0.columns.lowerBound, mapColumns - columns))
    }
    crops = places.map {
      PixelRectangle(
        rows: field.pixels(of: $0.row..<$0.row + rows),
        columns: field.pixels(of: $0.column..<$0.column + columns))
    }
    (self.mapRows, self.mapColumns) = (mapRows, mapColumns)
    (self.rows, self.columns) = (rows, columns)
  }

  /// The means over the clean maps with the windows' cells in their places, `[batch, classes]`.
  ///
  /// Summed row by row over the whole map in double precision: the same cells give the same bytes, whichever
  /// of them were computed anew.
  ///
  /// - Parameter cells: `[batch, classes, rows, columns]`
  func logits(with cells: Tensor, on clean: [CleanImage], workers: Workers) -> Tensor {
    let classes = cells.shape[1]
    return Tensor(uninitialized: [clean.count, classes]) { logits in
      cells.withUnsafeBuffer { cells in
        guard let cells = cells.baseAddress, let logits = logits.baseAddress else { return }
        let (from, to) = (cells, logits)
        workers.forEach(clean.count) { image in
          clean[image].requireMap(of: classes, mapRows, mapColumns).withUnsafeBuffer { map in
            guard let map = map.baseAddress else { return }
            for index in 0..<classes {
              let window = from + (image * classes + index) * rows * columns
              to[image * classes + index] = mean(
                map + index * mapRows * mapColumns, window: window, at: places[image])
            }
          }
        }
      }
    }
  }

  private func mean(
    _ map: UnsafePointer<Float>, window: UnsafePointer<Float>, at place: (row: Int, column: Int)
  ) -> Float {
    var total = 0.0
    let end = place.column + columns
    for row in 0..<mapRows {
      let line = map + row * mapColumns
      guard row >= place.row, row < place.row + rows else {
        for column in 0..<mapColumns { total += Double(line[column]) }
        continue
      }
      let fresh = window + (row - place.row) * columns
      for column in 0..<place.column { total += Double(line[column]) }
      for column in 0..<columns { total += Double(fresh[column]) }
      for column in end..<mapColumns { total += Double(line[column]) }
    }
    return Float(total / Double(mapRows * mapColumns))
  }

  /// The gradient on the windows' cells of a gradient on the logits: every cell has an equal share.
  func cellGradient(_ gradient: Tensor) -> Tensor {
    let cells = rows * columns
    let share = 1 / Float(mapRows * mapColumns)
    return Tensor(uninitialized: [gradient.shape[0], gradient.shape[1], rows, columns]) { target in
      gradient.withUnsafeBuffer { gradient in
        for index in target.indices { target[index] = gradient[index / cells] * share }
      }
    }
  }
}

extension CleanImage {
  /// The mean of each class' cells, summed as `LocalWindows` does.
  func meanLogits(classes: Int) -> [Float] {
    guard let map, map.shape[0] == classes else {
      preconditionFailure("a clean image of another network")
    }
    let cells = map.shape[1] * map.shape[2]
    return map.withUnsafeBuffer { map in
      (0..<classes).map { index in
        var total = 0.0
        for cell in index * cells..<(index + 1) * cells { total += Double(map[cell]) }
        return Float(total / Double(cells))
      }
    }
  }

  fileprivate func requireMap(of classes: Int, _ rows: Int, _ columns: Int) -> Tensor {
    guard let map, map.shape == [classes, rows, columns] else {
      preconditionFailure("a clean image of another network or another size")
    }
    return map
  }
}

// MARK: - Networks whose cells see few pixels

extension LocalClassifier {
  public func cleanImages(of images: Tensor, on workers: Workers) throws -> [CleanImage] {
    try requireImages(images)
    let maps = try logitMap(of: images, on: workers)
    let shape = Shape(Array(maps.shape.dimensions.dropFirst()))
    return (0..<images.shape[0]).map { CleanImage(map: maps.slice($0..<$0 + 1).reshaped(to: shape)) }
  }

  public func logits(of changed: ChangedImages, on workers: Workers) throws -> Tensor {
    try requireImages(changed.images)
    let groups = windowGroups(of: changed)
    guard !groups.isEmpty else { return cleanLogits(changed) }
    let parts = try groups.map { group in
      let crops = changed.images.cropped(to: group.windows.crops, of: group.pictures)
      return group.logits(with: try logitMap(of: crops, on: workers), of: changed, workers)
    }
    return Tensor(joining: parts, at: groups.map(\.pictures))
  }

  public func differentiableLogits(
    of changed: ChangedImages, on workers: Workers
  ) throws -> DifferentiableChange {
    try requireImages(changed.images)
    let groups = windowGroups(of: changed)
    guard let crops = windows(of: changed)?.crops, !groups.isEmpty else {
      let pixel = PixelRectangle(top: 0, left: 0, height: 1, width: 1)
      return DifferentiableChange(
        logits: cleanLogits(changed), crops: changed.clean.map { _ in pixel }
      ) { Tensor(zeros: [$0.shape[0], 3, 1, 1]) }
    }
    let passes = try groups.map { group in
      try differentiableLogitMap(
        of: changed.images.cropped(to: group.windows.crops, of: group.pictures), on: workers)
    }
    let parts = zip(groups, passes).map { $0.logits(with: $1.logits, of: changed, workers) }
    // Cells outside the window see the crop's rim too, so only the changed pixels' gradient is whole.
    let kept = zip(changed.rectangles, crops).map { $0.clamped(to: $1).relative(to: $1) }
    return DifferentiableChange(
      logits: Tensor(joining: parts, at: groups.map(\.pictures)), crops: crops
    ) { gradient in
      var pixels = Tensor(zeros: [crops.count, 3, crops[0].height, crops[0].width])
      for (group, pass) in zip(groups, passes) {
        let part = pass.imageGradient(group.windows.cellGradient(gradient.picking(group.pictures)))
        let places = zip(group.pictures, group.windows.crops).map { $1.relative(to: crops[$0]) }
        pixels.paste(part, of: group.pictures, at: places)
      }
      pixels.clear(outside: kept)
      return pixels
    }
  }

  private func windowGroups(of changed: ChangedImages) -> [WindowGroup] {
    WindowGroup.groups(
      changed.rectangles, field: receptiveField, height: changed.images.shape[2],
      width: changed.images.shape[3])
  }

  private func windows(of changed: ChangedImages) -> LocalWindows? {
    LocalWindows(
      changed.rectangles, field: receptiveField, height: changed.images.shape[2],
      width: changed.images.shape[3])
  }

  private func cleanLogits(_ changed: ChangedImages) -> Tensor {
    let classes = card.classes.count
    return Tensor(
      changed.clean.flatMap { $0.meanLogits(classes: classes) }, shape: [changed.clean.count, classes])
  }
}

extension WindowGroup {
  /// The means over the clean maps with the windows' cells in their places, for the group's pictures.
  fileprivate func logits(with cells: Tensor, of changed: ChangedImages, _ workers: Workers) -> Tensor {
    windows.logits(with: cells, on: pictures.map { changed.clean[$0] }, workers: workers)
  }
}

extension Tensor {
  /// The rows of `[rows, …]` at `places`, in that order.
  fileprivate func picking(_ places: [Int]) -> Tensor {
    Tensor(
      places.flatMap { slice($0..<$0 + 1).elements },
      shape: Shape([places.count] + shape.dimensions.dropFirst()))
  }

  /// The rows of several `[rows, columns]` in one: row `i` of a part becomes row `places[i]`.
  fileprivate init(joining parts: [Tensor], at places: [[Int]]) {
    let (rows, columns) = (places.reduce(0) { $0 + $1.count }, parts[0].shape[1])
    self.init(uninitialized: [rows, columns]) { joined in
      for (part, places) in zip(parts, places) {
        part.withUnsafeBuffer { part in
          for (row, place) in places.enumerated() {
            for column in 0..<columns { joined[place * columns + column] = part[row * columns + column] }
          }
        }
      }
    }
  }
}
