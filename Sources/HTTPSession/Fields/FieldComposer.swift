import HTTPModel
import HTTPTypes

/// The fields of one hop, ready for the wire, with what is to be told about them.
struct Composition {
    /// All fields in order, `Host` first; the framing fields are the transport's.
    var fields = HTTPFields()
    /// Where its credentials came from; nil if it carries none.
    var credentials: CredentialsSource?
    /// The credentials that would answer a challenge of the Digest scheme.
    var digest: Credentials?
    /// Names of fields that stayed behind because a redirect changed the origin.
    var stripped: [HTTPField.Name] = []
    /// The fields as they are recorded.
    var lines: [FieldLine] = []
    /// What is to be told about the cookies.
    var remarks: [AttemptRemark] = []
}

/// A default field as it concerns one origin.
struct ResolvedField {
    /// The field.
    let field: HTTPField
    /// Whether it is a credential.
    let isSensitive: Bool
    /// Whether it is bound to the origin.
    let isBound: Bool
}

/// Merges default fields, a request's fields, credentials and cookies (SESSION.md, sections 2.2,
/// 2.4 and 4.2).
///
/// The order on the wire is: `Host`, default fields, the request's fields as typed, `Content-Type`,
/// `Authorization`, `Cookie`. A field of the request takes the place of the default one.
struct FieldComposer {
    /// The request as the user meant it.
    let request: SessionRequest
    /// The hop.
    let hop: Hop
    /// The default fields for the hop's origin.
    let defaults: [ResolvedField]
    /// The session's credentials for the hop's origin.
    let sessionCredentials: Credentials?
    /// What the netrc file has for the hop's host, if it is asked.
    var netrcCredentials: Credentials?
    /// Whether the netrc file has something for a host that redirects have left, which stays
    /// behind.
    var withholdsNetrc = false
    /// The settings.
    let settings: SessionSettings

    private struct Line {
        var field: HTTPField
        var isDefault: Bool
    }

    /// Makes the fields.
    ///
    /// `cookies` makes the value of the `Cookie` field, `digest` that of `Authorization` where
    /// credentials answer challenges. Each is called at most once, and only if it is to speak.
    func compose(
        cookies: () -> CookieFieldValue?,
        digest: (Credentials) -> String?
    ) -> Composition {
        var result = Composition()
        var lines = self.defaultLines(&result)
        for edit in self.request.fields {
            if self.hop.hasLostContent, edit.name.describesContent { continue }
            if self.hop.hasLeftFirstOrigin, self.isCredential(edit.name) {
                if edit.action != .remove { result.stripped.append(edit.name) }
                continue
            }
            self.apply(edit, to: &lines)
        }
        self.addContentType(to: &lines)
        self.addContentEncoding(to: &lines)
        self.authorize(&lines, &result, digest: digest)
        if !self.isDecidedByRequest(.cookie), let value = cookies() {
            lines.append(Line(field: value.field, isDefault: false))
        }
        self.joinCookies(&lines)
        result.fields.reserveCapacity(lines.count)
        // At once: to append one by one makes a collection of each.
        result.fields.replaceSubrange(0..<0, with: lines.lazy.map(\.field))
        result.lines = lines.map { FieldLine($0.field.name.rawName, $0.field.value) }
        return result
    }

    /// Makes one `Cookie` field of several, at the place of the first (RFC 6265, section 5.4).
    private func joinCookies(_ lines: inout [Line]) {
        guard let place = lines.firstIndex(where: { $0.field.name == .cookie }) else { return }
        let rest = lines[(place + 1)...].filter { $0.field.name == .cookie }
        guard !rest.isEmpty else { return }
        // As bytes: those of the store need not be UTF-8.
        let values = ([lines[place]] + rest).map { line in
            line.field.withUnsafeBytesOfValue { Array($0) }
        }
        let field = HTTPField(
            name: .cookie,
            value: Array(values.joined(separator: Array("; ".utf8)))
        )
        lines.removeAll { $0.field.name == .cookie }
        lines.insert(Line(field: field, isDefault: false), at: place)
    }

    /// Whether a field of the request must not follow a redirect to another origin.
    ///
    /// A `Host` that was typed is for the first origin only (curl CVE-2026-6276).
    private func isCredential(_ name: HTTPField.Name) -> Bool {
        name == .host || self.settings.isSensitive(name)
    }

    /// Whether the request itself says what the field `name` is, or that it is absent.
    private func isDecidedByRequest(_ name: HTTPField.Name) -> Bool {
        !(self.hop.hasLeftFirstOrigin && self.isCredential(name))
            && self.request.fields.contains { $0.name == name }
    }

    private func defaultLines(_ result: inout Composition) -> [Line] {
        let host = HTTPField(name: .host, value: self.hop.target.origin.authority)
        var lines = [Line(field: host, isDefault: true)]
        lines.reserveCapacity(self.defaults.count + self.request.fields.count + 4)
        guard self.request.usesDefaults else { return lines }
        for resolved in self.defaults {
            let name = resolved.field.name
            let staysBehind =
                resolved.isBound
                ? !self.hop.mayUseBoundFields
                : resolved.isSensitive && self.hop.hasLeftFirstOrigin
            if staysBehind {
                result.stripped.append(name)
            } else if name == .host {
                lines[0].field = resolved.field
            } else if !(self.hop.hasLostContent && name.describesContent) {
                lines.append(Line(field: resolved.field, isDefault: true))
            }
        }
        return lines
    }

