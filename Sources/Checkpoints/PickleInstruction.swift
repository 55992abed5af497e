/// The pickle instructions that `torch.save` writes; any other is refused.
enum PickleInstruction: UInt8 {
  case mark = 0x28
  case emptyTuple = 0x29
  case stop = 0x2E
  case pop = 0x30
  case popMark = 0x31
  case binaryFloat = 0x47
  case binaryInteger = 0x4A
  case binaryInteger1 = 0x4B
  case binaryInteger2 = 0x4D
  case none = 0x4E
  case binaryPersistentID = 0x51
  case reduce = 0x52
  case binaryString = 0x54
  case shortBinaryString = 0x55
  case binaryUnicode = 0x58
  case emptyList = 0x5D
  case append = 0x61
  case build = 0x62
  case global = 0x63
  case appends = 0x65
  case binaryGet = 0x68
  case longBinaryGet = 0x6A
  case binaryPut = 0x71
  case longBinaryPut = 0x72
  case setItem = 0x73
  case tuple = 0x74
  case setItems = 0x75
  case emptyDictionary = 0x7D
  case proto = 0x80
  case newObject = 0x81
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case newTrue = 0x88
  case newFalse = 0x89
  case long1 = 0x8A
  case emptySet = 0x8F
  case addItems = 0x90
}

/// What a pickle may use at most; far above any checkpoint, far below this process' memory.
enum PickleLimits {
  /// Containers inside containers.
  static let nesting = 256
  /// Values on the stack.
  static let stack = 1 << 20
  /// Open marks.
  static let marks = 1 << 12
  /// Remembered values.
  static let memo = 1 << 21
  /// Containers and objects.
  static let nodes = 1 << 22
  /// Bytes of instructions.
  static let bytes = 1 << 28
}
