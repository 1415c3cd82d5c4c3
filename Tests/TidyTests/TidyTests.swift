import Shell
import ShellLanguage
import Testing

@Suite("The source tree keeps its rules")
struct TidyTests {
    /// What each layer may import of ours; the compiler checks what is declared, this what may be.
    private static let layers: [String: Set<String>] = [
        "HTTPModel": [],
        "JSONPath": ["HTTPModel"],
        "Pooling": ["HTTPModel"],
        "HTTPTransport": ["HTTPModel", "Pooling", "CZlib"],
        "HTTPSession": ["HTTPModel"],
        "SessionFiles": ["HTTPModel", "HTTPSession", "JSONPath", "ShellLanguage"],
        "OpenAPI": ["HTTPModel"],
        "ShellLanguage": [],
        "Rendering": ["HTTPModel"],
        "LineEditing": ["CEditLine"],
        "Shell": [
            "HTTPModel", "HTTPSession", "JSONPath", "SessionFiles", "OpenAPI", "ShellLanguage",
            "Rendering",
            "LineEditing",
        ],
        "DemoServer": ["CZlib"],
    ]

    @Test func `the tree was found`() {
        #expect(SourceTree.files.count > 100)
        #expect(
            SourceTree.files.contains { $0.path == "Sources/Pooling/Machine/PoolMachine.swift" }
        )
    }

    @Test(arguments: layers.keys.sorted())
    func `a layer imports only the layers below it`(target: String) throws {
        let ours = Set(Self.layers.keys).union(["CZlib", "CEditLine"])
        let allowed = try #require(Self.layers[target])
        for file in SourceTree.files where file.path.hasPrefix("Sources/\(target)/") {
            let forbidden = file.imports.filter { ours.contains($0) && !allowed.contains($0) }
            #expect(forbidden.isEmpty, "\(file.path) imports \(forbidden)")
        }
    }

    @Test(arguments: ["HTTPModel", "JSONPath", "Pooling", "ShellLanguage"])
    func `the pure layers know neither NIO nor Foundation nor a clock`(target: String) {
        for file in SourceTree.files where file.path.hasPrefix("Sources/\(target)/") {
            let forbidden = file.imports.filter {
                $0.hasPrefix("NIO") || $0.hasPrefix("Foundation") || $0 == "Glibc"
                    || $0 == "Dispatch" || $0 == "Logging"
            }
            #expect(forbidden.isEmpty, "\(file.path) imports \(forbidden)")
            for (number, line) in file.lines.enumerated() {
                let usesClock = line.contains("ContinuousClock") || line.contains(".random(")
                #expect(!usesClock, "\(file.path):\(number + 1) reads a clock or chance")
            }
        }
    }

    @Test func `no line is longer than 100 columns`() {
        for file in SourceTree.files {
            for (number, line) in file.lines.enumerated() where line.count > 100 {
                // Golden texts are what they are.
                guard !file.isTest else { continue }
                Issue.record("\(file.path):\(number + 1) has \(line.count) columns")
            }
        }
    }

    @Test func `no file is longer than 600 lines`() {
        for file in SourceTree.files where file.lines.count > 601 {
            Issue.record("\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func `no function is longer than 60 lines`() {
        for file in SourceTree.files where !file.isTest {
            for (name, line, length) in Self.functions(in: file) where length > 60 {
                Issue.record("\(file.path):\(line): \(name) has \(length) lines")
            }
        }
    }

    @Test func `an unchecked Sendable says what makes it true`() {
        for file in SourceTree.files {
            for (number, line) in file.lines.enumerated()
            where line.contains(": @unchecked Sendable") {
                let around = file.lines[max(0, number - 14)..<min(number + 5, file.lines.count)]
                let says = around.contains {
                    $0.contains("//") && $0.contains("@unchecked Sendable")
                }
                #expect(says, "\(file.path):\(number + 1) gives no reason")
            }
        }
    }

    @Test func `a precondition failure has a message, and nothing is forced`() {
        for file in SourceTree.files where !file.isTest {
            for (number, line) in file.code where line.contains("!") || line.contains("(") {
                #expect(
                    !line.contains("preconditionFailure()") && !line.contains("fatalError()"),
                    "\(file.path):\(number) fails without words"
                )
                #expect(!line.contains("Task.detached"), "\(file.path):\(number)")
                let forced = Self.forced(in: line)
                #expect(forced == nil, "\(file.path):\(number) forces \(forced ?? "")")
            }
        }
    }

    /// What a line of code forces: `try!`, `as!`, a value with `!` behind it, or a type.
    static func forced(in line: String) -> String? {
        guard line.contains("!") else { return nil }
        let patterns: [Regex<Substring>] = [
            /\b(?:try|as)!/,
            // A name, call, element or another mark, and then neither `=` nor what is negated.
            /[A-Za-z0-9_)\]>}?]!(?![=A-Za-z_(])/,
            // Members of what is forced: `a!.b`, and what is called or indexed.
            /[A-Za-z0-9_)\]]!(?=\.|\(|\[)/,
        ]
        return patterns.lazy.compactMap { line.firstMatch(of: $0)?.output }.first.map(String.init)
    }

    @Test(arguments: [
        ("let a = b!", "b!"), ("let a = b!.c", "b!"), ("f(b![0])", "b!"), ("b()!", ")!"),
        ("a[0]!", "]!"), ("try! f()", "try!"), ("x as! Int", "as!"), ("var a: Int!", "t!"),
        ("var a: [Int]!", "]!"), ("a?.b!", "b!"), ("[a!, b]", "a!"), ("f(a!)", "a!"),
    ])
    func `what forces is found`(_ row: (line: String, found: String)) {
        #expect(Self.forced(in: row.line)?.hasSuffix(row.found) == true)
    }

    @Test(arguments: [
        "a != b", "if !a {", "(!a)", "[!a]", "a && !b", "f(!a, !b)", "return !a.b", "a!=b",
        "guard !(a || b) else { return }", "case !x", "let a = !b",
    ])
    func `what negates or compares forces nothing`(_ line: String) {
        #expect(Self.forced(in: line) == nil)
    }

    @Test func `no path has a space, and no file has a tab`() {
        for file in SourceTree.files {
            #expect(!file.path.contains(" "), "\(file.path)")
            #expect(!file.lines.contains { $0.hasPrefix("\t") }, "\(file.path)")
        }
    }

    @Test(arguments: CommandRegistry.standard.commands.map(\.signature.name))
    func `a command has help with a usage and an example`(name: String) throws {
        let command = try #require(CommandRegistry.standard.command(name))
        #expect(!command.summary.isEmpty)
        #expect(!command.help.usage.isEmpty)
        #expect(!command.help.text.isEmpty)
        #expect(!command.help.examples.isEmpty)
    }

    /// Functions with their lengths, by indentation: the formatter makes that reliable.
    private static func functions(
        in file: SourceTree.File
    ) -> [(name: String, line: Int, length: Int)] {
        var found: [(String, Int, Int)] = []
        for (start, line) in file.lines.enumerated() {
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(where: { $0 == "func" || $0.hasPrefix("init(") }),
                !line.contains("//"),
                words.prefix(place).allSatisfy({ Self.modifiers.contains($0) })
            else { continue }
            // A requirement of a protocol has no body.
            let isOneLine = line.hasSuffix(")") && !line.contains("{")
            guard !isOneLine,
                !line.contains("throws(") || line.hasSuffix("{") || line.hasSuffix("(")
            else { continue }
            let indent = line.prefix { $0 == " " }
            let close = indent + "}"
            // The line that ends the parameters: a requirement's has no brace.
            let signatureEnd =
                line.hasSuffix("(")
                ? file.lines[start...].first { $0.hasPrefix(indent + ")") } : line
            guard signatureEnd?.hasSuffix("{") == true || line.hasSuffix("{") else { continue }
            guard let end = file.lines[start...].firstIndex(of: String(close)) else { continue }
            found.append(
                (
                    String(words[place...].joined(separator: " ").prefix(40)), start + 1,
                    end - start + 1
                )
            )
        }
        return found
    }

    private static let modifiers: Set<Substring> = [
        "package", "private", "fileprivate", "static", "mutating", "nonisolated", "override",
        "isolated", "consuming", "borrowing", "convenience", "@discardableResult",
    ]
}
