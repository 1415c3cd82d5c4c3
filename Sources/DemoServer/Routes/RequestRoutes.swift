internal import NIOHTTP1

extension Routes {
    /// Routes that show what the client sent.
    static let requestRoutes: [Route] =
        [
            Route(
                method: .GET,
                template: "/headers",
                summary: "The fields of the request, in order",
                group: .requests
            ) { request, _ in
                .json(["fields": Self.fields(request)])
            },
            Route(
                method: .GET,
                template: "/cookies",
                summary: "The cookies of the request",
                group: .requests
            ) { request, _ in
                .json([
                    "cookies": .object(request.cookies.map { .init($0.name, .string($0.value)) })
                ])
            },
            Route(
                method: .GET,
                template: "/cookies/set",
                summary: "Sets a cookie for each query parameter, and redirects to /cookies",
                group: .requests,
                statuses: [302, 400],
                returns: nil
            ) { request, _ throws(RouteError) in
                var response = DemoResponse(.found).adding("Location", "/cookies")
                for pair in request.query.pairs
                where !Misbehaviour.parameters.contains(where: { $0.name == pair.name }) {
                    let name = try Input.fieldValue(pair.name, pair.name)
                    let value = try Input.fieldValue(pair.name, pair.value)
                    response.add("Set-Cookie", "\(name)=\(value); Path=/")
                }
                return response
            },
            Route(
                method: .POST,
                template: "/upload",
                summary: "Counts the content and lists its parts, and keeps nothing",
                group: .requests,
                accepts: ["application/octet-stream", "multipart/form-data"],
                contentUse: .summarised,
                statuses: [200, 413],
                respond: Self.upload
            ),
            Route(
                method: .PUT,
                template: "/upload",
                summary: "The same by PUT",
                group: .requests,
                accepts: ["application/octet-stream", "multipart/form-data"],
                contentUse: .summarised,
                statuses: [200, 413],
                respond: Self.upload
            ),
        ] + echoRoutes

    /// The echo takes every method.
    private static let echoRoutes: [Route] =
        echoRoutes(.GET) + echoRoutes(.POST) + echoRoutes(.PUT) + echoRoutes(.PATCH)
        + echoRoutes(.DELETE)

    private static func echoRoutes(_ method: HTTPMethod) -> [Route] {
        let accepts = method == .GET ? [] : ["application/json", "text/plain"]
        return [
            Route(
                method: method,
                template: "/anything",
                summary: "Echoes method, target, fields and content",
                group: .requests,
                parameters: method == .GET ? Misbehaviour.parameters : [],
                accepts: accepts,
                respond: Self.echo
            ),
            Route(
                method: method,
                template: "/anything/{rest*}",
                summary: "The same under any path",
                group: .requests,
                parameters: [.path("rest", .string, "Whatever you like, slashes included.")],
                accepts: accepts,
                respond: Self.echo
            ),
        ]
    }

    private static func fields(_ request: DemoRequest) -> JSON {
        .array(request.fields.map { .array([.string($0.name), .string($0.value)]) })
    }

    private static func echo(_ request: DemoRequest, _ state: DemoState) -> DemoResponse {
        let text = String(validating: request.content, as: UTF8.self)
        let version = "HTTP/\(request.version.major).\(request.version.minor)"
        var members: [JSON.Member] = [
            .init("method", .string(request.method.rawValue)),
            .init("target", .string(request.target)),
            .init("version", .string(version)),
            .init("query", .object(request.query.pairs.map { .init($0.name, .string($0.value)) })),
            .init("fields", self.fields(request)),
            .init("bytes", .integer(request.content.count)),
            .init("content", text.map { .string($0) } ?? .null),
        ]
        if let value = try? JSONParser.parse(request.content) {
            members.append(.init("json", value))
        }
        return .json(.object(members))
    }

    private static func upload(_ request: DemoRequest, _ state: DemoState) -> DemoResponse {
        let summary = request.summary ?? ContentSummary(contentType: "")
        let checksum = String(summary.checksum, radix: 16)
        let padded = String(repeating: "0", count: 8 - checksum.count) + checksum
        var members: [JSON.Member] = [
            .init("bytes", .integer(summary.length)),
            .init("crc32", .string(padded)),
            .init("type", .string(request.mediaType)),
        ]
        if request.mediaType.hasPrefix("multipart/") {
            members.append(.init("complete", .bool(summary.isCompleteMultipart)))
            members.append(.init("parts", .array(summary.parts.map(\.json))))
        }
        return .json(.object(members))
    }
}

extension ContentSummary.Part {
    fileprivate var json: JSON {
        [
            "name": self.name.map { .string($0) } ?? .null,
            "filename": self.filename.map { .string($0) } ?? .null,
            "type": self.contentType.map { .string($0) } ?? .null,
            "bytes": .integer(self.length),
        ]
    }
}
