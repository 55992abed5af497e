/// Something a pickle names by module and name; naming it never loads it.
struct PickleGlobal: Hashable, Sendable, CustomStringConvertible {
  let module: String
  let name: String

  var description: String { "\(module).\(name)" }

  /// What this reader does with a global.
  enum Judgement: Equatable {
    /// It has a meaning here, implemented in this module.
    case interpreted(Meaning)
    /// Inert, and known to be no more than a container or a number in any reader.
    case plainData
    /// Inert here; what another reader would run is not known.
    case unknown
    /// Refused by name.
    case dangerous
  }

  /// The globals that have a meaning.
  enum Meaning: Equatable {
    case orderedDictionary
    case rebuildTensor
    case rebuildTensorV2
    case rebuildParameter
    case size
    case storage(ScalarType)
  }

  var judgement: Judgement {
    if let meaning { return .interpreted(meaning) }
    if Self.plainData.contains(description) { return .plainData }
    if module == "torch", name.hasSuffix("Storage"), !name.contains(".") { return .plainData }
    if Self.dangerousNames.contains(description) { return .dangerous }
    let package = String(module.unicodeScalars.prefix { $0 != "." })
    if Self.dangerousPackages.contains(package) { return .dangerous }
    // A dotted name walks through attributes, and almost every module has `os` or `sys` as one.
    let steps = name.unicodeScalars.split(separator: ".")
    if steps.count > 1, steps.contains(where: { Self.dangerousPackages.contains(String($0)) }) {
      return .dangerous
    }
    return .unknown
  }

  private var meaning: Meaning? {
    switch (module, name) {
    case ("collections", "OrderedDict"): return .orderedDictionary
    case ("torch._utils", "_rebuild_tensor"): return .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v2"): return .rebuildTensorV2
    case ("torch._utils", "_rebuild_parameter"): return .rebuildParameter
    case ("torch", "Size"): return .size
    case ("torch", let name): return ScalarType(torchStorage: name).map(Meaning.storage)
    default: return nil
    }
  }

  /// Containers and numbers that training scripts keep beside the weights; all stay inert.
  private static let plainData: Set<String> = Set(
    ["__builtin__", "builtins"].flatMap { module in
      [
        "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "long",
        "object", "range", "set", "slice", "str", "tuple", "unicode", "xrange",
      ].map { "\(module).\($0)" }
    } + [
      "_codecs.encode", "argparse.Namespace", "collections.Counter", "collections.defaultdict",
      "collections.deque", "copy_reg._reconstructor", "copyreg._reconstructor", "datetime.datetime",
      "numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar",
      "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar", "numpy.dtype",
      "numpy.ndarray", "types.SimpleNamespace", "torch.device", "torch.float16", "torch.float32",
      "torch.float64", "torch.int64",
      "torch.bfloat16", "torch.nn.parameter.Parameter",
    ])

  /// Packages of which nothing belongs in a checkpoint: they reach the system, the network, the interpreter
  /// or other code.
  private static let dangerousPackages: Set<String> = [
    "__builtin__", "_aix_support", "_ctypes", "_imp", "_io", "_operator",
    "_osx_support", "_pickle", "_posixsubprocess", "_pyrepl", "_socket", "_ssl", "_thread", "_winapi",
    "aiohttp", "asyncio", "atexit", "bdb", "builtins", "cProfile", "cPickle", "cffi", "cloudpickle", "code",
    "codeop", "commands", "concurrent", "ctypes", "dill", "distutils", "doctest", "ensurepip", "fcntl",
    "fileinput", "ftplib", "gc", "http", "httplib", "idlelib", "imaplib", "imp", "importlib", "inspect",
    "io", "joblib", "lib2to3", "linecache", "marshal", "mmap", "msvcrt", "multiprocessing", "nntplib", "nt",
    "ntpath", "operator", "os", "pdb", "pickle", "pip", "pkg_resources", "pkgutil", "platform", "poplib",
    "popen2", "posix", "posixpath", "profile", "pty", "pydoc", "requests", "resource", "runpy", "setuptools",
    "shelve", "shutil", "signal", "site", "smtplib", "socket", "socketserver", "sqlite3", "ssl",
    "subprocess", "sys", "sysconfig", "tarfile", "telnetlib", "tempfile", "threading", "timeit",
    "trace", "types", "urllib", "urllib2", "urllib3", "venv", "webbrowser", "winreg", "xmlrpc",
    "zipapp", "zipfile", "zipimport",
  ]

  /// Single functions of otherwise harmless packages that run or load code.
  private static let dangerousNames: Set<String> = [
    "functools.reduce", "logging.config.listen", "numpy.f2py.crackfortran.getlincoef",
    "numpy.f2py.crackfortran._eval_length", "numpy.load", "numpy.testing._private.utils.runstring",
    "pandas.eval", "pandas.read_pickle", "torch.compile", "torch.hub.load", "torch.jit.load",
    "torch.jit.unsupported_tensor_ops.execWrapper", "torch.load", "torch.package.PackageImporter",
    "torch.serialization.load", "torch.storage._load_from_bytes", "torch.utils._config_module.load_config",
    "torch.utils.bottleneck.__main__.run_autograd_prof", "torch.utils.bottleneck.__main__.run_cprofile",
    "torch.utils.collect_env.run", "torch.utils.cpp_extension.load",
    "torch.utils.cpp_extension.load_inline", "torch.utils.data.datapipes.utils.decoder.basichandlers",
  ]
}
