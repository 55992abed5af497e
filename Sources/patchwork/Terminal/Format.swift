import Foundation

/// Numbers in text, by C's format codes and without a locale.
func format(_ code: String, _ values: any CVarArg...) -> String {
  String(format: code, locale: nil, arguments: values)
}
