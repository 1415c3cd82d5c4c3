import HTTPModel

/// A command line that sends a request again.
package struct CommandExport: Sendable, Hashable {
    /// The text, for a POSIX shell; several lines joined by `\`.
    package var text: String
    /// The variables of the environment that stand for secrets.
    package var expectedNames: [String]

    /// Why a request cannot be written for a tool.
    package enum Problem: Error, Sendable, Hashable {
        /// The tool has no notation for this part of it.
        case inexpressible(tool: String, part: String)
    }

    /// The longest argument; Linux takes 128 KiB (MAX_ARG_STRLEN).
    private static let argumentLimit = 100_000

    /// Writes a request for curl.
    package static func curl(_ request: ExportedRequest, secrets: ExportSecrets) -> Self {
        var quoting = ShellQuoting()
        let url = secrets.pieces(of: request.target)
        var lines = ["curl \(quoting.word(url))"]
        if request.target.description.contains(where: { "[]{}".contains($0) }) {
            lines.append("-g")
        }
        if request.target.path == "*" { lines.append("--request-target '*'") }
        var prefix = ""
        let isPlainPost = request.method == "POST" && request.body != .none
        switch request.method {
        case "HEAD" where request.body == .none: lines.append("-I")
        case "GET" where request.body == .none: break
        case _ where isPlainPost: break
        default: lines.append("-X \(quoting.word(request.method))")
        }
        lines += Self.curlFields(request, secrets, &quoting)
        switch request.body {
        case .none: break
        case .file(let path):
            lines.append("--data-binary \(quoting.word("@\(path)"))")
        case .bytes(let bytes):
            let pieces = secrets.pieces(
                of: bytes,
                mediaType: request.value("content-type") ?? ""
            )
            if bytes.count <= Self.argumentLimit, ShellQuoting.isWord(pieces) {
                lines.append("--data-raw \(quoting.word(pieces))")
            } else {
                prefix = "\(quoting.printf(pieces)) | "
                lines.append("--data-binary @-")
            }
        }
        lines += Self.curlSwitches(request)
        return Self(text: prefix + Self.joined(lines), expectedNames: quoting.names)
    }

    private static func curlFields(
        _ request: ExportedRequest,
        _ secrets: ExportSecrets,
        _ quoting: inout ShellQuoting
    ) -> [String] {
        var lines = request.ownFields.map { field in
            let name = Array(field.name.utf8)
            guard !field.value.isEmpty else {
                return "-H \(quoting.word([.literal(name + [UInt8(ascii: ";")])]))"
            }
            let head = ExportPiece.literal(name + Array(": ".utf8))
            return "-H \(quoting.word([head] + secrets.pieces(of: field)))"
        }
        // What curl would add of its own accord.
        var absent = ["User-Agent", "Accept"]
        var size = 0
        switch request.body {
        case .none: break
        case .bytes(let bytes):
            size = bytes.count
            absent.append("Content-Type")
        case .file:
            size = .max
            absent.append("Content-Type")
        }
        lines += absent.filter { request.value($0.lowercased()) == nil }.map { "-H '\($0):'" }
        if size > 1_000_000, request.value("expect") == nil { lines.append("-H 'Expect:'") }
        if request.body == .none, ["POST", "PUT", "PATCH"].contains(request.method) {
            lines.append("-H 'Content-Length: 0'")
        }
        return lines
    }

    private static func curlSwitches(_ request: ExportedRequest) -> [String] {
        var switches: [String] = []
        if request.value("accept-encoding") != nil { switches.append("--compressed") }
        if request.followsRedirects { switches.append("-L") }
        if request.isInsecure { switches.append("-k") }
        if request.target.origin.scheme == .https {
            switches.append(request.isHTTP2 ? "--http2" : "--http1.1")
        } else if request.isHTTP2 {
            switches.append("--http2-prior-knowledge")
        }
        return switches
    }

    /// Writes a request for HTTPie.
    package static func httpie(
        _ request: ExportedRequest,
        secrets: ExportSecrets
    ) throws(Problem) -> Self {
        guard request.method.utf8.allSatisfy(\.isASCIILetter) else {
            throw .inexpressible(tool: "HTTPie", part: "the method \(request.method)")
        }
        guard request.target.path != "*" else {
            throw .inexpressible(tool: "HTTPie", part: "the target *")
        }
        var quoting = ShellQuoting()
        var lines = ["http \(request.method) \(quoting.word(secrets.pieces(of: request.target)))"]
        for field in request.ownFields {
            lines.append(try Self.httpieItem(field, secrets, &quoting))
        }
        var absent = ["User-Agent", "Accept", "Accept-Encoding"]
        if request.body != .none { absent.append("Content-Type") }
        lines += absent.filter { request.value($0.lowercased()) == nil }.map { "'\($0):'" }
        var prefix = ""
        switch request.body {
        case .none: lines.append("--ignore-stdin")
        case .file(let path): lines.append("< \(quoting.word(path))")
        case .bytes(let bytes):
            let pieces = secrets.pieces(
                of: bytes,
                mediaType: request.value("content-type") ?? ""
            )
            if !bytes.isEmpty, bytes.count <= Self.argumentLimit, ShellQuoting.isWord(pieces) {
                // With "=" HTTPie takes a first "-" for the value.
                lines.append("--ignore-stdin --raw=\(quoting.word(pieces))")
            } else {
                prefix = "\(quoting.printf(pieces)) | "
            }
        }
        if request.followsRedirects { lines.insert("--follow", at: 1) }
        if request.isInsecure { lines.insert("--verify=no", at: 1) }
        return Self(text: prefix + Self.joined(lines), expectedNames: quoting.names)
    }

    /// A field as an item: a backslash keeps a first `=` or `@` from making another kind of it.
    private static func httpieItem(
        _ field: FieldLine,
        _ secrets: ExportSecrets,
        _ quoting: inout ShellQuoting
    ) throws(Problem) -> String {
        guard !field.value.isEmpty else { return quoting.word("\(field.name);") }
        let scalars = Array(field.value.unicodeScalars)
        for (first, second) in zip(scalars, scalars.dropFirst())
        where first == "\\" && ":=@;".unicodeScalars.contains(second) {
            // HTTPie takes the backslash away and has no way to say it.
            throw .inexpressible(tool: "HTTPie", part: "the backslash in \(field.name)")
        }
        let needsEscape = scalars.first == "=" || scalars.first == "@"
        let head = ExportPiece.literal(Array("\(field.name):\(needsEscape ? "\\" : "")".utf8))
        return quoting.word([head] + secrets.pieces(of: field))
    }

    private static func joined(_ lines: [String]) -> String {
        lines.joined(separator: " \\\n  ") + "\n"
    }
}
