import HTTPModel
import HTTPSession
import HTTPTypes
import SessionFiles
import ShellLanguage

/// Puts what stuck into a session file, so that each request is replayed with what went with it.
///
/// What was the same for all requests that are saved stands once, in the header block. What came
/// later, or was changed, stands in the requests that were sent with it. What was taken from a
/// response is taken from it again (FILES.md 9.3, rule 12), so that a session with a login is
/// replayed as it is; another secret is left for `--var` (rule 6).
struct StickyWriter {
    /// The session, whose requests are in the order of `entries`.
    var session: RecordedSession
    let entries: [TypedRequests.Entry]
    let base: URI?
    let keepsSecrets: Bool
    private let isSensitive: (String) -> Bool
    var secrets: SecretReplacement
    var notes: [SaveNote] = []
    private var captures: [ResponseTemplate.Source: String] = [:]
    private var names: Set<String>

    /// What could not be kept as it was.
    var outcome: (session: RecordedSession, secrets: SecretReplacement, notes: [SaveNote]) {
        (self.session, self.secrets, self.notes)
    }

    init(
        _ session: RecordedSession,
        entries: [TypedRequests.Entry],
        base: URI?,
        secrets: SecretReplacement,
        keepsSecrets: Bool,
        isSensitive: @escaping (_ fieldName: String) -> Bool
    ) {
        self.session = session
        self.entries = entries
        self.base = base
        self.secrets = secrets
        self.keepsSecrets = keepsSecrets
        self.isSensitive = isSensitive
        self.names = Set(entries.flatMap(\.state.variables.names)).union(["base", "last"])
    }

    /// Puts everything in.
    mutating func write() {
        self.writeVariables()
        self.writeFields()
        self.writeCredentials()
        self.writeQuery()
    }

    // MARK: Values

    /// A value as raw text of a file; nil if it was taken from a response that is not saved before
    /// the request at `index`.
    mutating func text(
        _ template: ResponseTemplate,
        at index: Int,
        isEncoded: Bool = false
    ) -> String? {
        for source in template.sources {
            guard self.place(of: source, before: index) != nil else { return nil }
        }
        var parts: [Template.Part] = []
        for part in template.parts {
            switch part {
            case .text(let text): parts.append(.literal(isEncoded ? text.percentEncodingAll : text))
            case .response(let source, isEncoded: let isOwn):
                let name = self.capture(source, before: index)
                parts += Template.parse("{{\(isOwn || isEncoded ? "%" : "")\(name)}}").parts
            }
        }
        return Template(parts: parts).rawText
    }

    func place(of source: ResponseTemplate.Source, before index: Int) -> Int? {
        guard Capture("x = \(source.query)", line: 0) != nil else { return nil }
        return self.session.requests[..<index].firstIndex { $0.number == source.number }
    }

    /// The variable that a part of a response is taken into.
    private mutating func capture(_ source: ResponseTemplate.Source, before index: Int) -> String {
        if let name = self.captures[source] { return name }
        var name = source.suggestedName
        var number = 2
        while self.names.contains(name) || self.secrets.expectedNames.contains(name) {
            name = "\(source.suggestedName)_\(number)"
            number += 1
        }
        self.capture(source, as: name, before: index)
        return name
    }

    mutating func capture(
        _ source: ResponseTemplate.Source,
        as name: String,
        before index: Int
    ) {
        guard let place = self.place(of: source, before: index) else { return }
        let capture = "\(name) = \(source.query)"
        // It may have been typed.
        if !self.session.requests[place].captures.contains(capture) {
            self.session.requests[place].captures.append(capture)
        }
        self.captures[source] = name
        self.names.insert(name)
        self.secrets.noteResponseVariables([name])
    }

    /// A field with its value as raw text, its secret replaced.
    mutating func field(
        _ name: String,
        _ value: String,
        prefix: String = "",
        _ place: StickyState.Place,
        at index: Int
    ) -> HTTPModel.FieldLine {
        let template = self.entries[index].state.template(for: place, value: value)
        if let template, let text = self.text(template, at: index) {
            return self.secrets.replacing(.init(name, prefix + text))
        }
        return self.secrets.replacing(
            .init(name, prefix + Template(literal: value).rawText)
        )
    }

    func isTaken(_ place: StickyState.Place, _ value: String, at index: Int) -> Bool {
        self.entries[index].state.template(for: place, value: value) != nil
    }

    // MARK: Fields

