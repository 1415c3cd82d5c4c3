extension Unicode.Scalar {
    /// Whether this is a control of terminals or of bidirectional text, or ends a line: C0, DEL,
    /// C1, U+061C, U+200E, U+200F, U+2028 to U+202E, and U+2066 to U+2069.
    ///
    /// Text that holds one can drive a terminal, or look like other text than it is.
    package var isUnsafeToShow: Bool {
        self.value < 0x20 || self.value == 0x7F || Self.isUnsafeToShow(beyondASCII: self.value)
    }

    /// The same of a scalar outside ASCII, by its number.
    package static func isUnsafeToShow(beyondASCII value: UInt32) -> Bool {
        switch value {
        case 0x80...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
