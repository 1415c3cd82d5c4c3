import HTTPModel
import HTTPSession
import JSONPath
import ShellLanguage

/// Replaces references by what they yield; what they yield is only ever data.
extension Evaluator {
    /// The text of a template.
    func resolve(_ template: Template) async throws(ShellProblem) -> String {
        var text = ""
        for part in template.parts {
            switch part {
            case .literal(let literal): text += literal
            case .placeholder(let placeholder): text += try await self.resolve(placeholder)
            }
        }
        return text
    }

    /// The text of a raw text with references, as session files hold it.
    func resolve(text: String) async throws(ShellProblem) -> String {
        try await self.resolve(Template.parse(text))
    }

    /// The text of a target: a value may be its start, the rest of a host or a path, and not what
    /// turns a host that was typed into somebody's name.
    func resolve(
        target template: Template,
        form: TargetForm
    ) async throws(ShellProblem) -> String {
        var text = ""
        for part in template.parts {
            switch part {
            case .literal(let literal): text += literal
            case .placeholder(let placeholder):
                let value = try await self.resolve(placeholder)
                let endsInHost = TargetResolver(base: self.lineBase).endsInHost(text, form: form)
                if endsInHost, value.authorityPart.contains("@") {
                    throw .unresolved(
                        reference: placeholder.source,
                        .changesHost,
                        placeholder.span
                    )
                }
                text += value
            }
        }
        return text
    }

    private func resolve(_ placeholder: Placeholder) async throws(ShellProblem) -> String {
        do {
            let value = try await self.value(of: placeholder.reference)
            return placeholder.isEncoded ? value.encodedAsOneSegment : value
        } catch {
            throw .unresolved(reference: placeholder.source, error, placeholder.span)
        }
    }

    private func value(of reference: Reference) async throws(ReferenceProblem) -> String {
        switch reference {
        case .variable(let name): return try self.variable(name)
        case .exchange(let which, let message, let part):
            let logged = try await self.exchange(which)
            switch message {
            case .response: return try self.value(of: part, inResponseOf: logged.exchange)
            case .request: return try self.value(of: part, inRequestOf: logged)
            }
        case .lastBody(let path):
            let logged = try await self.exchange(.last)
            return try self.value(of: .body(path: path), inResponseOf: logged.exchange)
        case .dynamic(let name, let arguments):
            return try self.dynamicValue(name, arguments)
        case .environment(let written):
            let name = try self.environmentName(written)
            if let readable = self.readableEnvironment, !readable.contains(name) {
                throw .notNamedBefore(environment: name)
            }
            guard let value = self.configuration.environment[name] else {
                throw .notInEnvironment(name)
            }
            return value
        case .secret(let name): return try await self.secret(name)
        case .index:
            guard let index = Self.repetitionIndex else { throw .notRepeating }
            return String(index)
        }
    }

