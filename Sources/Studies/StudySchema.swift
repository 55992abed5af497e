import GRDB

/// The tables of a study. Every change of form is a new step at the end: earlier ones never change.
enum StudySchema {
  /// Marks a SQLite file as a study: `PWst` in the file's header.
  static let applicationID = 0x5057_7374
  /// What each version adds to the one before, from version 1.
  private static let steps: [@Sendable (Database) throws -> Void] =
    [
      firstTables, distortionTable, perturbationTables, patchColumns, attributionTable, signatureTables,
      localConflictTable, evidencePatchTable, placeTable,
    ].map { sql in { try $0.execute(sql: sql) } } + [
      packAttributions, { try $0.execute(sql: pictureTables) },
    ]
  /// The newest version. A file keeps its own in its `user_version`; 0 is one without tables.
  static var version: Int { steps.count }

  /// Whether every study has a table of this name.
  static func makes(_ table: String) -> Bool {
    [
      firstTables, distortionTable, perturbationTables, attributionTable, signatureTables, localConflictTable,
      evidencePatchTable, placeTable, pictureTables,
    ].contains { $0.contains("CREATE TABLE \(table) (") }
  }

  static func version(of database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
  }

  /// Marks the file as a study and brings its tables up to `version`, inside the caller's transaction: nobody
  /// sees a study that is half begun, and of two processes the second finds nothing left to do.
  static func bringUpToDate(_ database: Database, version: Int = version) throws {
    try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    for step in steps[min(try self.version(of: database), version)..<version] {
      try step(database)
    }
    try database.execute(sql: "PRAGMA user_version = \(version)")
  }

  private static let firstTables = """
    CREATE TABLE models (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      architecture TEXT NOT NULL,
      card TEXT NOT NULL,
      weights_sha256 TEXT NOT NULL,
      parameters INTEGER NOT NULL,
      input_size INTEGER NOT NULL,
      field_size INTEGER, field_stride INTEGER, field_offset INTEGER,
      UNIQUE (card, weights_sha256)
    ) STRICT;
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      observer TEXT NOT NULL,
      observer_kind TEXT NOT NULL,
      model INTEGER REFERENCES models (id),
      target INTEGER,
      command TEXT NOT NULL,
      seed TEXT NOT NULL,
      threads INTEGER NOT NULL,
      processor TEXT NOT NULL,
      options TEXT NOT NULL,
      tool_version TEXT NOT NULL,
      started_ms INTEGER NOT NULL,
      finished_ms INTEGER,
      seconds REAL NOT NULL DEFAULT 0,
      resumptions INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX runs_by_kind ON runs (kind, observer);
    CREATE TABLE accuracy_answers (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      label INTEGER NOT NULL,
      top TEXT NOT NULL,
      UNIQUE (run, image) ON CONFLICT REPLACE
    ) STRICT;
    CREATE TABLE sticker_answers (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      label INTEGER NOT NULL,
      clean INTEGER NOT NULL,
      x REAL NOT NULL, y REAL NOT NULL, scale REAL NOT NULL,
      sticker INTEGER NOT NULL, noise INTEGER NOT NULL, photo INTEGER NOT NULL,
      UNIQUE (run, image, x, y, scale) ON CONFLICT REPLACE
    ) STRICT;
    CREATE TABLE cue_conflict_answers (
      run INTEGER NOT NULL REFERENCES runs (id),
      stimulus TEXT NOT NULL,
      shape TEXT NOT NULL, texture TEXT NOT NULL, response TEXT NOT NULL
    ) STRICT;
    CREATE INDEX cue_conflict_answers_by_run ON cue_conflict_answers (run);
    CREATE TABLE skipped_images (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      reason TEXT NOT NULL,
      UNIQUE (run, image) ON CONFLICT REPLACE
    ) STRICT;
    CREATE TABLE evidence_maps (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      class_index INTEGER NOT NULL,
      -- NULL stands for not a number, which SQLite does not hold.
      logit REAL,
      map_rows INTEGER NOT NULL, map_columns INTEGER NOT NULL,
      field_size INTEGER NOT NULL, field_stride INTEGER NOT NULL, field_offset INTEGER NOT NULL,
      cells BLOB NOT NULL,
      picture BLOB NOT NULL,
      UNIQUE (run, image, class_index) ON CONFLICT REPLACE
    ) STRICT;
    CREATE TABLE artifacts (
      run INTEGER NOT NULL REFERENCES runs (id),
      role TEXT NOT NULL,
      name TEXT NOT NULL,
      caption TEXT NOT NULL,
      media_type TEXT NOT NULL,
      bytes BLOB NOT NULL,
      UNIQUE (run, role, name) ON CONFLICT REPLACE
    ) STRICT;
    """

  /// The conditions stand among the run's options; `answers` holds a class for each, in their order.
  private static let distortionTable = """
    CREATE TABLE distortion_answers (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      label INTEGER NOT NULL,
      answers TEXT NOT NULL,
      UNIQUE (run, image) ON CONFLICT REPLACE
    ) STRICT;
    """

