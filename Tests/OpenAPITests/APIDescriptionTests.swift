import HTTPModel
import OpenAPI
import Testing

@Suite("OpenAPI: what a service says of itself")
struct APIDescriptionTests {
    private static let json = """
        {"openapi":"3.1.0","info":{"title":"Shop","version":"2"},
         "servers":[{"url":"https://{region}.shop.example/v1","variables":{"region":{"default":"eu"}}}],
         "paths":{
          "/users":{"parameters":[{"name":"tenant","in":"header","required":true,"schema":{"type":"string"}}],
           "get":{"summary":"List users.","operationId":"list","parameters":[
             {"name":"sort","in":"query","schema":{"type":"string","enum":["name","age"],"default":"name"}},
             {"$ref":"#/components/parameters/page"}]},
           "post":{"description":"Creates a user. At length.","requestBody":{"content":{"application/json":
             {"schema":{"$ref":"#/components/schemas/NewUser"}}}},"responses":{"201":{"description":"made"}}}},
          "/users/{id}":{"get":{"deprecated":true,"security":[{"token":[]}]}},
          "/users/me":{"get":{}},
          "x-note":{}},
         "components":{"parameters":{"page":{"name":"page","in":"query","description":"From 1.",
            "schema":{"type":["integer","null"],"minimum":1}}},
          "schemas":{"NewUser":{"allOf":[{"$ref":"#/components/schemas/Base"},
             {"type":"object","properties":{"role":{"enum":["admin","guest"]},
               "address":{"type":"object","properties":{"city":{"type":"string"}}},
               "id":{"type":"integer","readOnly":true},
               "tags":{"type":"array","items":{"type":"string"}}}}]},
            "Base":{"type":"object","required":["name"],"properties":{"name":{"type":"string","description":"In full."},
               "born":{"type":"string","format":"date"},"parent":{"$ref":"#/components/schemas/NewUser"}}}}}}
        """

    private let shop: APIDescription

    init() throws {
        self.shop = try APIDescription(parsing: Array(Self.json.utf8))
    }

