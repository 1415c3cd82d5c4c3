package import HTTPModel

/// What `@redact` keeps out of everything that is written or shown.
package struct Redactions: Sendable, Hashable {
    /// Names of fields, in lower case.
    package var fieldNames: Set<String>
    /// Names of cookies.
    package var cookieNames: Set<String>
    /// Paths into JSON contents.
    package var jsonPaths: [JSONPathLookup]
    /// Whether a path could not be read, so that no JSON content is shown.
    package var hidesAllJSON = false
    /// Names of variables.
    package var variableNames: Set<String>

    /// Creates redactions; by default nothing is kept out.
    package init(
        fieldNames: Set<String> = [],
        cookieNames: Set<String> = [],
        jsonPaths: [JSONPathLookup] = [],
        variableNames: Set<String> = []
    ) {
        self.fieldNames = fieldNames
        self.cookieNames = cookieNames
        self.jsonPaths = jsonPaths
        self.variableNames = variableNames
    }

    /// Reads a value of the tag and adds to what is there; false if it is not one.
    ///
    /// The value is a list: `header N, cookie N, jsonpath P, var V`.
    package mutating func add(_ text: String) -> Bool {
        var isWhole = true
        for item in text.split(separator: ",") {
            let (kind, name) = item.firstWord
            guard !name.isEmpty else {
                isWhole = false
                continue
            }
            switch kind {
            case "header": self.fieldNames.insert(name.lowercased())
            case "cookie": self.cookieNames.insert(name)
            case "jsonpath":
                guard let path = try? JSONPathLookup(name) else {
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

    /// Whether what `path` finds may hold something that is kept out, or lie within it.
    package func hidesJSON(_ path: JSONPathLookup) -> Bool {
        self.hidesAllJSON
            || self.jsonPaths.contains { hidden in
                hidden.steps.starts(with: path.steps) || path.steps.starts(with: hidden.steps)
            }
    }

    /// Whether the content as a whole may hold something that is kept out.
    package var hidesContent: Bool { self.hidesAllJSON || !self.jsonPaths.isEmpty }
}
