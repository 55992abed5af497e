import Foundation
import GRDB
import Probes

extension Study {
  /// Keeps the digests of a set of pictures; a set that is there already stays as it is.
  public func keep(_ pictures: PictureSet) throws {
    try translatingErrors {
      try queue.write { database in
        let known = try Int64.fetchOne(
          database, sql: "SELECT id FROM picture_sets WHERE sha256 = ?", arguments: [pictures.sha256])
        guard known == nil else { return }
        try database.execute(
          sql: "INSERT INTO picture_sets (sha256) VALUES (?)", arguments: [pictures.sha256])
        let id = database.lastInsertedRowID
        let insert = try database.cachedStatement(
          sql: "INSERT INTO pictures (picture_set, image, digest) VALUES (?, ?, ?)")
        for (name, digest) in pictures.digests.sorted(by: { $0.key < $1.key }) {
          try insert.execute(arguments: [id, name, Data(digest)])
        }
      }
    }
  }

  /// The digest of each picture that a run asks about, 32 bytes, by name; nothing where its pictures were not read, and
  /// none of a picture that could not be.
  public func pictureDigests(of run: Run) throws -> [String: Data] {
    guard let set = run.description.picturesSHA256 else { return [:] }
    return try reading { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT image, digest FROM pictures JOIN picture_sets ON picture_sets.id = picture_set WHERE sha256 = ?
          """, arguments: [set])
      var digests: [String: Data] = [:]
      while let row = try rows.next() {
        let values = StudyValues(row)
        let digest: Data = try values.value(1)
        if !digest.isEmpty { digests[try values.value(0)] = digest }
      }
      return digests
    }
  }
}
