import Tensors
import Testing

@testable import Checkpoints

@Suite struct HalfPrecisionTests {
  @Test func everyHalfPrecisionNumberReadsExactly() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let found = HalfPrecision.float(binary16: bits)
      if expected.isNaN {
        #expect(found.isNaN)
      } else if found.bitPattern != expected.bitPattern {
        Issue.record("\(bits) reads as \(found), expected \(expected)")
      }
    }
  }

  @Test func roundsToNearestEvenAsPyTorchDoes() throws {
    let golden = try Golden.rounding()
    let source = golden.source.map {
      $0 == "inf" ? Float.infinity : $0 == "-inf" ? -.infinity : Float($0) ?? .nan
    }
    #expect(!source.contains { $0.isNaN })
    #expect(source.map(HalfPrecision.binary16) == golden.fp16)
    #expect(source.map(HalfPrecision.bfloat16) == golden.bf16)
  }

  @Test func everyShortFloatSurvivesTheRoundTrip() {
    for bits in UInt16.min...UInt16.max {
      let value = HalfPrecision.float(bfloat16: bits)
      if value.isNaN {
        #expect(HalfPrecision.float(bfloat16: HalfPrecision.bfloat16(value)).isNaN)
      } else if HalfPrecision.bfloat16(value) != bits {
        Issue.record("\(bits) comes back as \(HalfPrecision.bfloat16(value))")
      }
    }
  }

  @Test func bfloatNotANumberStaysNotANumber() {
    // Rounding the bits as a number would carry into the exponent and give infinity or zero.
    for bits: UInt32 in [0x7F80_0001, 0x7FFF_FFFF, 0xFFFF_FFFF, 0xFF80_0001] {
      #expect(HalfPrecision.float(bfloat16: HalfPrecision.bfloat16(Float(bitPattern: bits))).isNaN)
    }
  }
}
