internal import NIOHTTP1

extension Routes {
    /// What the server knows of its connections.
    static let connectionRoutes: [Route] = [
        Route(
            method: .GET,
            template: "/connection",
            summary: "Which connection of the server this is, and its how many-th request",
            group: .connections,
            parameters: Misbehaviour.parameters
        ) { request, _ in
            let facts = request.connection
            return .json([
                "connection": .integer(facts.number),
                "request": .integer(facts.requestNumber),
                "clientPort": facts.clientPort.map { .integer($0) } ?? .null,
            ])
        },
        Route(
            method: .GET,
            template: "/stats",
            summary: "What the server has counted since it started",
            group: .connections
        ) { _, state in
            let statistics = state.statistics
            let newest = statistics.requestsPerConnection.sorted { $0.key > $1.key }.prefix(50)
            return .json([
                "connections": [
                    "accepted": .integer(statistics.acceptedConnections),
                    "open": .integer(statistics.openConnections),
                    "peak": .integer(statistics.peakConnections),
                    "refused": .integer(statistics.refusedConnections),
                ],
                "requests": .integer(statistics.requests),
                "requestsPerConnection": .object(
                    newest.reversed().map { .init(String($0.key), .integer($0.value)) }
                ),
            ])
        },
        Route(
            method: .GET,
            template: "/small",
            summary: "A small fixed answer, for measuring",
            group: .connections,
            returns: "text/plain"
        ) { _, _ in
            DemoResponse(mediaType: "text/plain", content: .bytes(Array("hello, linger\n".utf8)))
        },
    ]
}
