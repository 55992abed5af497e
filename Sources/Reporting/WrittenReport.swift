/// What a report left on disk.
public struct WrittenReport: Hashable, Sendable {
  /// Above this many bytes browsers take long to open a page, and mail refuses it.
  public static let largestPage = 50_000_000

  /// The page, its JSON, and then the figures' tables where they were asked for.
  public let paths: [String]
  /// The page's size.
  public let pageBytes: Int

  /// What to tell a person about the page's size; nil where there is nothing to tell.
  public var warning: String? {
    guard pageBytes > WrittenReport.largestPage, let page = paths.first else { return nil }
    return
      "\(page): expected a page of at most \(WrittenReport.largestPage / 1_000_000) MB, made one of "
      + "\(pageBytes / 1_000_000) MB, which browsers open slowly; report fewer studies, or studies with fewer pictures"
  }
}
