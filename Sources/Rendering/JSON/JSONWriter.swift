import HTTPModel

/// Writes JSON on one line, members in the order in which they are given; used for `--json`.
///
///     var writer = JSONWriter()
///     writer.object { object in
///         object.member("type", "exchange")
///         object.member("idleMs", milliseconds: idle)
///         object.array("fields") { fields in
///             fields.array {
///                 $0.element(name)
///                 $0.element(value)
///             }
///         }
///     }
///     print(writer.text)
package struct JSONWriter: Sendable {
    /// What has been written.
    package private(set) var bytes: [UInt8] = []

    /// Creates a writer with nothing written.
    package init() {}

    /// What has been written, as text.
    package var text: String { String(decoding: self.bytes, as: UTF8.self) }

    /// Writes an object.
    package mutating func object(_ build: (inout Object) -> Void) {
        self.bytes.appendObject(build)
    }

    /// Writes an array.
    package mutating func array(_ build: (inout Elements) -> Void) {
        self.bytes.appendArray(build)
    }

    /// Ends a line of JSON Lines.
    package mutating func endLine() {
        self.bytes.append(0x0A)
    }

    /// Forgets what has been written, and keeps the memory.
    package mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: true)
    }

    /// The members of an object that is being written.
    package struct Object: ~Copyable {
        fileprivate var bytes: [UInt8]
        private var isFirst = true

        fileprivate init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        /// Writes a member; nil is written as `null`.
        package mutating func member<Value: JSONWritable>(_ key: String, _ value: Value?) {
            self.append(key)
            self.bytes.appendValue(value)
        }

        /// Writes a member, or nothing at all for nil.
        package mutating func member<Value: JSONWritable>(_ key: String, ifPresent value: Value?) {
            guard let value else { return }
            self.member(key, value)
        }

        /// Writes a member in milliseconds with at most three decimals; nil is written as `null`.
        package mutating func member(_ key: String, milliseconds duration: Duration?) {
            self.append(key)
            self.bytes.appendValue(duration.map(Milliseconds.init))
        }

        /// Writes a member whose value is `null`.
        package mutating func null(_ key: String) {
            self.append(key)
            self.bytes.appendValue(String?.none)
        }

        /// Writes a member whose value is an object.
        package mutating func object(_ key: String, _ build: (inout Object) -> Void) {
            self.append(key)
            self.bytes.appendObject(build)
        }

        /// Writes a member whose value is an array.
        package mutating func array(_ key: String, _ build: (inout Elements) -> Void) {
            self.append(key)
            self.bytes.appendArray(build)
        }

        /// Writes a member whose value is an array of these elements.
        package mutating func array(_ key: String, of elements: some Sequence<some JSONWritable>) {
            self.array(key) { array in
                for element in elements { array.element(element) }
            }
        }

        private mutating func append(_ key: String) {
            if !self.isFirst { self.bytes.append(UInt8(ascii: ",")) }
            self.isFirst = false
            key.appendJSON(to: &self.bytes)
            self.bytes.append(UInt8(ascii: ":"))
        }
    }

    /// The elements of an array that is being written.
    package struct Elements: ~Copyable {
        fileprivate var bytes: [UInt8]
        private var isFirst = true

        fileprivate init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        /// Writes an element; nil is written as `null`.
        package mutating func element<Value: JSONWritable>(_ value: Value?) {
            self.separate()
            self.bytes.appendValue(value)
        }

        /// Writes an element that is an object.
        package mutating func object(_ build: (inout Object) -> Void) {
            self.separate()
            self.bytes.appendObject(build)
        }

        /// Writes an element that is an array.
        package mutating func array(_ build: (inout Elements) -> Void) {
            self.separate()
            self.bytes.appendArray(build)
        }

        private mutating func separate() {
            if !self.isFirst { self.bytes.append(UInt8(ascii: ",")) }
            self.isFirst = false
        }
    }
}

extension [UInt8] {
    fileprivate mutating func appendValue<Value: JSONWritable>(_ value: Value?) {
        if let value {
            value.appendJSON(to: &self)
        } else {
            self.append(contentsOf: "null".utf8)
        }
    }

    fileprivate mutating func appendObject(_ build: (inout JSONWriter.Object) -> Void) {
        self.append(UInt8(ascii: "{"))
        // The buffer is handed on and taken back, so that there is only ever one.
        var object = JSONWriter.Object(bytes: self)
        self = []
        build(&object)
        self = object.bytes
        self.append(UInt8(ascii: "}"))
    }

    fileprivate mutating func appendArray(_ build: (inout JSONWriter.Elements) -> Void) {
        self.append(UInt8(ascii: "["))
        var elements = JSONWriter.Elements(bytes: self)
        self = []
        build(&elements)
        self = elements.bytes
        self.append(UInt8(ascii: "]"))
    }
}
