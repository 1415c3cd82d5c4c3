import HTTPModel

/// A HAR 1.2 read as a session (FILES.md, section 4): each entry a request.
///
/// Bytes come in pieces of any size; only the entry under way is kept as text.
package struct HARImport: Sendable {
    /// The requests in the order of their entries.
    package private(set) var requests: [RecordedRequest] = []
    /// The status that each request had, by its number.
    package private(set) var statuses: [Int: Int] = [:]
    /// Entries that are left out, and why.
    package private(set) var problems: [HARProblem] = []
    /// How many cookie fields were left out.
    package private(set) var cookieCount = 0
    private var scanner = HARScanner()
    private let keepsSecrets: Bool
    private var secrets: SecretReplacement

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - keepsSecrets: Whether secrets and cookies are kept as they are.
    ///   - isSensitive: Which fields are sensitive.
    ///   - isSensitiveKey: Which keys of queries and contents are.
    package init(
        keepsSecrets: Bool,
        isSensitive: @escaping @Sendable (_ fieldName: String) -> Bool,
        isSensitiveKey: @escaping @Sendable (_ key: String) -> Bool = { _ in false }
    ) {
        self.keepsSecrets = keepsSecrets
        self.secrets = SecretReplacement(
            isSensitive: { !keepsSecrets && isSensitive($0) },
            isSensitiveKey: { !keepsSecrets && isSensitiveKey($0) }
        )
    }

    /// The variables that stand for secrets.
    package var expectedNames: [String] { self.secrets.expectedNames }

    /// Takes the next bytes.
    package mutating func take(_ bytes: [UInt8]) throws(HARProblem) {
        for entry in try self.scanner.take(bytes) {
            do throws(HARProblem) {
                try self.take(entry)
            } catch {
                self.problems.append(error)
            }
        }
    }

    /// Ends; throws what is wrong with the text as a whole.
    package mutating func finish() throws(HARProblem) {
        guard self.scanner.isComplete else {
            throw HARProblem(.truncated, line: self.scanner.line)
        }
        guard self.scanner.hasEntries else { throw HARProblem(.noEntries, line: 1) }
    }

    private mutating func take(_ entry: HARScanner.Entry) throws(HARProblem) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: entry.bytes)
        } catch {
            let lines = entry.bytes.prefix(error.offset).count { $0 == 0x0A }
            throw HARProblem(.malformed(error.problem), line: entry.line + lines)
        }
        let reader = HAREntryReader(value, line: entry.line, keepsCookies: self.keepsSecrets)
        var request = try reader.request()
        request.number = self.requests.count + 1
        let type = request.fields.last { $0.name.lowercased() == "content-type" }?.value ?? ""
        request.fields = request.fields.map { self.secrets.replacing($0) }
        request.target = self.secrets.replacing(target: request.target)
        if case .bytes(let content) = request.body,
            let text = self.secrets.replacing(
                content: content,
                hasReferences: false,
                mediaType: type
            )
        {
            request.body = .template(text)
        }
        self.cookieCount += reader.cookieFieldCount
        if let status = reader.status { self.statuses[request.number] = status }
        self.requests.append(request)
    }

    /// The session: what is in the HAR, with the most frequent origin as its base.
    package func session(title: String) -> RecordedSession {
        var counts: [String: Int] = [:]
        let targets = self.requests.map(\.target)
        for target in targets { counts[Self.origin(of: target), default: 0] += 1 }
        let base = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        guard let base else { return RecordedSession(title: title) }
        return RecordedSession(
            title: title,
            variables: [SessionVariable(name: "base", value: base)],
            requests: self.requests.map { request in
                var request = request
                if Self.origin(of: request.target) == base {
                    request.target = "{{base}}" + request.target.dropFirst(base.count)
                }
                return request
            }
        )
    }

    /// Adds what was answered as an expectation to each block of a document.
    package func addExpectations(to document: inout SessionDocument) {
        for (index, request) in self.requests.enumerated() {
            guard let status = self.statuses[request.number],
                document.blocks.indices.contains(index),
                let expectation = try? Expectation.parse("status \(status)")
            else { continue }
            document.blocks[index].leading.append(SessionEntry(.tag(.expect(expectation))))
        }
    }

    private static func origin(of target: String) -> String {
        let rest = target.firstRange(of: "://").map { target[$0.upperBound...] } ?? target[...]
        return String(target[..<(rest.firstIndex { $0 == "/" || $0 == "?" } ?? target.endIndex)])
    }
}
