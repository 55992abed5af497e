/// Every family of textures.
package enum TextureCatalogue {
  /// The families of the 16 categories, in the order of `EntryLevelCategories.names`.
  package static let categories: [TextureFamily] = [
    TextureFamily("airplane", RivetedMetal.self, tilt: 0.1),
    TextureFamily("bear", ShaggyFur.self, tilt: 0.12),
    TextureFamily("bicycle", DriveChain.self, tilt: 0.12),
    TextureFamily("bird", Feathers.self, tilt: 0.1),
    TextureFamily("boat", HullPlanks.self, tilt: 0.06),
    TextureFamily("bottle", GreenGlass.self, tilt: 0.1),
    TextureFamily("car", TyreTread.self, tilt: 0.12),
    TextureFamily("cat", TabbyFur.self, tilt: 0.16),
    TextureFamily("chair", WovenCane.self, tilt: 0.13),
    TextureFamily("clock", BrassGears.self, tilt: 0.12),
    TextureFamily("dog", SpottedCoat.self, tilt: 0.5),
    TextureFamily("elephant", WrinkledSkin.self, tilt: 0.12),
    TextureFamily("keyboard", KeyCaps.self, tilt: 0.06),
    TextureFamily("knife", PatternedSteel.self, tilt: 0.12),
    TextureFamily("oven", BrickWork.self, tilt: 0.06),
    TextureFamily("truck", DiamondPlate.self, tilt: 0.1),
  ]

  /// Families that stand for none of the categories.
  package static let neutral: [TextureFamily] = [
    TextureFamily("marble", Marble.self, tilt: 0.5),
    TextureFamily("zigzag", Zigzags.self, tilt: 0.5),
    TextureFamily("terrazzo", Terrazzo.self, tilt: 0.5),
    TextureFamily("ripples", Ripples.self, tilt: 0.5),
  ]
}
