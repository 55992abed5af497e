/// Files that each show one class.
enum ClassFile {
  /// A class' name as part of a PNG's: what a file system might not take becomes `_`, and the number in front keeps names
  /// apart.
  static func name(of name: String, at index: Int) -> String {
    let plain = name.map { ($0.isASCII && ($0.isLetter || $0.isNumber)) || "-_.".contains($0) ? $0 : "_" }
    return format("%03d", index) + "-\(String(plain.prefix(60))).png"
  }
}
