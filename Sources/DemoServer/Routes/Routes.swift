/// The table of the API.
enum Routes {
    /// Every route; the router, the index and `/openapi.json` have no other list.
    static let all: [Route] =
        discoveryRoutes + userRoutes + orderRoutes + loginRoutes + connectionRoutes
        + requestRoutes + responseRoutes + contentRoutes
}