    /// What `{{base}}` yields, so that `{{base}}/x` is a path of it.
    var baseText: String? {
        guard let text = self.lineBase?.description else { return nil }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// The environment variable that is meant: behind `%` stands a variable that holds its name, as
    /// VS Code has it.
    private func environmentName(_ written: String) throws(ReferenceProblem) -> String {
        guard written.hasPrefix("%") else { return written }
        return try self.variable(String(written.dropFirst()))
    }

    private func variable(_ name: String) throws(ReferenceProblem) -> String {
        if name == "base", let base = self.baseText { return base }
        let variables = self.lineVariables
        guard let value = variables[name] ?? self.secrets[name] else {
            throw .unknownVariable(nearest: NearestNames.of(name, among: variables.names))
        }
        return value
    }

    private func secret(_ name: String) async throws(ReferenceProblem) -> String {
        // A variable of that name answers for it: `--var NAME=…` in scripts.
        if let value = self.lineVariables[name] { return value }
        if let value = self.secrets[name] { return value }
        guard let ask = self.configuration.askSecret else { throw .secretWithoutTerminal(name) }
        guard let value = await ask(name) else {
            throw .secretNotGiven(name)
        }
        self.secrets[name] = value
        return value
    }

    // MARK: Exchanges

    /// The exchange that a reference means.
    func exchange(_ which: ExchangeReference) async throws(ReferenceProblem) -> LoggedExchange {
        let found: LogEntry?
        switch which {
        case .last:
            found = await self.session.lastEntry()
            if found == nil { throw .nothingYet }
        case .number(let number): found = await self.session.entry(number)
        case .name(let name): found = await self.session.entry(named: name)
        }
        switch found {
        case .exchange(let logged): return logged
        case .repetition(let record): throw .answersNotKept(record.numbers)
        case nil: throw .noExchange
        }
    }

    private func value(
        of part: MessagePart,
        inResponseOf exchange: Exchange
    ) throws(ReferenceProblem) -> String {
        guard let response = exchange.response else { throw .noResponse }
        switch part {
        case .wholeBody:
            return String(decoding: try self.content(of: exchange), as: UTF8.self)
        case .body(let path):
            return try self.value(atPath: path, in: self.content(of: exchange))
        case .field(let name):
            guard let value = response.head.first(name) else { throw .noField(name) }
            return value
        case .unknown(let text): throw .unknownPart(text)
        }
    }

    /// The content, if it can still be looked at.
    private func content(of exchange: Exchange) throws(ReferenceProblem) -> [UInt8] {
        do {
            return try exchange.content.bytes()
        } catch {
            throw .content(error)
        }
    }

    private func value(
        of part: MessagePart,
        inRequestOf logged: LoggedExchange
    ) throws(ReferenceProblem) -> String {
        let content: [UInt8]
        switch logged.request.body {
        case .bytes(let bytes): content = bytes
        case .none, .parts: content = []
        }
        switch part {
        case .wholeBody: return String(decoding: content, as: UTF8.self)
        case .body(let path): return try self.value(atPath: path, in: content)
        case .field(let name):
            let sent = logged.exchange.attempts.first?.sentFields ?? []
            let wanted = name.lowercased()
            guard let field = sent.first(where: { $0.name.lowercased() == wanted }) else {
                throw .noField(name)
            }
            return field.value
        case .unknown(let text): throw .unknownPart(text)
        }
    }

    private func value(
        atPath path: String,
        in bytes: [UInt8]
    ) throws(ReferenceProblem) -> String {
        let query: JSONPathQuery
        do {
            query = try JSONPathQuery(path)
        } catch {
            throw .badPath(path, error)
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .notJSON
        }
        do throws(JSONPathOverrun) {
            if let match = try query.firstMatch(in: value) { return match.text }
        } catch {
            throw .pathTooCostly(path, error)
        }
        throw .noMatch(path)
    }

    /// The content of a finished exchange, wherever it is.
    func wholeContent(of exchange: Exchange) throws(ShellProblem) -> [UInt8] {
        do {
            return try exchange.content.bytes()
        } catch {
            throw .contentUnavailable(exchange: exchange.number, error)
        }
    }

    // MARK: Dynamic variables

    private func dynamicValue(
        _ name: String,
        _ arguments: [String]
    ) throws(ReferenceProblem) -> String {
        var generator = self.generator
        defer { self.generator = generator }
        return try DynamicVariables.value(
            of: name,
            arguments,
            secondsSince1970: self.configuration.wallClock(),
            using: &generator
        )
    }
}

extension String {
    /// The string percent-encoded to be one segment of a path or one value of a query: also as a
    /// dot or two, which would mean a folder.
    fileprivate var encodedAsOneSegment: String {
        self == "." || self == ".."
            ? self.replacing(".", with: "%2E") : self.percentEncodingAll
    }

    /// What of it belongs to an authority that it goes on.
    fileprivate var authorityPart: Substring {
        self.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    }
}
