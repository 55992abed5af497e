import Foundation

/// Numbers in text, by C's format codes and without a locale.
func format(_ code: String, _ values: any CVarArg...) -> String {
  String(format: code, locale: nil, arguments: values)
}

/// A share in per cent; a dash where there is nothing to share.
func percent(_ part: Int, of whole: Int) -> String {
  whole == 0 ? "–" : format("%.1f %%", 100 * Double(part) / Double(whole))
}
