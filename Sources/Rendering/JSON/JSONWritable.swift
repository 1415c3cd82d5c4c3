package import HTTPModel

/// What can be written as one JSON value.
package protocol JSONWritable {
    /// Appends the value as JSON on one line.
    func appendJSON(to bytes: inout [UInt8])
}

extension String: JSONWritable {}

extension Bool: JSONWritable {
    package func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: (self ? "true" : "false").utf8)
    }
}

extension Int: JSONWritable {
    package func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: String(self).utf8)
    }
}

extension UInt64: JSONWritable {
    package func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: String(self).utf8)
    }
}

extension Double: JSONWritable {
    /// Appends the shortest spelling that reads back as the same value; `null` for what is no
    /// number.
    ///
    /// Whole values have no fraction; the exponent appears only below 0.0001 and from 2⁵⁴.
    package func appendJSON(to bytes: inout [UInt8]) {
        guard self.isFinite else {
            bytes.append(contentsOf: "null".utf8)
            return
        }
        let text = self.description
        bytes.append(contentsOf: (text.hasSuffix(".0") ? text.dropLast(2) : text[...]).utf8)
    }
}

extension JSONValue: JSONWritable {
    package func appendJSON(to bytes: inout [UInt8]) {
        self.append(to: &bytes)
    }
}

/// A duration as a JSON number of milliseconds with at most three decimals and never an exponent.
package struct Milliseconds: JSONWritable, Sendable, Hashable {
    private let microseconds: Int64

    /// Rounds a duration to microseconds, half away from zero.
    package init(_ duration: Duration) {
        let nanoseconds = duration.wholeNanoseconds
        let remainder = nanoseconds % 1000
        self.microseconds = nanoseconds / 1000 + (remainder >= 500 ? 1 : remainder <= -500 ? -1 : 0)
    }

    package func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: self.text.utf8)
    }

    /// The number's spelling, such as `3.2`.
    package var text: String {
        let magnitude = self.microseconds.magnitude
        let sign = self.microseconds < 0 ? "-" : ""
        let fraction = magnitude % 1000
        guard fraction > 0 else { return "\(sign)\(magnitude / 1000)" }
        var digits = String(fraction + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(magnitude / 1000).\(digits)"
    }
}