    @Test
    func `a schema that is put together from itself many times over has an end`() throws {
        let parts = Array(repeating: ##"{"$ref":"#/components/schemas/A"}"##, count: 50)
        let schema = ##"{"allOf":[\##(parts.joined(separator: ","))],"properties":{"a":{}}}"##
        let text = ##"""
            {"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/x":{"post":{"requestBody":
             {"content":{"application/json":{"schema":{"$ref":"#/components/schemas/A"}}}}}}},
             "components":{"schemas":{"A":\##(schema)}}}
            """##
        let description = try APIDescription(parsing: Array(text.utf8))
        let operation = try #require(description.operation("POST", path: "/x"))
        let content = try #require(description.content(of: operation).first)
        #expect(description.fields(of: content).contains { $0.name == "a" })
    }

    @Test
    func `title, version, server and its base path are known`() {
        #expect(self.shop.dialect == .openAPI31)
        #expect(self.shop.title == "Shop")
        #expect(self.shop.version == "2")
        #expect(self.shop.servers == ["https://eu.shop.example/v1"])
        #expect(self.shop.basePath == "/v1")
    }

    @Test
    func `operations stand below the base path, with their summaries`() {
        let found = self.shop.operations.map { "\($0.method) \($0.path): \($0.summary)" }
        #expect(
            found == [
                "GET /v1/users: List users", "POST /v1/users: Creates a user",
                "GET /v1/users/{id}: ", "GET /v1/users/me: ",
            ]
        )
    }

    @Test
    func `of two that fit, the more literal path is meant`() {
        #expect(
            self.shop.operation("GET", path: "/v1/users/me")?.path.description == "/v1/users/me"
        )
        #expect(self.shop.operation("GET", path: "/v1/users/7")?.isDeprecated == true)
        #expect(self.shop.operation("GET", path: "/v1/users/") == nil)
        #expect(self.shop.operation("PUT", path: "/v1/users/7") == nil)
        #expect(self.shop.operation("GET", path: "/users/7") == nil)
        #expect(self.shop.operations(onPath: "/v1/users/{id}").count == 1)
    }

    @Test
    func `parameters of path and operation come together, references followed`() throws {
        let list = try #require(self.shop.operation("GET", path: "/v1/users"))
        let parameters = self.shop.parameters(of: list)
        #expect(parameters.map(\.name) == ["tenant", "sort", "page"])
        #expect(parameters[0].isRequired)
        #expect(parameters[0].place == .header)
        #expect(parameters[1].value.choices == [.string("name"), .string("age")])
        #expect(parameters[1].value.defaultValue == .string("name"))
        #expect(parameters[2].value.type == "integer")
        #expect(parameters[2].summary == "From 1")
        #expect(parameters[2].value.example == .number("1"))
    }

    @Test
    func `a body has the members of all its parts but those that are read only`() throws {
        let create = try #require(self.shop.operation("POST", path: "/v1/users"))
        let content = try #require(self.shop.content(of: create).first)
        #expect(content.mediaType == "application/json")
        let fields = self.shop.fields(of: content)
        #expect(fields.map(\.name) == ["name", "born", "parent", "role", "address", "tags"])
        #expect(fields[0].isRequired)
        #expect(fields[0].summary == "In full")
        #expect(fields[1].value.type == "string (date)")
        #expect(fields[3].value.choices.map(\.text) == ["admin", "guest"])
        #expect(self.shop.fields(of: content, below: ["address"]).map(\.name) == ["city"])
        #expect(self.shop.fields(of: content, below: ["nothing"]).isEmpty)
    }

    @Test
    func `an example fits the schema, and one that contains itself comes to an end`() throws {
        let create = try #require(self.shop.operation("POST", path: "/v1/users"))
        let example = try #require(self.shop.content(of: create).first).example
        #expect(example["name"] == .string("string"))
        #expect(example["born"] == .string("2026-01-31"))
        #expect(example["role"] == .string("admin"))
        #expect(example["tags"] == .array([.string("string")]))
        #expect(example["id"] == nil)
        #expect(example["parent"]?["parent"] != nil)
        #expect(example.compactText.utf8.count < 20_000)
    }

    @Test
    func `responses and credentials are told`() throws {
        let create = try #require(self.shop.operation("POST", path: "/v1/users"))
        #expect(self.shop.responses(of: create).map(\.status) == ["201"])
        #expect(!self.shop.needsCredentials(create))
        let one = try #require(self.shop.operation("GET", path: "/v1/users/7"))
        #expect(self.shop.needsCredentials(one))
    }

    @Test
    func `references in a circle, and to nowhere, end`() throws {
        let text = """
            {"openapi":"3.0.3","paths":{"/a":{"post":{"requestBody":{"content":{"application/json":
            {"schema":{"$ref":"#/components/schemas/A"}}}}}}},
            "components":{"schemas":{"A":{"$ref":"#/components/schemas/B"},
            "B":{"$ref":"#/components/schemas/A"},"C":{"$ref":"other.json#/X"}}}}
            """
        let description = try APIDescription(parsing: Array(text.utf8))
        let operation = try #require(description.operations.first)
        let content = try #require(description.content(of: operation).first)
        #expect(description.fields(of: content).isEmpty)
    }

    @Test(arguments: [
        ("{", "syntax"), ("{}", "none"), ("{\"openapi\":\"4.0\"}", "version"), ("", "none"),
        ("a: [", "syntax"), ("- 1", "none"), ("{\"openapi\":", "syntax"),
    ])
    func `what is no description says why`(_ text: String, _ kind: String) {
        do {
            _ = try APIDescription(parsing: Array(text.utf8))
            Issue.record("\(text) was taken")
        } catch {
            let found =
                switch error {
                case .syntax: "syntax"
                case .notADescription: "none"
                case .unknownVersion: "version"
                }
            #expect(found == kind, "\(error)")
        }
    }
}

@Suite("OpenAPI: YAML and version 2.0")
struct OlderDescriptionTests {
    @Test
    func `YAML says the same as JSON`() throws {
        let yaml = """
            openapi: 3.0.1
            info: {title: "Pets", version: 1.10}
            paths:
              /pets/{name}:
                parameters:
                  - {name: name, in: path, required: true, schema: {type: string}}
                get:
                  summary: One pet
                  responses: {"200": {description: ok}}
                put:
                  requestBody:
                    content:
                      application/json:
                        schema: &pet
                          type: object
                          properties:
                            wild: {type: boolean, default: false}
                            legs: {type: integer, enum: [2, 4]}
                            note: {type: string, example: "yes"}
                patch:
                  requestBody: {content: {application/json: {schema: *pet}}}
            """
        let pets = try APIDescription(parsing: Array(yaml.utf8))
        #expect(pets.version == "1.10")
        #expect(pets.operations.map(\.method) == ["GET", "PUT", "PATCH"])
        for method in ["PUT", "PATCH"] {
            let operation = try #require(pets.operation(method, path: "/pets/rex"))
            let content = try #require(pets.content(of: operation).first)
            #expect(
                content.example.compactText == #"{"wild":false,"legs":2,"note":"yes"}"#
            )
        }
    }

    @Test
    func `aliases of aliases do not grow without end`() {
        var lines = ["openapi: 3.0.0", "a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
        for level in 1...9 {
            let previous = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            lines.append("a\(level): &a\(level) [\(previous)]")
        }
        #expect(throws: APIDescriptionError.self) {
            try APIDescription(parsing: Array(lines.joined(separator: "\n").utf8))
        }
    }

    @Test
    func `Swagger 2.0 has its body and forms among the parameters`() throws {
        let text = """
            {"swagger":"2.0","host":"api.example.com","basePath":"/v2/","schemes":["https"],
             "info":{"title":"Old","version":"1"},
             "paths":{"/pet":{"post":{"consumes":["application/json"],"parameters":[
               {"in":"body","name":"body","schema":{"$ref":"#/definitions/Pet"}},
               {"in":"query","name":"dry","type":"boolean"}]}},
              "/form":{"post":{"parameters":[
               {"in":"formData","name":"file","type":"file","required":true},
               {"in":"formData","name":"note","type":"string"}]}}},
             "definitions":{"Pet":{"type":"object","properties":{"name":{"type":"string"}}}}}
            """
        let old = try APIDescription(parsing: Array(text.utf8))
        #expect(old.dialect == .swagger2)
        #expect(old.servers == ["https://api.example.com/v2/"])
        let pet = try #require(old.operation("POST", path: "/v2/pet"))
        #expect(old.parameters(of: pet).map(\.name) == ["dry"])
        #expect(old.parameters(of: pet).first?.value.type == "boolean")
        let body = try #require(old.content(of: pet).first)
        #expect(old.fields(of: body).map(\.name) == ["name"])
        let form = try #require(old.operation("POST", path: "/v2/form"))
        let parts = try #require(old.content(of: form).first)
        #expect(parts.mediaType == "application/x-www-form-urlencoded")
        #expect(old.fields(of: parts).map(\.name) == ["file", "note"])
        #expect(old.fields(of: parts).map(\.isRequired) == [true, false])
    }
}

@Suite("OpenAPI: path templates")
struct PathTemplateTests {
    @Test(arguments: [
        ("/users/{id}", "/users/7", true), ("/users/{id}", "/users/", false),
        ("/users/{id}", "/users/7/x", false), ("/a.{format}", "/a.json", true),
        ("/a.{format}", "/a.", false), ("/", "/", true), ("/", "/x", false),
        ("/x", "/x/", false), ("", "/", false),
    ])
    func `a path fits a template or not`(_ template: String, _ path: String, _ fits: Bool) {
        #expect(PathTemplate(template).matches(path) == fits)
    }
}
