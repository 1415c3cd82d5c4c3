import HTTPModel
import HTTPSession
import HTTPTypes
import SessionFiles
import ShellLanguage

/// How a value was made of responses: text, and what was asked of which response.
struct ResponseTemplate: Sendable, Hashable {
    /// A piece of the value.
    enum Part: Sendable, Hashable {
        /// Text as it was typed.
        case text(String)
        /// A part of a response.
        case response(Source, isEncoded: Bool)
    }

    /// A part of a response, by a query that `@capture` has too.
    struct Source: Sendable, Hashable {
        /// The exchange.
        var number: Int
        /// What is asked of its response: `jsonpath $.token`, `header ETag`, `body`.
        var query: String
    }

    /// The pieces.
    var parts: [Part]
    /// The value; what has another one was set in another way since.
    var value: String

    /// The part of a response that the value is, where it is one and nothing else.
    var only: Source? {
        guard self.parts.count == 1, case .response(let source, isEncoded: false) = self.parts[0]
        else { return nil }
        return source
    }

    /// The parts of responses.
    var sources: [Source] {
        self.parts.compactMap { part in
            switch part {
            case .text: nil
            case .response(let source, isEncoded: _): source
            }
        }
    }
}

/// What sticks at a time: requests are saved with what went with them, not with what came later.
struct StickyState: Sendable {
    /// Something that sticks, and that can have been taken from a response.
    enum Place: Sendable, Hashable {
        case variable(String)
        /// A default field, by its name in lower case.
        case field(String)
        /// A default query parameter.
        case query(String)
        /// The credentials for an origin.
        case credentials(Origin)
    }

    /// The variables.
    var variables = VariableTable()
    /// The default fields that were set, and built-in fields that were taken away.
    var fields: [DefaultField] = []
    var absentFields: [String] = []
    /// The default query parameters.
    var query: [QueryParameter] = []
    /// The credentials.
    var credentials: [Origin: HTTPSession.Credentials] = [:]
    /// What was taken from responses.
    var templates: [Place: ResponseTemplate] = [:]

    /// How the value of something was taken from responses; nil if it was not.
    func template(for place: Place, value: String) -> ResponseTemplate? {
        guard let template = self.templates[place], template.value == value else { return nil }
        return template
    }
}

extension Evaluator {
    /// What sticks now.
    func stickyState() async -> StickyState {
        StickyState(
            variables: self.variables,
            fields: await self.session.fields.filter { $0.source == .session },
            absentFields: await self.session.absentBuiltInFields.map(\.rawName),
            query: await self.session.query,
            credentials: await self.session.credentialsByOrigin,
            templates: self.responseTemplates
        )
    }

    /// Remembers how something that sticks was taken from responses, if it was.
    func remember(_ template: Template?, value: String, as place: StickyState.Place) async {
        guard let template else {
            self.responseTemplates[place] = nil
            return
        }
        self.responseTemplates[place] = await self.responseTemplate(template, value: value)
    }

    /// Remembers that `@capture` took a variable from a response.
    func remember(_ capture: Capture, value: String, of number: Int) {
        let source = ResponseTemplate.Source(number: number, query: capture.text)
        self.responseTemplates[.variable(capture.name)] = ResponseTemplate(
            parts: [.response(source, isEncoded: false)],
            value: value
        )
    }

    /// How a value is made of responses; nil if it is not, or of something else too that is
    /// another one each time.
    private func responseTemplate(
        _ template: Template,
        value: String
    ) async -> ResponseTemplate? {
        var parts: [ResponseTemplate.Part] = []
        for part in template.parts {
            switch part {
            case .literal(let text): parts.append(.text(text))
            case .placeholder(let placeholder):
                guard let made = await self.parts(of: placeholder) else { return nil }
                parts += made
            }
        }
        let made = ResponseTemplate(parts: parts, value: value)
        return made.sources.isEmpty ? nil : made
    }

    private func parts(of placeholder: Placeholder) async -> [ResponseTemplate.Part]? {
        let which: ExchangeReference
        let query: String
        switch placeholder.reference {
        case .variable(let name):
            return self.parts(ofVariable: name, isEncoded: placeholder.isEncoded)
        case .lastBody(let path): (which, query) = (.last, "jsonpath \(path)")
        case .exchange(let exchange, message: .response, part: let part):
            which = exchange
            switch part {
            case .wholeBody: query = "body"
            case .body(let path): query = "jsonpath \(path)"
            case .field(let name): query = "header \(name)"
            case .unknown: return nil
            }
        case .exchange(_, message: .request, part: _), .dynamic, .environment, .secret, .index:
            return nil
        }
        guard let number = try? await self.exchange(which).exchange.number else { return nil }
        let source = ResponseTemplate.Source(number: number, query: query)
        return [.response(source, isEncoded: placeholder.isEncoded)]
    }

    /// A variable is what it was made of; one that was typed is its text.
    private func parts(ofVariable name: String, isEncoded: Bool) -> [ResponseTemplate.Part]? {
        guard let value = self.variables[name] else { return nil }
        guard let template = self.responseTemplates[.variable(name)], template.value == value else {
            return [.text(isEncoded ? value.percentEncodingAll : value)]
        }
        guard isEncoded else { return template.parts }
        return template.only.map { [.response($0, isEncoded: true)] }
    }
}
