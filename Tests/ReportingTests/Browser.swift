import Foundation

/// A headless Chromium, driven through its own protocol over a pair of named pipes.
final class Browser {
  static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  enum Failure: Error {
    case notThere
    case silent(waitingFor: String)
    case refused(method: String, message: String)
  }

  private let process = Process()
  private let input: Int32
  private let output: Int32
  private var unread = Data()
  private var lastIdentifier = 0
  private var session: String?
  /// What the page did by itself since the last visit: the protocol's events, in order.
  private(set) var events: [[String: Any]] = []

  /// - Parameter folder: where its profile and its pipes go.
  init(in folder: String) throws {
    guard let program = Browser.program else { throw Failure.notThere }
    let (commands, answers) = ("\(folder)/commands", "\(folder)/answers")
    for pipe in [commands, answers] where mkfifo(pipe, 0o600) != 0 { throw Failure.notThere }
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "exec \"$0\" \"$@\" 3<\"\(commands)\" 4>\"\(answers)\"", program, "--headless", "--no-sandbox",
      "--disable-gpu", "--hide-scrollbars", "--user-data-dir=\(folder)/profile", "--remote-debugging-pipe",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // Not for the children of other tests, which would keep them open.
    output = open(answers, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    input = Browser.whenRead(commands)
    guard input >= 0, output >= 0 else {
      end()
      throw Failure.silent(waitingFor: "its start")
    }
    let target = try ask("Target.createTarget", ["url": "about:blank"])
    let attached = try ask(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
    session = attached["sessionId"] as? String
    for domain in ["Page", "Runtime", "Log", "Network"] { try ask("\(domain).enable") }
  }

  /// Opens a named pipe to write to, once somebody reads it; negative when nobody does for half a minute.
  private static func whenRead(_ pipe: String) -> Int32 {
    for _ in 0..<600 {
      let descriptor = open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      if descriptor >= 0 {
        _ = fcntl(descriptor, F_SETFL, 0)
        return descriptor
      }
      usleep(50_000)
    }
    return -1
  }

  deinit { end() }

  private func end() {
    close(input)
    close(output)
    // Its helpers too: they hold what they inherited, such as the pipes of commands that other tests wait for.
    _ = kill(-process.processIdentifier, SIGKILL)
    process.terminate()
    process.waitUntilExit()
  }

  /// Sends a command and waits for its answer.
  @discardableResult
  func ask(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    lastIdentifier += 1
    var message: [String: Any] = ["id": lastIdentifier, "method": method, "params": parameters]
    if let session { message["sessionId"] = session }
    var bytes = [UInt8](try JSONSerialization.data(withJSONObject: message)) + [0]
    while !bytes.isEmpty {
      let count = write(input, bytes, bytes.count)
      guard count > 0 else { throw Failure.silent(waitingFor: method) }
      bytes.removeFirst(count)
    }
    while true {
      let answer = try next(waitingFor: method)
      guard answer["id"] as? Int == lastIdentifier else {
        events.append(answer)
        continue
      }
      if let error = answer["error"] as? [String: Any] {
        throw Failure.refused(method: method, message: "\(error["message"] ?? "")")
      }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  /// Opens a file and waits until it is there.
  func visit(_ path: String, fragment: String = "") throws {
    events = []
    try ask("Page.navigate", ["url": "file://\(path)\(fragment)"])
    while !events.contains(where: { $0["method"] as? String == "Page.loadEventFired" }) {
      events.append(try next(waitingFor: "the page"))
    }
  }

  /// What an expression gives in the page; promises are waited for.
  func value(_ expression: String) throws -> Any? {
    let answer = try ask(
      "Runtime.evaluate", ["expression": expression, "returnByValue": true, "awaitPromise": true])
    if let details = answer["exceptionDetails"] as? [String: Any] {
      throw Failure.refused(method: expression, message: "\(details["exception"] ?? details)")
    }
    return (answer["result"] as? [String: Any])?["value"]
  }

  func texts(_ expression: String) throws -> [String] { try value(expression) as? [String] ?? [] }

  /// The page as it is seen, as PNG.
  func picture(width: Int, height: Int) throws -> Data {
    try ask(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
    let answer = try ask("Page.captureScreenshot", ["captureBeyondViewport": true])
    return Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
  }

  /// The page as it is printed, as PDF.
  func print() throws -> Data {
    let answer = try ask("Page.printToPDF", ["printBackground": false])
    return Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
  }

  func press(_ key: String, code: Int, modifiers: Int = 0) throws {
    for kind in ["rawKeyDown", "keyUp"] {
      try ask(
        "Input.dispatchKeyEvent",
        ["type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers])
    }
  }

  /// The next message, whatever it is.
  private func next(waitingFor what: String) throws -> [String: Any] {
    while true {
      if let end = unread.firstIndex(of: 0) {
        let message = try JSONSerialization.jsonObject(with: unread[unread.startIndex..<end])
        unread = Data(unread[unread.index(after: end)...])
        return message as? [String: Any] ?? [:]
      }
      var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, 60_000) > 0 else { throw Failure.silent(waitingFor: what) }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { throw Failure.silent(waitingFor: what) }
      unread.append(contentsOf: buffer[..<count])
    }
  }
}
