import HTTPModel
import HTTPSession
import HTTPTypes
import Rendering
import ShellLanguage

/// Where a line of a script stands.
package struct ScriptPlace: Sendable, Hashable {
    /// The file as it was named; `-` is standard input, nil is `-c`.
    package var file: String?
    /// The number of its first line, from 1.
    package var line: Int

    /// Names a place.
    package init(file: String?, line: Int) {
        self.file = file
        self.line = line
    }

    /// `FILE:LINE:COLUMN` of what is wrong with the line as a whole; nil where there is no file.
    var text: String? {
        self.file.map { "\($0 == "-" ? "stdin" : $0):\(self.line):1" }
    }
}

extension Evaluator {
    /// Evaluates one line, and shows what went wrong with it.
    ///
    /// - Returns: The problem, if the line failed.
    package func run(_ text: String, at place: ScriptPlace? = nil) async -> ShellProblem? {
        let before = self.lineWantsJSON
        defer { self.lineWantsJSON = before }
        let text = self.parser.expandingAlias(in: text)
        return await Self.$place.withValue(place) {
            do throws(ShellProblem) {
                try await self.evaluate(text)
                return nil
            } catch {
                self.report(error, source: text, at: place)
                return error
            }
        }
    }

    /// Evaluates one line.
    func evaluate(_ text: String) async throws(ShellProblem) {
        let line: ShellLine
        do {
            line = try self.parser.parse(text)
        } catch {
            throw .syntax(error)
        }
        try await self.evaluate(line, source: text)
    }

    private func evaluate(_ line: ShellLine, source: String) async throws(ShellProblem) {
        switch line {
        case .blank, .comment: return
        case .connection(let number):
            try await self.runCommand("sockets #\(number)")
        case .tag(let tag): try self.pendingTags.add(tag)
        case .variable(let variable): try await self.setVariable(variable)
        case .field(let field): try await self.setDefaultField(field)
        case .query(let query): try await self.setDefaultQuery(query)
        case .request(let request):
            try await self.perform(self.withOnceTails(request))
        case .command(let invocation):
            let invocation = self.withOnceTails(invocation)
            guard let command = self.registry.command(invocation.name) else {
                preconditionFailure("the parser knows \(invocation.name), the registry does not")
            }
            let output = try await command.run(invocation, in: self)
            try await self.print(output, tails: invocation.tails)
        case .filters(let tails): try await self.filterLast(tails)
        case .shell(let text): try await self.runShell(text)
        case .curl(let text):
            let start = source.utf8.count - text.utf8.count
            try await self.takeCurl(text, at: source.hasSuffix(text) ? start : nil)
        }
    }

    /// Evaluates a command that linger itself makes.
    func runCommand(_ text: String) async throws(ShellProblem) {
        try await self.evaluate(text)
    }

    /// Prints what a command gives, through its tails.
    func print(_ output: CommandOutput, tails: Tails) async throws(ShellProblem) {
        if self.printsJSON, !output.json.isEmpty || output.isRemark {
            try await self.deliver(output.json.map { "\($0)\n" }.joined(), tails: tails)
            return
        }
        guard !output.lines.isEmpty else { return }
        if output.isRemark, tails.isEmpty {
            if self.console.outputIsTerminal {
                output.lines.forEach(self.console.outTalk)
            } else {
                output.lines.forEach(self.console.errLine)
            }
            return
        }
        // What is data for a file or a pipe stays as it is.
        let isSeen = self.console.outputIsTerminal && tails.isEmpty
        let lines = isSeen ? output.lines.map(self.console.adapted) : output.lines
        let text = lines.map { "\($0)\n" }.joined()
        if self.printsJSON, tails.isEmpty {
            self.printJSON(ofOutput: Array(text.utf8))
            return
        }
        try await self.deliver(text, tails: tails)
    }

    private func deliver(_ text: String, tails: Tails) async throws(ShellProblem) {
        guard !text.isEmpty || !tails.isEmpty else { return }
        try await self.send(Array(text.utf8), through: tails, exchange: nil)
    }

    // MARK: What sticks

    private func setVariable(_ line: VariableLine) async throws(ShellProblem) {
        let value = try await self.resolve(line.value)
        if line.name == "base" {
            try await self.setBase(value, span: line.value.span)
            return
        }
        self.assign(value, to: line.name)
        await self.remember(line.value, value: value, as: .variable(line.name))
    }

    private func setDefaultField(_ line: ShellLanguage.FieldLine) async throws(ShellProblem) {
        guard let value = line.value else {
            let removed: [DefaultField]
            do {
                removed = try await self.session.removeField(line.name)
            } catch {
                throw .field(error, line.nameSpan)
            }
            if removed.isEmpty { self.remark("there is no default field \(line.name)") }
            return
        }
        let text = try await self.resolveDefault(value)
        let place: DefaultPlace
        do {
            let field = try await self.session.setField(
                line.name,
                to: text,
                scope: .automatic(base: self.base?.origin)
            )
            if let scope = field.scope {
                self.remark("\(field.name.rawName) goes to \(scope) only")
            }
            await self.remember(value, value: field.value, as: .field(line.name.lowercased()))
            place = .field(field.name, scope: field.scope)
        } catch {
            throw .field(error, line.nameSpan)
        }
        try await self.keepLive(value, as: place)
    }

    private func setDefaultQuery(_ line: QueryLine) async throws(ShellProblem) {
        let name = try await self.resolve(line.name)
        guard let value = line.value else {
            await self.session.removeQuery(name)
            return
        }
        let text = try await self.resolveDefault(value)
        let scope: Origin?
        do {
            scope = try await self.session.setQuery(
                name,
                to: [text],
                scope: .automatic(base: self.base?.origin)
            )
        } catch {
            throw .field(error, line.name.span)
        }
        await self.remember(value, value: text, as: .query(name))
        try await self.keepLive(value, as: .query(name, scope: scope))
    }

    /// Says something about what was done.
    func remark(_ text: String) {
        guard !self.printsJSON else { return }
        self.console.errLine(
            self.console.errorContext.palette.styled(Sanitizer.line(text), as: .dim)
        )
    }

    /// Says something once in a session.
    func remarkOnce(_ text: String) {
        guard self.shownNotes.insert(text).inserted else { return }
        self.remark(text)
    }
}
