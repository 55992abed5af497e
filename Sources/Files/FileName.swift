/// A name, a network's say, as that of one file or folder: what would lead elsewhere becomes a hyphen.
public func fileName(_ name: String) -> String {
  let plain = String(name.map { $0 == "/" || $0 == "\0" ? "-" : $0 })
  return plain.allSatisfy { $0 == "." } ? String(repeating: "-", count: max(plain.count, 1)) : plain
}
