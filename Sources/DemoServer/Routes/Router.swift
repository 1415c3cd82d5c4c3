internal import NIOHTTP1

/// Finds the route for a request.
struct Router: Sendable {
    /// What was found.
    enum Match: Sendable {
        /// A route, and what its variables stand for.
        case route(Route, [String: String])
        /// The path exists, but not with this method; those that it has.
        case methodNotAllowed([HTTPMethod])
        /// No route has this path.
        case notFound
    }

    /// All routes, in the order in which they are listed.
    let routes: [Route]

    /// Finds the route for a method and path; HEAD is answered by the routes for GET.
    func match(_ method: HTTPMethod, _ path: String) -> Match {
        var allowed: [HTTPMethod] = []
        for route in self.routes {
            guard let values = route.template.match(path) else { continue }
            if route.method == method || (method == .HEAD && route.method == .GET) {
                return .route(route, values)
            }
            let methods = route.method == .GET ? [.GET, .HEAD] : [route.method]
            // Routes whose templates overlap may have a method in common.
            allowed += methods.filter { !allowed.contains($0) }
        }
        guard !allowed.isEmpty else { return .notFound }
        return .methodNotAllowed(allowed.contains(.OPTIONS) ? allowed : allowed + [.OPTIONS])
    }
}
