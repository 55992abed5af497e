import Foundation
import Tensors
import Testing

@testable import Imaging

@Suite struct ResizingTests {
  @Test func resizesAsPillowDoes() throws {
    let source = try Golden.source()
    let golden = try Golden.load().resized
    #expect(golden.count == 30)
    for expected in golden {
      let resized = try source.resized(
        width: expected.width, height: expected.height, by: expected.interpolation)
      #expect(
        resized == expected.picture, "\(expected.width) x \(expected.height), \(expected.interpolation)")
    }
  }

  @Test func framesAsTorchvisionDoes() throws {
    let golden = try Golden.load()
    let wide = try Golden.source()
    let tall = wide.turned(by: .transposed)
    let tower = tall.cropped(to: PixelWindow(columns: 5..<18, rows: 0..<37))
    for (source, cases) in [
      (wide, golden.framed), (tall, golden.framedTall), (tower, golden.framedTower),
    ] {
      #expect(cases.count == 16)
      for expected in cases {
        let framed = try source.framed(
          resizeShorterSide: expected.side, centerCrop: expected.crop, interpolation: expected.interpolation)
        #expect(
          framed == expected.picture,
          "side \(expected.side ?? 0), crop \(expected.crop ?? 0), \(expected.interpolation)")
      }
    }
  }

  @Test func framingEqualsResizingThenCropping() throws {
    let source = try Golden.source()
    for interpolation in Interpolation.allCases {
      for (side, crop) in [(16, 12), (29, 20), (60, 31), (7, 30), (3, 2)] {
        let stepwise = try source.resized(shorterSide: side, by: interpolation).centerCropped(to: crop)
        let framed = try source.framed(
          resizeShorterSide: side, centerCrop: crop, interpolation: interpolation)
        #expect(framed == stepwise, "\(side), \(crop), \(interpolation)")
      }
    }
  }

  @Test(arguments: [
    (300, 224, 112, 150, 112), (224, 301, 112, 112, 150), (500, 375, 256, 341, 256), (9, 9, 4, 4, 4),
  ])
  func roundsTheLongSideDown(width: Int, height: Int, side: Int, newWidth: Int, newHeight: Int) {
    let size = Picture.size(width: width, height: height, withShorterSide: side)
    #expect(size.width == newWidth)
    #expect(size.height == newHeight)
  }

  @Test func leavesAPictureOfTheRightSizeAlone() throws {
    let source = try Golden.source()
    #expect(try source.resized(shorterSide: 29, by: .bicubic) == source)
  }

  @Test func framesALongStripWithoutHoldingItWhole() throws {
    let strip = Picture(width: 60_000, height: 1, red: 10, green: 20, blue: 30)
    let framed = try strip.framed(resizeShorterSide: 200, centerCrop: 4)
    #expect(framed == Picture(width: 4, height: 4, red: 10, green: 20, blue: 30))
    #expect(throws: ImagingError.impossibleSize(width: 1_200_000_000, height: 20_000)) {
      try strip.resized(shorterSide: 20_000)
    }
  }

  @Test func refusesSizesWithoutPixels() throws {
    let source = try Golden.source()
    #expect(throws: ImagingError.impossibleSize(width: 0, height: 5)) {
      try source.resized(width: 0, height: 5, by: .nearest)
    }
    #expect(throws: ImagingError.impossibleSize(width: -1, height: -1)) { try source.centerCropped(to: -1) }
    #expect(throws: ImagingError.impossibleSize(width: 0, height: 0)) {
      try source.framed(resizeShorterSide: 0, centerCrop: 4)
    }
  }

  @Test func goesToATensorAndBack() throws {
    let source = try Golden.source()
    let tensor = source.tensor
    #expect(tensor.shape == [3, 29, 37])
    #expect(tensor[1, 4, 7] == Float(source[x: 7, y: 4, channel: 1]) / 255)
    #expect(Picture(tensor) == source)
  }

  @Test func clampsAndRoundsWhenComingFromATensor() {
    // Channel after channel in the tensor, pixel after pixel in the picture.
    let tensor = Tensor([-3, 0.499 / 255, 0.501 / 255, 254.6 / 255, 7, .nan], shape: [3, 1, 2])
    #expect(Picture(tensor).bytes == [0, 1, 255, 0, 255, 0])
  }
}
