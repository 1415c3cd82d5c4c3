import HTTPModel

/// What proves who we are, for one request or for one origin.
package struct Credentials: Sendable, Hashable {
    /// The scheme, with what is not secret of it.
    package let kind: Kind
    /// The secret part, or what is made of it.
    private let secret: Secret

    /// What is kept of a secret.
    private enum Secret: Sendable, Hashable {
        /// The value of the `Authorization` field.
        case fieldValue(String)
        /// A password, from which each request's own answer to a challenge is made.
        case password(String)
    }

    /// An authentication scheme.
    package enum Kind: Sendable, Hashable {
        /// A name and a password (RFC 7617).
        case basic(user: String)
        /// A token (RFC 6750).
        case bearer
        /// A name and a password that answers challenges (RFC 7616).
        case digest(user: String)
    }

    /// Credentials of the Basic scheme, in UTF-8 (RFC 7617, section 2).
    ///
    /// - Throws: `CredentialsError` for control characters and for a colon in the name, which would
    ///   end it early.
    package static func basic(
        user: String,
        password: String
    ) throws(CredentialsError) -> Self {
        try self.check(user: user, password: password)
        let encoded = Array("\(user):\(password)".utf8).base64
        return Self(kind: .basic(user: user), secret: .fieldValue("Basic \(encoded)"))
    }

    /// Credentials that are a token (RFC 6750, section 2.1).
    ///
    /// - Throws: `CredentialsError` for an empty token, and for blanks and control characters.
    package static func bearer(_ token: String) throws(CredentialsError) -> Self {
        guard !token.isEmpty else { throw .emptyToken }
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .controlCharacter }
        return Self(kind: .bearer, secret: .fieldValue("Bearer \(token)"))
    }

    /// Credentials of the Digest scheme: nothing is sent before the server asks (RFC 7616).
    ///
    /// - Throws: As `basic`: a colon in the name would end it early in the hash too.
    package static func digest(
        user: String,
        password: String
    ) throws(CredentialsError) -> Self {
        try self.check(user: user, password: password)
        return Self(kind: .digest(user: user), secret: .password(password))
    }

    private static func check(user: String, password: String) throws(CredentialsError) {
        guard !user.hasControlCharacter, !password.hasControlCharacter else {
            throw .controlCharacter
        }
        guard !user.utf8.contains(UInt8(ascii: ":")) else { throw .colonInUser }
    }

    /// The value of the `Authorization` field; nil for Digest, which has one for each request.
    var fieldValue: String? {
        switch self.secret {
        case .fieldValue(let value): value
        case .password: nil
        }
    }

    /// The name and password that answer challenges of the Digest scheme; nil for other schemes.
    var digestSecret: (user: String, password: String)? {
        switch (self.kind, self.secret) {
        case (.digest(let user), .password(let password)): (user, password)
        case (.digest, .fieldValue), (.basic, _), (.bearer, _): nil
        }
    }

    /// The credentials in the user information of a target; nil if there is none.
    static func inUserInfo(of target: URI) throws(CredentialsError) -> Self? {
        guard let userInfo = target.userInfo, !userInfo.isEmpty else { return nil }
        let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let user = String(parts[0]).percentDecoded
        let password = parts.count > 1 ? String(parts[1]).percentDecoded : ""
        return try .basic(user: user, password: password)
    }

    /// What the user said, so that it can be written down again; the caller keeps it secret.
    package func revealed() -> Revealed {
        let value = self.fieldValue ?? ""
        switch self.kind {
        case .bearer: return .bearer(token: String(value.dropFirst(7)))
        case .digest(let user):
            return .digest(user: user, password: self.digestSecret?.password ?? "")
        case .basic(let user):
            let decoded = value.dropFirst(6).utf8.base64Decoded ?? []
            let password = decoded.dropFirst(user.utf8.count + 1)
            return .basic(user: user, password: String(decoding: password, as: UTF8.self))
        }
    }

    /// The value of the `Authorization` field in clear, if it is the same for every request; never
    /// show it.
    package var revealedFieldValue: String? { self.fieldValue }

    /// Credentials in clear; never show these.
    package enum Revealed: Sendable, Hashable {
        /// A name and a password.
        case basic(user: String, password: String)
        /// A token.
        case bearer(token: String)
        /// A name and a password that answers challenges.
        case digest(user: String, password: String)
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        switch self.kind {
        case .basic(let user): "basic \(user):(redacted)"
        case .bearer: "bearer (redacted)"
        case .digest(let user): "digest \(user):(redacted)"
        }
    }

    package var debugDescription: String { self.description }
}

/// Why something cannot be credentials.
package enum CredentialsError: Error, Sendable, Hashable {
    /// A control character, or in a token a blank or a character outside ASCII.
    case controlCharacter
    /// A colon in the name.
    case colonInUser
    /// An empty token.
    case emptyToken
}

extension String {
    /// Whether the string holds a control character: C0, DEL or C1.
    fileprivate var hasControlCharacter: Bool {
        self.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }
}
