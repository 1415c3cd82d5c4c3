import HTTPModel
import HTTPSession
import Rendering
import SessionFiles
import ShellLanguage

/// Shows the heads of messages: at a terminal as `show` says, elsewhere only where somebody asked
/// for them, by `--verbose` or by `set show`.
extension Evaluator {
    /// The parts of an answer that are shown.
    func shownParts(isVerbose: Bool) -> Set<ShownPart> {
        var parts = self.settings.show
        // What the rc file says is meant for the terminal.
        let isAsked = [.session, .commandLine, .file].contains(self.source(of: "show"))
        if !self.console.outputIsTerminal, !isAsked { parts.subtract([.status, .headers]) }
        if isVerbose { parts.formUnion([.status, .headers]) }
        return parts
    }

    /// The head of a response as far as it is among the parts; nothing, or lines and an empty one.
    static func headLines(
        of head: ResponseHead,
        _ parts: Set<ShownPart>,
        in context: RenderingContext
    ) -> [String] {
        var lines: [String] = []
        if parts.contains(.status) {
            lines.append(ResponseHeadText.statusLine(of: head, in: context))
        }
        if parts.contains(.headers) {
            lines += ResponseHeadText.fields(head.fields, in: context)
        }
        return lines.isEmpty ? [] : lines + [""]
    }

    /// Shows a request before it is sent: on standard output where its answer goes there as data.
    func showRequest(_ built: BuiltRequest, tails: Tails) async {
        guard built.options.isVerbose, !self.printsJSON else { return }
        let isData = !self.console.outputIsTerminal && tails.isEmpty && !built.isSaved
        let context = isData ? self.console.outputContext : self.console.errorContext
        let lines = await self.lines(of: built.request, asSent: true, in: context)
        (lines + [""]).forEach(isData ? self.console.outLine : self.console.errLine)
    }

    /// Shows the head of a response whose content goes elsewhere.
    func showHeadAside(of exchange: Exchange) {
        guard let response = exchange.response, !self.printsJSON else { return }
        let context = self.console.errorContext
        let lines = Self.headLines(of: response.head, [.status, .headers], in: context)
        lines.dropLast().forEach(self.console.errLine)
    }

    /// What a request looks like, without its secrets: with its whole target, or as it is sent.
    func lines(
        of request: HTTPSession.SessionRequest,
        asSent: Bool = false,
        in context: RenderingContext
    ) async -> [String] {
        let preview = await self.session.preview(request)
        let settings = self.settings.session
        let fields = preview.fields.map { field in
            settings.isSensitive(fieldNamed: field.name)
                ? HTTPModel.FieldLine(field.name, RequestText.redacted) : field
        }
        let framing = FieldLine.framing(
            of: preview.method,
            length: request.body.length,
            isChunked: request.sendsChunked || request.coding != nil
        )
        let target = asSent ? preview.target.requestTarget : preview.target.description
        let version = await self.version(of: request)
        var lines = ["\(preview.method) \(target)\(version.map { " \($0)" } ?? "")"]
        let sent = RequestText.fields(fields, framing: framing, isHTTP2: version == "HTTP/2")
        lines += ResponseHeadText.fields(sent, in: context)
        switch request.body {
        case .none: break
        case .bytes(let bytes): lines += ["", self.shown(bytes, of: fields)]
        case .parts:
            let size = ByteText.text(request.body.length ?? 0)
            lines += ["", context.palette.styled("(\(size) of content)", as: .dim)]
        }
        return lines
    }

    /// The content of a request without its secrets.
    func shown(_ content: [UInt8], of fields: [HTTPModel.FieldLine]) -> String {
        let type = fields.last { $0.name.isSameFieldName(as: "Content-Type") }?.value ?? ""
        return Sanitizer.text(self.exportSecrets().shown(content: content, mediaType: type))
    }

    /// The version that a request will be sent in, as far as that is known before it is: over TLS
    /// it is agreed upon when the connection is opened.
    private func version(of request: HTTPSession.SessionRequest) async -> String? {
        let origin = request.target.origin
        let settings = self.settingScopes.settings(for: origin, over: self.settings)
        switch request.version ?? settings.connections.version {
        case .http1: return "HTTP/1.1"
        case .http2: return "HTTP/2"
        case .auto: break
        }
        guard origin.scheme == .https else { return "HTTP/1.1" }
        let known = await self.session.transport.snapshot().connections.last { connection in
            switch connection.state {
            case .idle, .busy:
                connection.key.origin == origin && connection.key.versionPolicy == .auto
            case .connecting, .draining, .closing, .closed: false
            }
        }
        return known.map { $0.facts.applicationProtocol == "h2" ? "HTTP/2" : "HTTP/1.1" }
    }
}
