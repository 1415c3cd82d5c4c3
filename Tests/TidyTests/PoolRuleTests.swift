import Testing

/// Each rule of the pool's specification, POOL.md section 1, has a test that names it.
@Suite("The rules of the pool are tested")
struct PoolRuleTests {
    /// Rules whose tests speak of what is seen and not of the pool: those tests by their names.
    private static let seenElsewhere: [Int: String] = [
        2: "requests for http are forwarded, and origins share the connection",
        3: "other trust closes idle connections",
        20: "a request never goes to a connection that the kernel knows is closed",
        23: "unwanted content is drained up to the limit, and the connection kept",
        36: "a 408 on a reused connection is a stale connection",
        37: "a retry is told with its rule and evidence",
        43: "fields of the connection are left out, and that is said",
        44: "a name is looked up once",
        55: "differences from the recording fail only when that is asked for",
    ]

    @Test(arguments: 1...55)
    func `a test names the rule`(rule: Int) {
        if let name = Self.seenElsewhere[rule] {
            #expect(Self.names.contains(name), "no test is named `\(name)`")
            return
        }
        let isNamed = Self.names.contains { $0.hasPrefix("rule \(rule):") }
        #expect(isNamed, "no test names rule \(rule)")
    }

    @Test func `rule 8: a peer that answers no close_notify holds its slot for 250 ms`() {
        let contexts = SourceTree.files.filter {
            $0.path.hasPrefix("Sources/HTTPTransport/TLS/")
        }
        let bounds = contexts.flatMap(\.lines).filter { (line: String) in
            line.contains("shutdownTimeout =")
        }
        #expect(!bounds.isEmpty)
        #expect(bounds.allSatisfy { $0.hasSuffix("shutdownTimeout = .milliseconds(250)") })
    }

    /// The names of all tests.
    private static let names: Set<String> = Set(
        SourceTree.files.filter(\.isTest).flatMap { file in
            file.lines.compactMap { line in
                let parts = line.split(separator: "`", omittingEmptySubsequences: false)
                return parts.count >= 3 && parts[0].hasSuffix("func ") ? String(parts[1]) : nil
            }
        }
    )
}
