import HTTPModel
package import HTTPTypes

/// One thing that a request says about a field: it has this value, also this one, or it is absent.
///
/// Edits are applied in order to the default fields (SESSION.md, section 2.2). Names are compared
/// without case; the request's spelling goes on the wire. A name or value that cannot be sent
/// cannot become an edit, so sending never has to repair one.
package struct FieldEdit: Sendable, Hashable {
    /// The field's name, as spelled in the request.
    package let name: HTTPField.Name
    /// What becomes of it.
    package let action: Action

    /// What becomes of a field.
    package enum Action: Sendable, Hashable {
        /// It has this value, which may be empty, instead of the default ones. Several of these for
        /// one name in a request are all sent, in order.
        case set(String)
        /// It has this value too.
        case append(String)
        /// It is absent, whatever the default fields and earlier edits say.
        case remove
    }

    private init(_ name: String, _ action: Action) throws(FieldError) {
        self.name = try HTTPField.Name(checking: name)
        self.action = action
    }

    /// An edit that gives a field a value in place of the default ones.
    package static func set(_ name: String, _ value: String) throws(FieldError) -> Self {
        try Self(name, .set(value.checkedFieldValue(of: name)))
    }

    /// An edit that gives a field one more value.
    package static func append(_ name: String, _ value: String) throws(FieldError) -> Self {
        try Self(name, .append(value.checkedFieldValue(of: name)))
    }

    /// An edit that makes a field absent.
    ///
    /// - Throws: Also `FieldError.hostCannotBeRemoved`.
    package static func remove(_ name: String) throws(FieldError) -> Self {
        let edit = try Self(name, .remove)
        guard edit.name != .host else { throw .hostCannotBeRemoved }
        return edit
    }
}

/// Why a field cannot be sent or kept.
package enum FieldError: Error, Sendable, Hashable {
    /// The name is no token (RFC 9110, section 5.1).
    case invalidName(String)
    /// The value holds CR, LF, NUL or another control character.
    case invalidValue(name: String)
    /// Framing is the transport's: `Content-Length`, `Transfer-Encoding`.
    case ownedByTransport(name: String)
    /// `Host` can be given, never removed.
    case hostCannotBeRemoved
    /// `Cookie` is made from the cookie store; as a default field it would go everywhere.
    case cookieIsNoDefault
    /// The field is bound to an origin, and none is known: there is no base and no `--for`.
    case needsOrigin(name: String)
}

extension HTTPField.Name {
    static let host = Self.known("Host")
    static let idempotencyKey = Self.known("Idempotency-Key")

    /// Creates a name that is known to be a token.
    private static func known(_ name: StaticString) -> Self {
        guard let name = Self("\(name)") else { preconditionFailure("\(name) is no token") }
        return name
    }

    /// Creates a name, or says why it cannot be sent.
    init(checking text: String) throws(FieldError) {
        guard let name = Self(text) else { throw .invalidName(text) }
        guard name != .contentLength, name != .transferEncoding else {
            throw .ownedByTransport(name: text)
        }
        self = name
    }
}

extension String {
    /// The string without surrounding white space, if it can be a field value (RFC 9110,
    /// section 5.5); refused rather than repaired, because a repaired value is not what was typed.
    func checkedFieldValue(of name: String) throws(FieldError) -> String {
        let value = self.trimmingBlanks
        guard !value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) else {
            throw .invalidValue(name: name)
        }
        return value
    }
}
