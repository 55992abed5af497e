/// The points where a linear function takes one value, for the shortest way there that stays inside 0…1.
struct Hyperplane {
  /// The function's slope.
  let slope: UnsafeBufferPointer<Float>
  let norm: PerturbationNorm

  /// The shortest change of `point` by which slope · change = `rise`, each value staying in 0…1; where no change
  /// inside reaches that far, the one that comes nearest.
  ///
  /// Every value moves by min(t · share, room): share is 1 in L∞ and |slope| in L2, room the way to the wall. The
  /// rise is then a concave function of t in straight pieces, on which Newton's method from 0 climbs to the t sought
  /// in finitely many steps, never past it.
  func step(from point: UnsafeBufferPointer<Float>, rise: Double) -> [Float] {
    let isUp = rise > 0
    func room(_ index: Int) -> Float { (slope[index] > 0) == isUp ? 1 - point[index] : point[index] }
    func share(_ index: Int) -> Float { norm == .linf ? 1 : abs(slope[index]) }
    var time: Float = 0
    for _ in 0..<100 {
      var (risen, rate) = (0.0, 0.0)
      for index in point.indices {
        let (reach, room, weight) = (time * share(index), room(index), abs(slope[index]))
        risen += Double(min(reach, room) * weight)
        if reach < room { rate += Double(share(index) * weight) }
      }
      guard rate > 0 else { break }
      let next = time + Float((abs(rise) - risen) / rate)
      guard next > time else { break }
      time = next
    }
    return point.indices.map { index in
      guard slope[index] != 0 else { return 0 }
      let length = max(min(time * share(index), room(index)), 0)
      return (slope[index] > 0) == isUp ? length : -length
    }
  }
}
