import HTTPModel

/// Makes the requests of one group of arguments: one for each URL.
struct CurlRequestMaker {
    let arguments: CurlArguments
    let command: SimpleCommand
    let surroundings: CurlSurroundings
    /// Where the command stands.
    let place: Range<Int>
    /// What should be said.
    var notes: [CurlNote] = []

    init(
        arguments: CurlArguments,
        command: SimpleCommand,
        surroundings: CurlSurroundings,
        place: Range<Int>
    ) {
        self.arguments = arguments
        self.command = command
        self.surroundings = surroundings
        self.place = place
    }

    mutating func requests() throws(CurlProblem) -> [CurlRequest] {
        let urls = self.arguments.values(.url)
        guard !urls.isEmpty else { throw CurlProblem(.noURL, self.place) }
        try self.checkConflicts()
        let body = try self.body()
        let uploads = self.arguments.values(.upload)
        var requests: [CurlRequest] = []
        for (index, url) in urls.enumerated() {
            let upload = uploads.indices.contains(index) ? uploads[index] : nil
            var target = try self.target(url, upload: upload)
            if self.arguments.isOn(.get) { target.append(query: try self.dataText()) }
            for item in self.arguments.values(.urlQuery) {
                target.append(query: try self.queryItem(item))
            }
            var request = CurlRequest(method: "", url: target)
            request.body =
                try upload.map { given throws(CurlProblem) in
                    try self.content(of: given)
                } ?? (self.arguments.isOn(.get) ? .none : body)
            request.method = try self.method(for: request, isUpload: upload != nil)
            try self.addFields(to: &request)
            try self.addCredentials(to: &request)
            try self.addOptions(to: &request, index: index)
            requests.append(request)
        }
        return requests
    }

    /// What curl itself refuses: it would not know the method.
    private func checkConflicts() throws(CurlProblem) {
        let data = self.arguments.given.first { given in
            if case .data = given.part { true } else { false }
        }
        let form = self.arguments.given.first { $0.part == .form || $0.part == .formString }
        let upload = self.arguments.given.first { $0.part == .upload }
        let isGet = self.arguments.isOn(.get)
        let head = self.arguments.given.first { $0.part == .head && !isGet }
        let bodies = [isGet ? nil : data, form, upload, head].compactMap { $0 }
        guard bodies.count > 1 else { return }
        throw CurlProblem(.conflict(bodies[0].spelling, bodies[1].spelling), bodies[1].value.range)
    }

    private func method(
        for request: CurlRequest,
        isUpload: Bool
    ) throws(CurlProblem) -> String {
        if let given = self.arguments.values(.method).last {
            let text = try given.text()
            // Methods are spelled as given; a known one in another case would be another method.
            let isKnown = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
                .contains(text.uppercased())
            guard !text.isEmpty, text.utf8.allSatisfy(\.isTokenByte), text != "CONNECT",
                !isKnown || text == text.uppercased()
            else {
                throw CurlProblem(
                    .invalidValue(
                        option: given.spelling,
                        expected: "a method, a known one in upper case, and not CONNECT"
                    ),
                    given.value.range
                )
            }
            return text
        }
        if self.arguments.isOn(.head) { return "HEAD" }
        if isUpload { return "PUT" }
        return request.body == .none ? "GET" : "POST"
    }

    // MARK: The target

    private func target(
        _ given: CurlArguments.Given,
        upload: CurlArguments.Given?
    ) throws(CurlProblem) -> URI {
        var text = try given.text()
        if text.hasPrefix("://") || !text.contains("://") {
            // curl's guess is http, whatever the host.
            text = "http://" + (text.hasPrefix("//") ? String(text.dropFirst(2)) : text)
        }
        if !self.arguments.isOn(.globOff), text.isGlob {
            throw CurlProblem(.globbing, given.value.range)
        }
        if self.arguments.isOn(.pathAsIs), text.contains("/./") || text.contains("/../") {
            throw CurlProblem(
                .refused(
                    option: "--path-as-is",
                    .unsupported("dot segments are always removed (RFC 3986)")
                ),
                given.value.range
            )
        }
        var target: URI
        do {
            target = try URI(text)
        } catch {
            throw CurlProblem(.invalidURL(text), given.value.range)
        }
        target.fragment = nil
        if let upload, target.path.hasSuffix("/"), target.query == nil {
            // A folder gets the name of the file, as with `cp`.
            let name = try upload.text().split(separator: "/").last ?? ""
            if name != "-", name != "." {
                target.path += String(name).percentEncodingAll
            }
        }
        return target
    }

