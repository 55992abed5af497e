import Testing

@testable import Checkpoints

@Suite struct PickleMachineTests {
  /// Both containers, so that neither has a way around the interpreter.
  private func containers(_ pickle: MadePickle) -> [[UInt8]] { [pickle.archived(), pickle.streamed()] }

  @Test func readsAPickleMadeByHand() throws {
    for bytes in containers(.stateDictionary()) {
      #expect(try Checkpoint.read(bytes: bytes).tensors["weight"]?.elements == [0, 0, 0, 0])
    }
  }

  @Test(arguments: [
    ("os", "system"), ("posix", "system"), ("nt", "system"), ("os.path", "join"), ("builtins", "eval"),
    ("builtins", "exec"), ("builtins", "getattr"), ("builtins", "__import__"), ("__builtin__", "eval"),
    ("__builtin__", "apply"), ("__builtin__", "open"), ("subprocess", "Popen"), ("sys", "exit"),
    ("socket", "create_connection"), ("shutil", "rmtree"), ("importlib", "import_module"),
    ("importlib.util", "spec_from_loader"), ("runpy", "run_path"), ("pty", "spawn"), ("ctypes", "CDLL"),
    ("pickle", "loads"), ("_pickle", "loads"), ("marshal", "loads"), ("types", "FunctionType"),
    ("operator", "attrgetter"), ("code", "InteractiveInterpreter"), ("webbrowser", "open"),
    ("torch", "load"), ("torch.hub", "load"), ("torch.storage", "_load_from_bytes"),
    ("torch.serialization", "os.system"), ("numpy", "sys.modules"), ("timeit", "timeit"), ("pip", "main"),
    ("multiprocessing", "Process"), ("asyncio", "run"),
  ])
  func refusesDangerousGlobalsByName(_ module: String, _ name: String) throws {
    let pickle = MadePickle()
    pickle.emit(.emptyDictionary).string("weight").tensor().emit(.setItem).string("x")
    pickle.global(module, name).string("true").emit(.tuple1, .reduce, .setItem, .stop)
    for bytes in containers(pickle) {
      #expect(
        thrown { _ = try Checkpoint.read(bytes: bytes) }
          == .dangerousGlobal(path: "made.pth", name: "\(module).\(name)"))
      let inspection = try Checkpoint.inspect(bytes: bytes)
      #expect(!inspection.safe)
      #expect(inspection.globals.contains("\(module).\(name)"))
      #expect(inspection.reason?.contains("\(module).\(name)") == true)
      #expect(inspection.tensors.map(\.name) == ["weight"])
    }
  }

  @Test func namingADangerousGlobalIsEnoughToRefuse() {
    // Never called, popped at once: another reader has imported it all the same.
    let pickle = MadePickle()
    pickle.global("posix", "system").emit(.pop)
    pickle.bytes += MadePickle.stateDictionary().bytes.dropFirst(2)
    #expect(
      thrown { _ = try Checkpoint.read(bytes: pickle.archived()) }
        == .dangerousGlobal(path: "made.pth", name: "posix.system"))
  }

  @Test func unknownGlobalsAreInertWhateverIsDoneToThem() throws {
    let pickle = MadePickle()
    pickle.emit(.emptyDictionary).string("weight").tensor().emit(.setItem)
    pickle.string("reduced").global("weird.package", "run").string("x").emit(.tuple1, .reduce)
    pickle.string("state").emit(.build, .setItem)
    pickle.string("made").global("weird.package", "Type").emit(.emptyTuple, .newObject)
    pickle.emit(.mark).string("k").string("v").emit(.setItems).emit(.mark).integer(1).emit(.appends)
    pickle.emit(.setItem).string("called twice").global("weird.package", "run").emit(.emptyTuple, .reduce)
    pickle.emit(.emptyTuple, .reduce, .setItem, .stop)
    for bytes in containers(pickle) {
      #expect(try Checkpoint.read(bytes: bytes).tensors.keys.sorted() == ["weight"])
      let inspection = try Checkpoint.inspect(bytes: bytes)
      #expect(inspection.tensors.count == 1)
      #expect(!inspection.safe)
      #expect(inspection.reason?.contains("weird.package.run") == true)
    }
  }

  @Test func plainContainersBesideTheWeightsAreSafe() throws {
    let pickle = MadePickle()
    pickle.emit(.emptyDictionary).string("weight").tensor().emit(.setItem).string("seen")
    pickle.global("__builtin__", "set").emit(.emptyList, .tuple1, .reduce, .setItem, .stop)
    #expect(try Checkpoint.inspect(bytes: pickle.archived()).safe)
  }

  @Test func aPickleInsideAStringStaysAString() throws {
    let inner = MadePickle()
    inner.global("posix", "system").string("true").emit(.tuple1, .reduce, .stop)
    let pickle = MadePickle()
    pickle.emit(.emptyDictionary).string("weight").tensor().emit(.setItem).string("payload")
    pickle.bytes += [PickleInstruction.binaryString.rawValue] + littleEndian(UInt32(inner.bytes.count))
    pickle.bytes += inner.bytes
    pickle.emit(.setItem, .stop)
    #expect(try Checkpoint.read(bytes: pickle.archived()).tensors.count == 1)
  }

  @Test(arguments: [0x69, 0x6F, 0x82, 0x93, 0x94, 0x95, 0x49, 0x4C, 0x53, 0x8B, 0x32] as [UInt8])
  func refusesInstructionsTorchSaveNeverWrites(_ code: UInt8) throws {
    let pickle = MadePickle()
    pickle.bytes += [code]
    pickle.emit(.stop)
    let cursor = ByteCursor(CheckpointFile(path: "p", bytes: .init(pickle.bytes)), part: "p")
    var machine = PickleMachine(cursor, policy: .refuse)
    #expect(thrown { _ = try machine.run() } == .pickleInstruction(path: "p", code: code, offset: 2))
  }

  @Test(arguments: [0, 1, 3, 4, 5, 255] as [UInt8])
  func refusesOtherProtocols(_ version: UInt8) {
    let pickle = MadePickle.stateDictionary()
    pickle.bytes[1] = version
    for bytes in containers(pickle) {
      #expect(
        thrown { _ = try Checkpoint.read(bytes: bytes) }
          == .pickleProtocol(path: "made.pth", found: Int(version)))
    }
  }

  @Test func deepNestingHitsTheCapAndNotTheStack() {
    let deep = MadePickle()
    for _ in 0..<200_000 { deep.emit(.emptyList) }
    for _ in 1..<200_000 { deep.emit(.append) }
    deep.emit(.stop)
    let tuples = MadePickle()
    tuples.emit(.emptyTuple)
    for _ in 0..<200_000 { tuples.emit(.tuple1) }
    tuples.emit(.stop)
    let marks = MadePickle()
    for _ in 0..<200_000 { marks.emit(.mark) }
    for pickle in [deep, tuples, marks] {
      guard case .pickleLimit? = thrown({ _ = try Checkpoint.read(bytes: pickle.archived()) }) else {
        Issue.record("expected the nesting cap")
        continue
      }
      #expect((try? Checkpoint.inspect(bytes: pickle.archived()).safe) == false)
    }
  }

  @Test func memoBombsStaySmall() throws {
    // Each level holds the one before ten times over: 10^200 items if anything ever walked them.
    let bomb = MadePickle()
    bomb.emit(.emptyList).put(0).emit(.pop)
    for level in 1...200 {
      bomb.emit(.mark)
      for _ in 0..<10 { bomb.get(UInt8(level - 1)) }
      bomb.emit(.tuple).put(UInt8(level)).emit(.pop)
    }
    bomb.emit(.emptyDictionary).string("weight").tensor().emit(.setItem).string("bomb").get(200)
    bomb.emit(.setItem, .stop)
    #expect(try Checkpoint.read(bytes: bomb.archived()).tensors.count == 1)
  }

  @Test func copiesThroughOrderedDictionariesAreCapped() {
    let bomb = MadePickle()
    bomb.emit(.emptyList, .mark)
    bomb.emit(.emptyTuple, .emptyTuple, .tuple2).put(0)
    for _ in 0..<10_000 { bomb.get(0) }
    bomb.emit(.appends, .tuple1).put(1).global("collections", "OrderedDict").put(2)
    for _ in 0..<1_000 { bomb.get(2).get(1).emit(.reduce) }
    bomb.emit(.stop)
    guard case .pickleLimit? = thrown({ _ = try Checkpoint.read(bytes: bomb.archived()) }) else {
      Issue.record("expected the copying cap")
      return
    }
  }

  @Test func listsThatHoldThemselvesAreHarmless() throws {
    let pickle = MadePickle()
    pickle.emit(.emptyDictionary).put(0).string("weight").tensor().emit(.setItem).string("self").get(0)
    pickle.emit(.setItem).string("model").get(0).emit(.setItem, .stop)
    #expect(try Checkpoint.read(bytes: pickle.archived()).tensors.keys.sorted() == ["weight"])
  }

  @Test func stackAndMemoUnderflowThrow() {
    let programs: [[PickleInstruction]] = [
      [.stop], [.pop], [.popMark], [.reduce], [.build], [.newObject], [.append], [.appends], [.setItem],
      [.setItems], [.tuple], [.tuple1], [.tuple3, .stop], [.binaryPersistentID], [.none, .none, .stop],
      [.mark, .none, .stop], [.none, .mark, .reduce], [.none, .none, .reduce], [.none, .none, .append],
      [.emptyList, .mark, .none, .setItems], [.emptyDictionary, .mark, .none, .setItems],
      [.emptyDictionary, .none, .append], [.emptyTuple, .none, .append], [.none, .none, .build],
    ]
    for program in programs {
      let pickle = MadePickle()
      pickle.bytes += program.map(\.rawValue)
      guard case .pickleOperand? = thrown({ _ = try Checkpoint.read(bytes: pickle.archived()) }) else {
        Issue.record("expected \(program) to be refused")
        continue
      }
    }
    let recall = MadePickle()
    recall.get(7).emit(.stop)
    #expect(thrown { _ = try Checkpoint.read(bytes: recall.archived()) } != nil)
  }

  @Test func removesThePrefixAndRefusesNamesThatThenCollide() throws {
    let prefixed = MadePickle.stateDictionary(name: "module.conv.weight")
    #expect(try Checkpoint.read(bytes: prefixed.archived()).tensors.keys.sorted() == ["conv.weight"])
    let both = MadePickle()
    both.emit(.emptyDictionary).string("module.w").tensor().emit(.setItem).string("w").tensor()
    both.emit(.setItem, .stop)
    #expect(
      thrown { _ = try Checkpoint.read(bytes: both.archived()) }
        == .duplicateTensor(path: "made.pth", name: "w"))
  }
}

extension MadePickle {
  @discardableResult
  func put(_ index: UInt8) -> MadePickle {
    bytes += [PickleInstruction.binaryPut.rawValue, index]
    return self
  }

  @discardableResult
  func get(_ index: UInt8) -> MadePickle {
    bytes += [PickleInstruction.binaryGet.rawValue, index]
    return self
  }
}
