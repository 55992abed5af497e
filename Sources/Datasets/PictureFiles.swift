import Files
import Foundation

/// Finds the pictures below a folder, in an order that is the same on every machine.
///
/// Names are sorted by their UTF-8 bytes; hidden ones (a leading dot) are passed over. Links are followed, each
/// real folder once, so that a cycle of links ends. Pipes and devices are never opened.
package struct PictureFiles {
  /// What a folder holds, each sorted.
  struct Listing {
    var folders: [String] = []
    var pictures: [String] = []
    var otherFiles = 0

    var isEmpty: Bool { folders.isEmpty && pictures.isEmpty && otherFiles == 0 }
  }

  /// Extensions of pictures, in lower case.
  static let extensions: Set<String> = ["jpg", "jpeg", "png"]

  /// Paths relative to the folder searched, in sorted order.
  private(set) var paths: [String] = []
  /// Files that are no pictures by their names.
  private(set) var otherFiles = 0
  private var visited: Set<FileIdentity>

  /// - Parameters:
  ///   - root: the folder of the corpus, which no link leads back to.
  ///   - folder: where to search, relative to `root`; empty for all of it.
  /// - Throws: `DatasetsError.unreadableFolder`.
  init(below root: String, in folder: String) throws {
    visited = folder.isEmpty ? [] : Set([FileIdentity(ofPath: root)].compactMap(\.self))
    try visit(root, folder)
    paths.sort(by: PictureFiles.isBefore)
  }

  private mutating func visit(_ root: String, _ start: String) throws {
    var pending = [start]
    while let folder = pending.popLast() {
      let path = folder.isEmpty ? root : "\(root)/\(folder)"
      if let identity = FileIdentity(ofPath: path), !visited.insert(identity).inserted { continue }
      let listing = try PictureFiles.list(path)
      let prefix = folder.isEmpty ? "" : "\(folder)/"
      paths += listing.pictures.map { prefix + $0 }
      otherFiles += listing.otherFiles
      pending += listing.folders.reversed().map { prefix + $0 }
    }
  }

  /// The entries of one folder.
  static func list(_ path: String) throws -> Listing {
    guard let stream = opendir(path) else {
      throw DatasetsError.unreadableFolder(path: path, reason: String(cString: strerror(errno)))
    }
    defer { closedir(stream) }
    var listing = Listing()
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
          String(cString: $0)
        }
      }
      guard !name.hasPrefix(".") else { continue }
      switch kind(of: "\(path)/\(name)", hint: Int(entry.pointee.d_type)) {
      case .folder: listing.folders.append(name)
      case .file where extensions.contains((name as NSString).pathExtension.lowercased()):
        listing.pictures.append(name)
      case .file, .special: listing.otherFiles += 1
      }
    }
    listing.folders.sort(by: isBefore)
    listing.pictures.sort(by: isBefore)
    return listing
  }

  /// Whether `left` sorts before `right`, by bytes.
  package static func isBefore(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  private enum Kind {
    case file
    case folder
    case special
  }

  private static func kind(of path: String, hint: Int) -> Kind {
    switch hint {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .folder
    case Int(DT_LNK), Int(DT_UNKNOWN): break
    default: return .special
    }
    var status = stat()
    // A link that leads nowhere stays a file: reading it says what is missing.
    guard stat(path, &status) == 0 else { return .file }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .special
    }
  }
}

/// What tells a folder from every other, under whatever name it is reached.
private struct FileIdentity: Hashable {
  let device: UInt64
  let inode: UInt64

  init?(ofPath path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}