    private mutating func writeFields() {
        let all = self.entries.map(\.state.fields)
        var names: [String] = []
        for field in all.joined() {
            let name = field.name.rawName
            if !names.contains(where: { $0.isSameFieldName(as: name) }) { names.append(name) }
        }
        for name in names { self.writeField(name, all) }
        let absent = self.entries.map(\.state.absentFields)
        for name in Set(absent.joined()).sorted() {
            if absent.allSatisfy({ $0.contains(name) }) {
                self.session.defaultFields.append(.init(name, ""))
                continue
            }
            for index in self.entries.indices where absent[index].contains(name) {
                self.add([.init(name, "")], to: index)
            }
        }
    }

    private mutating func writeField(_ name: String, _ all: [[DefaultField]]) {
        let own = all.map { $0.filter { $0.name.rawName.isSameFieldName(as: name) } }
        let place = StickyState.Place.field(name.lowercased())
        let first = own[0]
        let isCommon =
            first.count == 1 && own.allSatisfy { $0 == first }
            && first.allSatisfy { self.isForAll($0) && !self.isTaken(place, $0.value, at: 0) }
        if isCommon {
            self.session.defaultFields.append(self.field(name, first[0].value, place, at: 0))
            return
        }
        for (index, fields) in own.enumerated() {
            let origin = self.entries[index].origin
            let scoped = fields.filter { $0.scope == origin }
            let sent = scoped.isEmpty ? fields.filter { $0.scope == nil } : scoped
            guard self.takes(name, at: index) else { continue }
            self.add(sent.map { self.field(name, $0.value, place, at: index) }, to: index)
        }
    }

    /// Whether a default of a file goes where this one does: one that is sensitive goes to the base
    /// only, and any other everywhere.
    private func isForAll(_ field: DefaultField) -> Bool {
        guard let scope = field.scope else { return !self.isSensitive(field.name.rawName) }
        return scope == self.base?.origin && self.isSensitive(field.name.rawName)
    }

    /// Whether a request has no field of that name itself.
    func takes(_ name: String, at index: Int) -> Bool {
        !self.session.requests[index].fields.contains { $0.name.isSameFieldName(as: name) }
    }

    mutating func add(_ fields: [HTTPModel.FieldLine], to index: Int) {
        let new = fields.filter { self.takes($0.name, at: index) }
        self.session.requests[index].fields += new
    }

    // MARK: Query parameters

    private mutating func writeQuery() {
        let all = self.entries.map(\.state.query)
        let common = (all.first ?? []).filter { parameter in
            !self.isTaken(.query(parameter.name), parameter.value, at: 0)
                && all.allSatisfy { $0.contains(parameter) }
        }
        for parameter in common {
            let value = self.secrets.replacing(
                parameter: parameter.name,
                value: Template(literal: parameter.value).rawText
            )
            self.session.defaultQuery.append(SessionVariable(name: parameter.name, value: value))
        }
        for (index, parameters) in all.enumerated() {
            let origin = self.entries[index].origin
            for parameter in parameters where !common.contains(parameter) {
                guard parameter.scope == nil || parameter.scope == origin else { continue }
                self.add(parameter, to: index)
            }
        }
    }

    private mutating func add(_ parameter: QueryParameter, to index: Int) {
        let name = parameter.name.percentEncodingAll
        let target = self.session.requests[index].target
        // A parameter of the request takes the place of the default one.
        guard !target.contains("?\(name)="), !target.contains("&\(name)=") else { return }
        let template = self.entries[index].state.template(
            for: .query(parameter.name),
            value: parameter.value
        )
        var value = parameter.value.percentEncodingAll
        if let template, let text = self.text(template, at: index, isEncoded: true) {
            value = text
        } else {
            let replaced = self.secrets.replacing(parameter: parameter.name, value: value)
            if replaced != value { value = replaced.replacing("{{", with: "{{%") }
        }
        self.session.requests[index].target += "\(target.contains("?") ? "&" : "?")\(name)=\(value)"
    }
}

extension ResponseTemplate.Source {
    /// A name for a variable: that of the member or of the field.
    fileprivate var suggestedName: String {
        let words = self.query.split { character in
            !(character.isASCII && (character.isLetter || character.isNumber || character == "_"))
        }
        let isField = self.query.hasPrefix("header ")
        let name =
            isField
            ? words.dropFirst().joined(separator: "_").lowercased()
            : words.last { $0.first?.isNumber == false }.map(String.init) ?? ""
        return name.isEmpty || name == "jsonpath" || !name.isPortableName ? "captured" : name
    }
}
