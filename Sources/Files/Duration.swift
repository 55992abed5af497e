extension Duration {
  /// The whole duration as a number of seconds.
  public var inSeconds: Double { Double(components.seconds) + 1e-18 * Double(components.attoseconds) }
}