    private func apply(_ edit: FieldEdit, to lines: inout [Line]) {
        switch edit.action {
        case .remove:
            lines.removeAll { $0.field.name == edit.name }
        case .append(let value):
            lines.append(
                Line(field: HTTPField(name: edit.name, value: value), isDefault: false)
            )
        case .set(let value):
            let line = Line(field: HTTPField(name: edit.name, value: value), isDefault: false)
            let place = lines.firstIndex { $0.isDefault && $0.field.name == edit.name }
            if let place {
                lines[place] = line
                lines.removeAll { $0.isDefault && $0.field.name == edit.name }
            } else {
                lines.append(line)
            }
        }
    }

    private func addContentType(to lines: inout [Line]) {
        guard let type = self.request.contentType, self.hop.body != .none,
            !self.isDecidedByRequest(.contentType)
        else { return }
        let line = Line(field: HTTPField(name: .contentType, value: type), isDefault: false)
        if let place = lines.firstIndex(where: { $0.field.name == .contentType }) {
            lines[place] = line
        } else {
            lines.append(line)
        }
    }

    /// Says which coding is applied as the content goes out; those that the user applied come first
    /// (RFC 9110, section 8.4).
    private func addContentEncoding(to lines: inout [Line]) {
        guard let coding = self.request.coding, self.hop.body != .none else { return }
        var field = HTTPField(name: .contentEncoding, value: coding.rawValue)
        if let place = lines.firstIndex(where: { $0.field.name == .contentEncoding }) {
            field.value = "\(lines[place].field.value), \(coding.rawValue)"
            lines[place].field = field
        } else {
            lines.append(Line(field: field, isDefault: false))
        }
    }

    /// Decides who speaks for `Authorization`: the request's field, its credentials, the session's,
    /// the target's user information, a default field, the netrc file (SESSION.md, section 2.4).
    private func authorize(
        _ lines: inout [Line],
        _ result: inout Composition,
        digest: (Credentials) -> String?
    ) {
        guard !self.isDecidedByRequest(.authorization) else {
            let isThere = lines.contains { $0.field.name == .authorization }
            result.credentials = isThere ? .requestField : nil
            return
        }
        var choice = self.credentials(&result)
        if choice == nil {
            if lines.contains(where: { $0.field.name == .authorization }) {
                result.credentials = .defaultField
                return
            }
            if self.withholdsNetrc { result.stripped.append(.authorization) }
            choice = self.netrcCredentials.map { (.netrc, $0) }
        }
        guard let (source, credentials) = choice else { return }
        lines.removeAll { $0.field.name == .authorization }
        if credentials.digestSecret != nil { result.digest = credentials }
        // Before its first challenge, Digest has nothing to say.
        guard let value = credentials.fieldValue ?? digest(credentials) else { return }
        result.credentials = source
        lines.append(Line(field: HTTPField(name: .authorization, value: value), isDefault: false))
    }

    private func credentials(
        _ result: inout Composition
    ) -> (CredentialsSource, Credentials)? {
        if !self.hop.hasLeftFirstOrigin {
            if let own = self.request.credentials { return (.request, own) }
        } else if self.request.credentials != nil || self.request.userInfoCredentials != nil {
            result.stripped.append(.authorization)
        }
        if self.request.usesDefaults, let bound = self.sessionCredentials {
            if self.hop.mayUseBoundFields { return (.session, bound) }
            result.stripped.append(.authorization)
        }
        if !self.hop.hasLeftFirstOrigin, let inTarget = self.request.userInfoCredentials {
            return (.userInformation, inTarget)
        }
        return nil
    }
}

extension HTTPField.Name {
    /// Whether the field describes content, so that it goes with it (SESSION.md, RD5).
    var describesContent: Bool {
        self.canonicalName.hasPrefix("content-") || self == .transferEncoding || self == .expect
            || self.canonicalName == "digest"
    }
}

/// The default fields of each origin, resolved once until something changes.
struct ResolvedFields {
    private var fields: [Origin: [ResolvedField]] = [:]
    private var changes = 0
    /// How many origins are remembered.
    private static let limit = 64

    /// The default fields for `origin`, after so many changes to the session.
    mutating func fields(
        for origin: Origin,
        of defaults: DefaultFields,
        settings: SessionSettings,
        changes: Int
    ) -> [ResolvedField] {
        if self.changes != changes || self.fields.count >= Self.limit {
            self.fields.removeAll()
            self.changes = changes
        }
        if let known = self.fields[origin] { return known }
        let resolved = defaults.fields(for: origin).map { field in
            ResolvedField(
                field: HTTPField(name: field.name, value: field.value),
                isSensitive: settings.isSensitive(field.name),
                isBound: field.scope != nil
            )
        }
        self.fields[origin] = resolved
        return resolved
    }
}

/// The fields of requests that say nothing about theirs, by origin, made once until something
/// changes.
struct PlainCompositions {
    private var compositions: [Origin: Composition] = [:]
    private var changes = 0
    /// How many origins are remembered.
    private static let limit = 64

    /// The fields of such requests to `origin`, if they have been made since the last of so many
    /// changes to the session.
    mutating func composition(for origin: Origin, changes: Int) -> Composition? {
        if self.changes != changes || self.compositions.count >= Self.limit {
            self.compositions.removeAll()
            self.changes = changes
        }
        return self.compositions[origin]
    }

    /// Remembers the fields of such requests to `origin`.
    mutating func insert(_ composition: Composition, for origin: Origin) {
        // Each answer to a challenge of the Digest scheme is a new one.
        if composition.digest == nil { self.compositions[origin] = composition }
    }
}
