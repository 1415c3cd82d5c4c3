package import HTTPModel
import HTTPSession
package import ShellLanguage

/// Makes a target URI of what was typed (LANGUAGE.md, section 4).
package struct TargetResolver: Sendable {
    /// What a target came to.
    package struct Resolution: Sendable, Hashable {
        /// The URI.
        package var uri: URI
        /// Whether the scheme was chosen for the user, who should see it.
        package var choseScheme: Bool
    }

    /// The base; nil if there is none.
    package var base: URI?

    /// Creates a resolver.
    package init(base: URI?) {
        self.base = base
    }

    /// Resolves a target: its text with references substituted (nil is the base itself), as what
    /// its literal text said it is.
    package func resolve(
        _ text: String?,
        form: TargetForm,
        span: SourceSpan?
    ) throws(ShellProblem) -> Resolution {
        do throws(Failure) {
            guard let text else { return try self.resolveBase(query: nil) }
            let escaped = Self.escapingControls(text)
            return try self.resolve(escaped, form: form)
        } catch {
            switch error {
            case .noBase: throw .noBase
            case .uri(let error): throw .target(text ?? "", error, span)
            }
        }
    }

    private enum Failure: Error {
        case noBase
        case uri(URIError)
    }

    private func resolve(_ text: String, form: TargetForm) throws(Failure) -> Resolution {
        switch form {
        case .absolute: return Resolution(uri: try Self.uri(text), choseScheme: false)
        case .schemeRelative:
            guard let scheme = self.base?.origin.scheme else {
                return try Self.host(String(text.dropFirst(2)))
            }
            return Resolution(uri: try Self.uri("\(scheme.rawValue):\(text)"), choseScheme: false)
        case .host: return try Self.host(text)
        case .localPort: return try Self.host("localhost\(text)")
        case .originPath:
            guard let base = self.base else { throw .noBase }
            // What was substituted behind the first `/` may begin with one: two are no host here.
            let text = text.hasPrefix("//") ? "/.\(text)" : text
            return Resolution(uri: try Self.resolving(text, from: base), choseScheme: false)
        case .relativePath:
            guard let base = self.base else { throw .noBase }
            let directory = Self.directory(base)
            return Resolution(uri: try Self.resolving(text, from: directory), choseScheme: false)
        case .base: return try self.resolveBase(query: nil)
        case .query: return try self.resolveBase(query: text)
        case .asterisk:
            guard var base = self.base else { throw .noBase }
            base.path = "*"
            base.query = nil
            return Resolution(uri: base, choseScheme: false)
        case .reference: return try self.resolve(text, form: Self.form(ofSubstituted: text))
        case .bare:
            guard let base = self.base else { return try Self.host(text) }
            // `./` keeps a colon in the first segment from looking like a scheme.
            let directory = Self.directory(base)
            return Resolution(
                uri: try Self.resolving("./\(text)", from: directory),
                choseScheme: false
            )
        }
    }

    private func resolveBase(query: String?) throws(Failure) -> Resolution {
        guard let base = self.base else { throw .noBase }
        let uri = try query.map { (text) throws(Failure) in try Self.resolving(text, from: base) }
        return Resolution(uri: uri ?? base, choseScheme: false)
    }

    /// Whether a target whose text so far is `text` goes on with the host that has begun in it.
    func endsInHost(_ text: String, form: TargetForm) -> Bool {
        let authority: Substring
        switch form {
        case .absolute, .reference:
            guard let colon = text.firstRange(of: "://") else { return false }
            authority = text[colon.upperBound...]
        case .schemeRelative: authority = text.dropFirst(2)
        case .host, .localPort: authority = text[...]
        case .bare:
            guard self.base == nil else { return false }
            authority = text[...]
        case .originPath, .relativePath, .base, .query, .asterisk: return false
        }
        return !authority.isEmpty && !authority.contains { $0 == "/" || $0 == "?" || $0 == "#" }
    }

    /// What a reference at the start of a target yielded decides what the target is.
    static func form(ofSubstituted text: String) -> TargetForm {
        if let form = Self.form(ofAbsolute: text) { return form }
        if text.hasPrefix("//") { return .schemeRelative }
        if text.hasPrefix("/") { return .originPath }
        if text.hasPrefix("?") { return .query }
        if text.hasPrefix("./") || text.hasPrefix("../") { return .relativePath }
        return .bare
    }

    /// The form of a text that says by its start that it is a whole URI; nil for all others.
    static func form(ofAbsolute text: String) -> TargetForm? {
        for scheme in Scheme.allCases where text.hasPrefix("\(scheme.rawValue)://") {
            return .absolute(scheme: scheme.rawValue)
        }
        return nil
    }

    /// The base as a directory: with a `/` at its end.
    private static func directory(_ base: URI) -> URI {
        guard !base.path.hasSuffix("/") else { return base }
        var directory = base
        directory.path += "/"
        return directory
    }

    // MARK: Hosts

    /// A host with perhaps a port and a path, whose scheme is chosen.
    private static func host(_ text: String) throws(Failure) -> Resolution {
        // https serves as a stand-in: the parser wants a scheme before it can tell the host.
        let probe = try Self.uri("https://\(text)")
        let hasPort = Self.hasExplicitPort(text)
        let isPlain =
            probe.origin.isLoopback || probe.origin.host.isPrivateAddress
            || (hasPort && probe.origin.port != 443)
        return Resolution(
            uri: isPlain ? try Self.uri("http://\(text)") : probe,
            choseScheme: true
        )
    }

    private static func hasExplicitPort(_ text: String) -> Bool {
        let authority = text.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let afterHost = authority.lastIndex(of: "]").map { authority[$0...] } ?? authority
        return afterHost.contains(":")
    }

    // MARK: URIs

    private static func uri(_ text: String) throws(Failure) -> URI {
        do {
            return try URI(text).canonicalizingHost()
        } catch {
            throw .uri(error)
        }
    }

    private static func resolving(_ text: String, from base: URI) throws(Failure) -> URI {
        do {
            return try base.resolving(text).canonicalizingHost()
        } catch {
            throw .uri(error)
        }
    }

    /// Controls but CR, LF and NUL are percent-encoded; those three are errors further on.
    private static func escapingControls(_ text: String) -> String {
        text.percentEncoding { byte in
            byte == 0x0D || byte == 0x0A || byte == 0 || (byte >= 0x20 && byte != 0x7F)
        }
    }
}

extension String {
    /// Whether this is an address of a private network (RFC 1918, RFC 4193) or link-local.
    fileprivate var isPrivateAddress: Bool {
        if self.isIPv4Address {
            let octets = self.split(separator: ".").compactMap { Int($0) }
            return octets[0] == 10 || (octets[0] == 172 && (16...31).contains(octets[1]))
                || (octets[0] == 192 && octets[1] == 168)
                || (octets[0] == 169 && octets[1] == 254)
        }
        guard self.contains(":") else { return false }
        return self.hasPrefix("fc") || self.hasPrefix("fd") || self.hasPrefix("fe80:")
    }
}
