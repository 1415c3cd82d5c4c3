internal import NIOHTTP1

/// Conditional requests by entity tag (RFC 9110, section 13).
enum Conditional {
    /// What `body` makes, or 304 if the client has it already.
    static func response(
        to request: DemoRequest,
        entityTag: String,
        _ body: () -> DemoResponse
    ) -> DemoResponse {
        let known = self.tags(request.fieldLines("if-none-match"))
        // If-None-Match compares weakly (RFC 9110, section 13.1.2).
        let weakly = known.map { $0.hasPrefix("W/") ? String($0.dropFirst(2)) : $0 }
        let response =
            weakly.contains(entityTag) || known == ["*"] ? DemoResponse(.notModified) : body()
        return response.adding("ETag", entityTag)
    }

    /// Throws if the client wants to change a representation that is not the current one.
    static func checkIfMatch(_ request: DemoRequest, entityTag: String) throws(RouteError) {
        let wanted = self.tags(request.fieldLines("if-match"))
        guard wanted.isEmpty || wanted == ["*"] || wanted.contains(entityTag) else {
            throw .preconditionFailed(current: entityTag)
        }
    }

    private static func tags(_ lines: [String]) -> [String] {
        lines.flatMap { $0.split(separator: ",") }.map { tag in
            String(tag.drop { $0 == " " }.prefix { $0 != " " })
        }
    }
}
