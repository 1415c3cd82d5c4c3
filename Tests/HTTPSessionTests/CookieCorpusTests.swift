import Foundation
import HTTPModel
import Testing

@testable import HTTPSession

/// The folder of corpora, if there is one on this machine.
private let corpora = ProcessInfo.processInfo.environment["LINGER_CORPORA"]

@Suite("Cookies: public test cases", .enabled(if: corpora != nil))
struct CookieCorpusTests {
    private struct StateCase: Decodable {
        struct Step: Decodable {
            let url: String
            let set_cookie: [String]?
            let expect: String?
        }
        let name: String
        let steps: [Step]
    }

    private struct DateCase: Decodable {
        let test: String
        let expected: String?
    }

    private func load<Case: Decodable>(_ name: String) throws -> [Case] {
        let folder = try #require(corpora)
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/cookies/\(name)"))
        return try JSONDecoder().decode([Case].self, from: data)
    }

    @Test func `the cases of http-state give the fields they expect`() throws {
        let cases: [StateCase] = try self.load("http-state.json")
        #expect(cases.count > 100)
        for row in cases {
            var store = CookieStore()
            for step in row.steps {
                let target = step.url.replacingOccurrences(of: "{port}", with: "80")
                let context = try context(target)
                if let fields = step.set_cookie {
                    for field in fields { _ = store.store(field, context: context) }
                } else {
                    let field = store.fieldValue(for: context)?.text
                    #expect(field == step.expect, "\(row.name)")
                }
            }
        }
    }

    @Test(arguments: ["dates-examples.json", "dates-bsd-examples.json"])
    func `the dates of http-state are read`(_ file: String) throws {
        let cases: [DateCase] = try self.load(file)
        #expect(cases.count > 10)
        for row in cases {
            let expected = row.expected.map { CookieDate.parse($0.utf8) }
            #expect(CookieDate.parse(row.test.utf8) == expected ?? nil, "\(row.test)")
        }
    }
}
