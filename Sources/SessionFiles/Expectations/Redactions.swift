package import JSONPath

/// What `@redact` keeps out of everything that is written or shown.
package struct Redactions: Sendable, Hashable {
    /// Names of fields, in lower case.
    package var fieldNames: Set<String>
    /// Names of cookies.
    package var cookieNames: Set<String>
    /// Paths into JSON contents.
    package var jsonPaths: [JSONPathQuery]
    /// Whether a path could not be read, so that no JSON content is shown.
    package var hidesAllJSON = false
    /// Names of variables.
    package var variableNames: Set<String>
    /// What secret variables held in replays that are over.
    package var values = SecretValues()

    /// Creates redactions; by default nothing is kept out.
    package init(
        fieldNames: Set<String> = [],
        cookieNames: Set<String> = [],
        jsonPaths: [JSONPathQuery] = [],
        variableNames: Set<String> = []
    ) {
        self.fieldNames = fieldNames
        self.cookieNames = cookieNames
        self.jsonPaths = jsonPaths
        self.variableNames = variableNames
    }

    /// Adds what others keep out.
    package mutating func formUnion(_ other: Redactions) {
        self.fieldNames.formUnion(other.fieldNames)
        self.cookieNames.formUnion(other.cookieNames)
        self.jsonPaths += other.jsonPaths
        self.hidesAllJSON = self.hidesAllJSON || other.hidesAllJSON
        self.variableNames.formUnion(other.variableNames)
        self.values.formUnion(other.values)
    }

    /// Reads a value of the tag and adds to what is there; false if it is not one.
    ///
    /// The value is a list: `header N, cookie N, jsonpath P, var V`.
    package mutating func add(_ text: String) -> Bool {
        var isWhole = true
        for item in text.splitOutsideBrackets {
            let (kind, name) = item.trimmed.firstWord
            guard !name.isEmpty else {
                isWhole = false
                continue
            }
            switch kind {
            case "header": self.fieldNames.insert(name.lowercased())
            case "cookie": self.cookieNames.insert(name)
            case "jsonpath":
                guard let path = try? JSONPathQuery(name) else {
                    self.hidesAllJSON = true
                    continue
                }
                self.jsonPaths.append(path)
            case "var": self.variableNames.insert(name)
            default: isWhole = false
            }
        }
        return isWhole
    }

    /// Whether the values of the field `name` are kept out.
    ///
    /// A redacted cookie makes the fields that carry cookies secret as a whole.
    package func hidesField(_ name: String) -> Bool {
        let name = name.lowercased()
        if name == "set-cookie" || name == "cookie", !self.cookieNames.isEmpty { return true }
        return self.fieldNames.contains(name)
    }

    /// Whether the value of the cookie `name` is kept out.
    package func hidesCookie(_ name: String) -> Bool {
        self.cookieNames.contains(name) || self.fieldNames.contains("set-cookie")
    }

    /// Whether what `path` finds may hold something that is kept out, or lie within it.
    package func hidesJSON(_ path: JSONPathQuery) -> Bool {
        self.hidesAllJSON
            || self.jsonPaths.contains { $0.mayOverlap(path) }
    }

    /// Whether the content as a whole may hold something that is kept out.
    package var hidesContent: Bool { self.hidesAllJSON || !self.jsonPaths.isEmpty }
}
