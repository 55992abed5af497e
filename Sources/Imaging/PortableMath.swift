/// Functions made of additions, multiplications, divisions and comparisons only, which every machine rounds alike.
/// A system's own sine may differ from another's in the last bit, and with it the bytes of a drawn picture.
public enum PortableMath {
  /// The sine of an angle in whole turns, to 4e-6.
  public static func sine(turns: Float) -> Float {
    var rest = turns - Float(floor(turns + 0.5))
    if rest > 0.25 { rest = 0.5 - rest } else if rest < -0.25 { rest = -0.5 - rest }
    let angle = rest * 6.283_185_3
    let square = angle * angle
    let tail = 1 / 120 + square * (-1 / 5040 + square * (1 / 362_880))
    return angle * (1 + square * (-1 / 6 + square * tail))
  }

  /// The cosine of an angle in whole turns, to 4e-6.
  public static func cosine(turns: Float) -> Float { sine(turns: turns + 0.25) }

  /// The direction of (x, y) in whole turns, −0.5…0.5, to 7e-4; 0 for the origin.
  public static func direction(_ x: Float, _ y: Float) -> Float {
    let (along, across) = (abs(x), abs(y))
    guard along + across > 0 else { return 0 }
    let slope = min(along, across) / max(along, across)
    var turns = slope * (0.125 + 0.043_449 * (1 - slope))
    if across > along { turns = 0.25 - turns }
    if x < 0 { turns = 0.5 - turns }
    return y < 0 ? -turns : turns
  }

  /// The largest whole number that is not above `value`, which must fit 32 bits.
  public static func floor(_ value: Float) -> Int32 {
    let towardsZero = Int32(value)
    return value < Float(towardsZero) ? towardsZero - 1 : towardsZero
  }
}
