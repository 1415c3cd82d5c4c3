internal import HTTPModel

/// Builds one `--json` object: one line, without its line feed (PRODUCT.md section 6).
enum JSONLine {
    /// The object of a type; `build` writes the members that follow `type`.
    static func text(_ type: String, _ build: (inout JSONWriter.Object) -> Void) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("type", type)
            build(&object)
        }
        return writer.text
    }
}

extension JSONWriter.Object {
    /// Writes a duration in milliseconds; nil is `null`.
    mutating func milliseconds(_ key: String, _ duration: Duration?) {
        self.member(key, duration.map { Milliseconds($0) })
    }

    /// Writes the numbers of connections.
    mutating func connections(_ key: String, _ connections: [ConnectionID]) {
        self.array(key) { array in
            for connection in connections { array.element(connection.number) }
        }
    }

    /// Writes strings.
    mutating func strings(_ key: String, _ strings: [String]) {
        self.array(key) { array in
            for string in strings { array.element(string) }
        }
    }

    /// Writes an error as `{"kind":…,"message":…}`.
    mutating func error(_ key: String, _ error: RenderedError) {
        self.object(key) { object in
            object.member("kind", error.kind)
            object.member("message", error.message)
        }
    }
}