  /// `vanished` is 0 or 1.
  private static let perturbationTables = """
    CREATE TABLE perturbation_answers (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      label INTEGER NOT NULL,
      clean INTEGER NOT NULL,
      adversarial INTEGER NOT NULL,
      length REAL NOT NULL,
      queries INTEGER NOT NULL,
      finder TEXT,
      vanished INTEGER NOT NULL,
      UNIQUE (run, image) ON CONFLICT REPLACE
    ) STRICT;
    CREATE TABLE warnings (
      run INTEGER NOT NULL REFERENCES runs (id),
      warning TEXT NOT NULL,
      UNIQUE (run, warning) ON CONFLICT IGNORE
    ) STRICT;
    """

  /// The square's left and upper edge and its side in pixels; all NULL for changes that may be anywhere.
  private static let patchColumns = """
    ALTER TABLE perturbation_answers ADD COLUMN x INTEGER;
    ALTER TABLE perturbation_answers ADD COLUMN y INTEGER;
    ALTER TABLE perturbation_answers ADD COLUMN side INTEGER;
    """

  /// `scores` is JSON: what `RankingScores` holds, one for each ranking.
  private static let attributionTable = """
    CREATE TABLE attribution_scores (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      label INTEGER NOT NULL,
      class_index INTEGER NOT NULL,
      scores TEXT NOT NULL,
      UNIQUE (run, image) ON CONFLICT REPLACE
    ) STRICT;
    """

  /// For each region of a picture its cells, the sum of their differences and how many are for the shape.
  private static let localConflictTable = """
    CREATE TABLE local_conflict_answers (
      run INTEGER NOT NULL REFERENCES runs (id),
      stimulus TEXT NOT NULL,
      shape TEXT NOT NULL, texture TEXT NOT NULL,
      difference REAL NOT NULL,
      inside_cells INTEGER NOT NULL, inside_sum REAL NOT NULL, inside_shape_cells INTEGER NOT NULL,
      outline_cells INTEGER NOT NULL, outline_sum REAL NOT NULL, outline_shape_cells INTEGER NOT NULL,
      outside_cells INTEGER NOT NULL, outside_sum REAL NOT NULL, outside_shape_cells INTEGER NOT NULL,
      UNIQUE (run, stimulus) ON CONFLICT REPLACE
    ) STRICT;
    """

  /// Lists of numbers stand in one column with spaces between, in the order of the run's question; `-` for none. The
  /// ranks are those of a stimulus' two cues among the categories, from 1; NULL where none are known.
  private static let signatureTables = """
    CREATE TABLE shuffling_answers (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      label INTEGER NOT NULL,
      clean INTEGER NOT NULL,
      answers TEXT NOT NULL,
      inner_answers TEXT NOT NULL,
      inner_clean TEXT NOT NULL,
      inner_difference REAL,
      UNIQUE (run, image) ON CONFLICT REPLACE
    ) STRICT;
    CREATE TABLE interaction_answers (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      label INTEGER NOT NULL,
      joint_falls TEXT NOT NULL,
      summed_falls TEXT NOT NULL,
      UNIQUE (run, image) ON CONFLICT REPLACE
    ) STRICT;
    CREATE TABLE sensitivity_answers (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      label INTEGER NOT NULL,
      clean REAL NOT NULL,
      probabilities TEXT NOT NULL,
      UNIQUE (run, image) ON CONFLICT REPLACE
    ) STRICT;
    ALTER TABLE cue_conflict_answers ADD COLUMN shape_rank INTEGER;
    ALTER TABLE cue_conflict_answers ADD COLUMN texture_rank INTEGER;
    """

  /// `patches` is JSON: class, first row and column, and logit of those of the picture's patches that were among the
  /// strongest when it was answered; `pixels` holds theirs one after another, `side` × `side` × 3 bytes each.
  private static let evidencePatchTable = """
    CREATE TABLE evidence_patches (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      label INTEGER NOT NULL,
      predicted INTEGER NOT NULL,
      side INTEGER NOT NULL,
      patches TEXT NOT NULL,
      pixels BLOB NOT NULL,
      UNIQUE (run, image) ON CONFLICT REPLACE
    ) STRICT;
    """

  /// The predicted classes at each place, row by row, with spaces between.
  private static let placeTable = """
    CREATE TABLE place_answers (
      run INTEGER NOT NULL REFERENCES runs (id),
      image TEXT NOT NULL,
      label INTEGER NOT NULL,
      clean INTEGER NOT NULL,
      place_columns INTEGER NOT NULL,
      sticker TEXT NOT NULL, noise TEXT NOT NULL, photo TEXT NOT NULL,
      UNIQUE (run, image) ON CONFLICT REPLACE
    ) STRICT;
    """

  /// The digest of every picture asked about, once for each set of pictures; `pictures_sha256` names a run's set, NULL
  /// where its pictures were not read.
  private static let pictureTables = """
    CREATE TABLE picture_sets (
      id INTEGER PRIMARY KEY,
      sha256 TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE pictures (
      picture_set INTEGER NOT NULL REFERENCES picture_sets (id),
      image TEXT NOT NULL,
      digest BLOB NOT NULL,
      PRIMARY KEY (picture_set, image)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE runs ADD COLUMN pictures_sha256 TEXT;
    """
}
