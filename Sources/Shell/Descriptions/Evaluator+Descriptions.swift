import HTTPModel
import HTTPSession
import OpenAPI
import Rendering
import ShellLanguage

/// Finds and reads descriptions of services.
extension Evaluator {
    /// Where services usually have their description, below the base and from its origin.
    static let usualDescriptionPaths = [
        "openapi.json", "openapi.yaml", "openapi.yml", "swagger.json", "swagger.yaml",
        "v3/api-docs", "v2/api-docs", "api-docs", "api/openapi.json", "docs/openapi.json",
        "swagger/v1/swagger.json", ".well-known/openapi.json",
    ]

    /// Reads a description from a local file.
    func loadDescription(
        file argument: Arguments.Argument
    ) throws(ShellProblem) -> LoadedDescription {
        let bytes: [UInt8]
        do {
            bytes = try Files.read(self.localPath(argument.text))
        } catch {
            throw .file(path: argument.text, .read, detail: error.detail, argument.span)
        }
        return try self.keep(bytes, source: argument.text, origin: self.base?.origin)
    }

    /// Gets a description, by an exchange like any other.
    func loadDescription(from target: URI) async throws(ShellProblem) -> LoadedDescription {
        let exchange = try await self.getDescription(target)
        try self.check(outcomeOf: exchange)
        guard exchange.response?.head.status == 200 else {
            throw .noDescription(source: target.description)
        }
        return try self.keep(
            self.wholeContent(of: exchange),
            source: target.description,
            origin: target.origin
        )
    }

    /// Looks at the usual paths, and takes the first description that is there; nil if none is.
    func findDescription() async throws(ShellProblem) -> LoadedDescription? {
        guard let base = self.base else { throw .noBase }
        var tried: Set<String> = []
        let directory = base.path.hasSuffix("/") ? base.path : base.path + "/"
        for folder in [directory, "/"] {
            for path in Self.usualDescriptionPaths {
                var target = base
                target.path = folder + path
                target.query = nil
                guard tried.insert(target.path).inserted else { continue }
                let exchange = try await self.getDescription(target, isProbe: true)
                // A server that cannot be reached has no other paths either.
                if exchange.failure != nil { try self.check(outcomeOf: exchange) }
                guard exchange.response?.head.status == 200 else { continue }
                let content = try self.wholeContent(of: exchange)
                guard let description = try? APIDescription(parsing: content) else { continue }
                self.showConnectionLine(of: exchange)
                let loaded = LoadedDescription(
                    description: description,
                    source: target.description,
                    origin: target.origin
                )
                self.apiDescription = loaded
                return loaded
            }
        }
        return nil
    }

    private func getDescription(
        _ target: URI,
        isProbe: Bool = false
    ) async throws(ShellProblem) -> Exchange {
        var request: HTTPSession.SessionRequest
        do {
            request = try HTTPSession.SessionRequest(
                "GET",
                target,
                fields: [
                    try .set("Accept", "application/json, application/yaml;q=0.9, */*;q=0.5")
                ]
            )
        } catch let error as SessionRequestError {
            throw .request(error, nil)
        } catch {
            preconditionFailure("a field of our own was refused: \(error)")
        }
        request.totalTimeout = self.settings.session.totalTimeout ?? .seconds(30)
        try await self.makeDefaults(for: &request)
        let exchange = await self.session.perform(request)
        if !isProbe || exchange.failure != nil { self.showConnectionLine(of: exchange) }
        return exchange
    }

    private func keep(
        _ bytes: [UInt8],
        source: String,
        origin: Origin?
    ) throws(ShellProblem) -> LoadedDescription {
        do {
            let loaded = LoadedDescription(
                description: try APIDescription(parsing: bytes),
                source: source,
                origin: origin
            )
            self.apiDescription = loaded
            return loaded
        } catch {
            throw .apiDescription(error, source: source)
        }
    }

    /// The description that holds for the base; nil if there is none.
    var currentDescription: APIDescription? {
        guard let loaded = self.apiDescription else { return nil }
        guard let origin = loaded.origin, let base = self.base else { return loaded.description }
        return origin == base.origin ? loaded.description : nil
    }
}
