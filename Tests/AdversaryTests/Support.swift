import Testing

@testable import Adversary
