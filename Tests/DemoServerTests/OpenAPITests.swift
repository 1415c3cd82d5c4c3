import NIOHTTP1
import Testing

@testable import DemoServer

@Suite("Demo API: its description")
struct OpenAPITests {
    @Test func `it is served as JSON and lists every route`() async throws {
        try await withDemo { demo in
            let response = try RawClient(port: demo.port).get("/openapi.json")
            #expect(response["Content-Type"] == "application/json")
            let document = try JSONParser.parse(response.content)
            #expect(document["openapi"] == "3.1.0")
            for route in Routes.all {
                let path = document["paths"]?[route.template.description]
                let operation = path?[route.method.rawValue.lowercased()]
                #expect(operation?["summary"] == .string(route.summary))
            }
        }
    }

    @Test func `every variable of a path is described, as required, and nothing else is`() {
        for route in Routes.all {
            let described = route.parameters.filter { $0.place == .path }.map(\.name)
            #expect(described == route.template.variables, "\(route.template.description)")
        }
    }

    @Test func `operations have names of their own`() throws {
        let document = OpenAPI.document(for: Routes.all)
        guard case .object(let paths) = document["paths"] else { throw Unexpected() }
        let names = paths.flatMap { path -> [String] in
            guard case .object(let operations) = path.value else { return [] }
            return operations.compactMap { $0.value["operationId"]?.text }
        }
        #expect(names.count == Routes.all.count)
        #expect(Set(names).count == names.count)
    }

    @Test func `no two routes have the same method and path`() {
        let keys = Routes.all.map { "\($0.method.rawValue) \($0.template.description)" }
        #expect(Set(keys).count == keys.count)
    }

    @Test func `every misbehaviour is described`() throws {
        for parameter in Misbehaviour.parameters {
            // A value that no parameter takes shows whether the name is read at all.
            let isSwitch = parameter.kind == .switch
            let query = QueryParameters(
                decoding: "\(parameter.name)=\(isSwitch ? "1" : "nonsense")"
            )
            let misbehaviour = Result { try Misbehaviour(query) }
            #expect((try? misbehaviour.get()) != Misbehaviour(), "\(parameter.name)")
        }
    }

    private struct Unexpected: Error {}
}
