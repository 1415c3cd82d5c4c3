internal import NIOHTTP1

extension Routes {
    /// Routes whose status or timing is the point.
    static let responseRoutes: [Route] = [
        Route(
            method: .GET,
            template: "/status/{code}",
            summary: "Answers with this status",
            group: .responses,
            parameters: [.path("code", .integer, "200 to 599.")],
            statuses: [200, 400],
            respond: Self.status
        ),
        Route(
            method: .POST,
            template: "/status/{code}",
            summary: "Answers with this status",
            group: .responses,
            parameters: [.path("code", .integer, "200 to 599.")],
            accepts: ["application/json"],
            statuses: [200, 400],
            respond: Self.status
        ),
        Route(
            method: .GET,
            template: "/slow",
            summary: "Answers after a while",
            group: .responses,
            parameters: [
                .query("ms", .number, "How many milliseconds it takes; 800 if not given."),
                .query("seconds", .number, "The same in seconds."),
            ],
            statuses: [200, 400]
        ) { request, _ throws(RouteError) in
            let inMilliseconds = try Input.duration(request, "ms", unit: .milliseconds(1))
            let inSeconds = try Input.duration(request, "seconds", unit: .seconds(1))
            let delay = inMilliseconds ?? inSeconds ?? .milliseconds(800)
            var response = DemoResponse.json(["ms": .integer(Int(delay / .milliseconds(1)))])
            response.delay = delay
            return response
        },
        Route(
            method: .GET,
            template: "/workers",
            summary: "Answers when one of a few workers has done it; others wait for their turn",
            group: .responses,
            parameters: [
                .query("workers", .integer, "How many there are, 1 to 64; 4 if not given."),
                .query("ms", .number, "How long one takes, in milliseconds; 50 if not given."),
                .query("queue", .string, "Whose workers they are, if not everybody's."),
            ],
            statuses: [200, 400]
        ) { request, state throws(RouteError) in
            let count = try Input.integer(request, "workers", in: 1...64, default: 4)
            let work = try Input.duration(request, "ms", unit: .milliseconds(1))
            let wait = state.hireWorker(
                of: WorkerQueue(name: request.query["queue"] ?? "", workers: count),
                for: work ?? .milliseconds(50),
                now: .now
            )
            var response = DemoResponse.json(["workers": .integer(count)])
            response.delay = wait
            return response
        },
        Route(
            method: .GET,
            template: "/redirect/{count}",
            summary: "Redirects so many times, then to /anything",
            group: .responses,
            parameters: [
                .path("count", .integer, "1 to 100."),
                .query("status", .integer, "300 to 399; 302 if not given."),
            ],
            statuses: [302, 400],
            returns: nil
        ) { request, _ throws(RouteError) in
            let count = try Input.pathInteger(request, "count", in: 1...100)
            let status = try Input.integer(request, "status", in: 300...399, default: 302)
            let query = request.query["status"] == nil ? "" : "?status=\(status)"
            return DemoResponse(HTTPResponseStatus(statusCode: status))
                .adding("Location", count == 1 ? "/anything" : "/redirect/\(count - 1)\(query)")
        },
        redirectTo(.GET),
        redirectTo(.POST),
        Route(
            method: .GET,
            template: "/etag",
            summary: "Answers If-None-Match with 304",
            group: .responses,
            statuses: [200, 304]
        ) { request, _ in
            let response = Conditional.response(to: request, entityTag: "\"demo-1\"") {
                .json(["edition": 1])
            }
            return response.adding("Cache-Control", "no-cache")
        },
    ]

    private static func redirectTo(_ method: HTTPMethod) -> Route {
        Route(
            method: method,
            template: "/redirect-to",
            summary: "Redirects to any place",
            group: .responses,
            parameters: [
                .query("url", .string, "Where to."),
                .query("status", .integer, "300 to 399; 302 if not given."),
            ],
            accepts: method == .POST ? ["application/json"] : [],
            statuses: [302, 400],
            returns: nil
        ) { request, _ throws(RouteError) in
            let place = try Input.fieldValue("url", request.query["url"] ?? "/")
            let status = try Input.integer(request, "status", in: 300...399, default: 302)
            return DemoResponse(HTTPResponseStatus(statusCode: status)).adding("Location", place)
        }
    }

    private static func status(
        _ request: DemoRequest,
        _ state: DemoState
    ) throws(RouteError) -> DemoResponse {
        let code = try Input.pathInteger(request, "code", in: 200...599)
        let status = HTTPResponseStatus(statusCode: code)
        let response = DemoResponse.json(
            ["status": .integer(code), "reason": .string(status.reasonPhrase)],
            status: status
        )
        switch code {
        case 204, 304: return DemoResponse(status)
        case 300...399: return response.adding("Location", "/")
        case 401: return response.adding("WWW-Authenticate", #"Basic realm="demo""#)
        default: return response
        }
    }
}
