internal import NIOHTTP1

/// Makes a response of a request: what all connections of one server share.
final class DemoService: Sendable {
    /// The limits.
    let options: DemoOptions
    /// The connections.
    let registry: ConnectionRegistry
    /// What the routes read and change.
    let state: DemoState

    private let router: Router

    /// Creates the service with its initial data.
    init(options: DemoOptions, registry: ConnectionRegistry) {
        self.options = options
        self.registry = registry
        self.router = Router(routes: Routes.all)
        self.state = DemoState(
            registry: registry,
            maximumEntries: options.maximumEntries,
            routes: Routes.all
        )
    }

    /// What is done with the content of a request, which is known once its head is there.
    func contentUse(of request: DemoRequest) -> Route.ContentUse {
        switch self.router.match(request.method, request.path) {
        case .route(let route, _): route.contentUse
        case .methodNotAllowed, .notFound: .kept
        }
    }

    /// Answers a request.
    func respond(to request: DemoRequest) -> DemoResponse {
        if request.isTooLong {
            let limit = self.options.maximumContentBytes
            return .problem(
                .payloadTooLarge,
                "The content is longer than \(limit) bytes.",
                [.init("limit", .integer(limit))]
            )
        }
        switch self.router.match(request.method, request.path) {
        case .route(let route, let values):
            var request = request
            request.pathParameters = values
            do {
                return try route.respond(request, self.state)
            } catch {
                return error.response
            }
        case .methodNotAllowed(let methods):
            let list = methods.map(\.rawValue).joined(separator: ", ")
            if request.method == .OPTIONS {
                return DemoResponse(.noContent).adding("Allow", list)
            }
            return DemoResponse.problem(
                .methodNotAllowed,
                "\(request.path) takes \(list), not \(request.method.rawValue)."
            ).adding("Allow", list)
        case .notFound:
            if request.method == .OPTIONS, request.path == "*" {
                return DemoResponse(.noContent)
                    .adding("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
            }
            return .problem(.notFound, "There is no \(request.path) here; / lists what there is.")
        }
    }
}

extension RouteError {
    /// The response that tells a client of the error.
    var response: DemoResponse {
        switch self {
        case .parameter(let invalid):
            return invalid.response
        case .notFound(let what):
            return .problem(.notFound, "There is no \(what).")
        case .json(let error):
            return .problem(
                .badRequest,
                "The content is no JSON: see byte \(error.offset).",
                [.init("offset", .integer(error.offset))]
            )
        case .content(let member, let problem):
            return .problem(
                .unprocessableEntity,
                "\(member) \(problem).",
                [.init("member", .string(member))]
            )
        case .notLoggedIn:
            return DemoResponse.problem(
                .unauthorized,
                "Log in first: POST /login with user and password."
            ).adding("WWW-Authenticate", #"Bearer realm="demo""#)
        case .full(let limit):
            return .problem(.insufficientStorage, "The demo keeps no more than \(limit) of these.")
        case .preconditionFailed(let current):
            return DemoResponse.problem(.preconditionFailed, "It has changed in the meantime.")
                .adding("ETag", current)
        }
    }
}

extension InvalidParameter {
    /// The response that tells a client of the error.
    var response: DemoResponse {
        let expected =
            switch self.expected {
            case .integer(let range):
                "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .number(let maximum): "a number from 0 to \(Int(maximum))"
            case .fieldValue: "text without control characters"
            case .timeoutAndMaximum: "two whole numbers, as in 5,100"
            }
        return .problem(
            .badRequest,
            "\(self.name) is \(self.value), but must be \(expected).",
            [.init("parameter", .string(self.name))]
        )
    }
}