    private func queryItem(_ given: CurlArguments.Given) throws(CurlProblem) -> String {
        if given.value.bytes.first == UInt8(ascii: "+") {
            return String(decoding: given.value.bytes.dropFirst(), as: UTF8.self)
        }
        return String(decoding: try self.encoded(given), as: UTF8.self)
    }

    private func dataText() throws(CurlProblem) -> String {
        let bytes = try self.dataBytes()
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Everything else

    private mutating func addOptions(
        to request: inout CurlRequest,
        index: Int
    ) throws(CurlProblem) {
        request.followsRedirects = self.arguments.isOn(.location)
        request.acceptsCompression = self.arguments.isOn(.compressed)
        request.wantsHTTP2 = self.arguments.isOn(.priorKnowledge)
        if let given = self.arguments.values(.maxTime).last {
            guard let seconds = Double(try given.text()), seconds >= 0, seconds < 1e9 else {
                throw CurlProblem(
                    .invalidValue(option: given.spelling, expected: "seconds"),
                    given.value.range
                )
            }
            // To curl, zero is no bound.
            if seconds > 0 { request.timeout = .milliseconds(Int64(seconds * 1000)) }
        }
        let isSecure = request.url.origin.scheme == .https
        if self.arguments.isOn(.insecure) {
            let advice = CurlAdvice.setting(name: "tls.verify", value: "off")
            self.notes.append(CurlNote("-k", isSecure ? .advice(advice) : .noEffect))
        }
        if self.arguments.isOn(.http2) {
            self.notes.append(CurlNote("--http2", .noEffect))
        }
        if request.followsRedirects, let given = self.arguments.values(.method).last,
            request.method != "GET", request.method != "HEAD"
        {
            self.notes.append(CurlNote(given.spelling, .methodOfRedirects(request.method)))
        }
        if let given = self.arguments.values(.maxRedirects).last {
            let advice = CurlAdvice.setting(name: "redirect.max", value: try given.text())
            self.notes.append(
                CurlNote(given.spelling, request.followsRedirects ? .advice(advice) : .noEffect)
            )
        }
        try self.addOutput(to: &request, index: index)
    }

    /// The outputs belong to the URLs in their order; a redirection is for all.
    private func addOutput(to request: inout CurlRequest, index: Int) throws(CurlProblem) {
        let outputs = self.arguments.given.filter { $0.part == .output || $0.part == .remoteName }
        if outputs.indices.contains(index) {
            let output = outputs[index]
            if output.part == .output {
                let path = try output.text()
                request.outputFile = path == "-" ? nil : path
            } else {
                let name = request.url.path.split(separator: "/").last.map(String.init)
                guard let name, name != "..", !name.contains("\\") else {
                    throw CurlProblem(
                        .invalidValue(option: output.spelling, expected: "a file name in the URL"),
                        self.place
                    )
                }
                request.outputFile = name
            }
        } else if let output = self.command.output {
            request.outputFile = output.text
        }
    }
}

extension URI {
    /// Appends to the query as curl does: with `&`, unless one stands there.
    fileprivate mutating func append(query text: String) {
        guard !text.isEmpty else { return }
        guard let query = self.query, !query.isEmpty else {
            self.query = text.percentEncodingUnsafe
            return
        }
        self.query = query + (query.hasSuffix("&") ? "" : "&") + text.percentEncodingUnsafe
    }
}

extension String {
    /// Whether curl would make several URLs of it: braces, and brackets that hold no address.
    fileprivate var isGlob: Bool {
        if self.contains("{") || self.contains("}") { return true }
        guard let open = self.firstIndex(of: "[") else { return false }
        guard let close = self[open...].firstIndex(of: "]") else { return true }
        let isAddress =
            self[..<open].hasSuffix("//") || self[..<open].hasSuffix("@")
        let inner = self[self.index(after: open)..<close]
        return !(isAddress && inner.contains(":")) || self[close...].contains("[")
    }
}
