import Layers
import Tensors

/// Some of a batch's changed pictures, whose windows are computed together and so have one size.
struct WindowGroup: Sendable {
  /// Places in the batch.
  let pictures: [Int]
  /// Theirs, in the same order.
  let windows: LocalWindows

  /// The rectangles' pictures in groups of windows about as large as each other: a window is computed as large as
  /// the largest of its group, and every group is a pass of its own.
  ///
  /// Which pictures go together does not change a cell's bits.
  ///
  /// - Returns: none when no rectangle touches a cell.
  static func groups(
    _ rectangles: [PixelRectangle], field: ReceptiveField, height: Int, width: Int
  ) -> [WindowGroup] {
    let sizes = rectangles.map { rectangle in
      LocalWindows([rectangle], field: field, height: height, width: width)
        .map { Size(rows: $0.rows, columns: $0.columns) }
    }
    let known = Set(sizes.compactMap { $0 }).sorted()
    guard let smallest = known.first else { return [] }
    // Pictures without a touched cell go with the smallest.
    let members = Dictionary(grouping: rectangles.indices) { sizes[$0] ?? smallest }
    return Size.runs(known.map { ($0, members[$0]?.count ?? 0) }).compactMap { run in
      let pictures = run.flatMap { members[$0] ?? [] }.sorted()
      return LocalWindows(pictures.map { rectangles[$0] }, field: field, height: height, width: width)
        .map { WindowGroup(pictures: pictures, windows: $0) }
    }
  }

  /// A window's cells along each axis.
  private struct Size: Hashable, Comparable {
    var rows, columns: Int
    var cells: Int { rows * columns }

    static func < (left: Size, right: Size) -> Bool {
      (left.cells, left.rows) < (right.cells, right.rows)
    }

    /// The smallest that holds both.
    func union(_ other: Size) -> Size {
      Size(rows: max(rows, other.rows), columns: max(columns, other.columns))
    }

    /// Sizes cut into runs such that computing every window as large as its run's largest costs least, where
    /// another pass costs as much as half of the smallest window.
    static func runs(_ sizes: [(size: Size, count: Int)]) -> [[Size]] {
      let passCost = sizes[0].size.cells
      // For each number of sizes the least cost, in half cells, and where its last run begins.
      var best: [(cost: Int, start: Int)] = [(0, 0)]
      for end in 1...sizes.count {
        var (found, hull, count) = ((cost: Int.max, start: 0), sizes[end - 1].size, 0)
        for start in (0..<end).reversed() {
          hull = hull.union(sizes[start].size)
          count += sizes[start].count
          let cost = best[start].cost + passCost + 2 * count * hull.cells
          if cost < found.cost { found = (cost, start) }
        }
        best.append(found)
      }
      var (runs, end): ([[Size]], Int) = ([], sizes.count)
      while end > 0 {
        runs.append(sizes[best[end].start..<end].map(\.size))
        end = best[end].start
      }
      return runs.reversed()
    }
  }
}
