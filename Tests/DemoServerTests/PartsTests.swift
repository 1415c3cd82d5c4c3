import Testing

@testable import DemoServer

@Suite("Parts of the demo")
struct PartsTests {
    @Test(
        arguments: [
            ("/", "/", [:]), ("/", "/x", nil), ("/users", "/users", [:]),
            ("/users", "/users/", nil),
            ("/users/{id}", "/users/7", ["id": "7"]), ("/users/{id}", "/users/", nil),
            ("/users/{id}", "/users/a%2Fb%20c", ["id": "a/b c"]),
            ("/users/{id}", "/users/7/orders", nil),
            ("/users/{id}/orders", "/%75sers/7/orders", ["id": "7"]),
            ("/any/{rest*}", "/any/a/b//c", ["rest": "a/b//c"]),
            ("/any/{rest*}", "/any/", ["rest": ""]),
            ("/any/{rest*}", "/an/x", nil),
        ] as [(PathTemplate, String, [String: String]?)]
    )
    func `a template matches its paths`(
        template: PathTemplate,
        path: String,
        values: [String: String]?
    ) {
        #expect(template.match(path) == values)
    }

    @Test(
        arguments: [
            ("", []), ("a", nil), ("TWFu", Array("Man".utf8)), ("TWE=", Array("Ma".utf8)),
            ("TQ==", Array("M".utf8)), ("+/+/", [0xFB, 0xFF, 0xBF]), ("TQ=", nil), ("T===", nil),
            ("T?==", nil), ("TQ==TQ==", nil),
        ] as [(String, [UInt8]?)]
    )
    func `Base64 is decoded, padding included`(text: String, bytes: [UInt8]?) {
        #expect(Base64.decode(text) == bytes)
    }

    @Test(
        arguments: [
            ("%41", "A"), ("a+b", "a b"), ("%zz%4", "%zz%4"), ("%c3%a9", "é"), ("%", "%"), ("", ""),
        ]
    )
    func `percent-encoding is decoded`(text: String, expected: String) {
        #expect(PercentCoding.decode(text, plusIsBlank: true) == expected)
    }

    @Test func `encoding and decoding are inverse`() {
        let text = "a b/ü?&=%~"
        let encoded = PercentCoding.encode(text)
        #expect(encoded == "a%20b%2F%C3%BC%3F%26%3D%25~")
        #expect(PercentCoding.decode(encoded) == text)
    }

    static let multipart = """
        preamble\r\n--b\r\nContent-Disposition: form-data; name="one"\r\n\r\n\r\n\
        --b\r\n\r\n\r\n--\r\n--b\r\nContent-Type: text/x\r\n\r\n1\r\n2\r\n--b--\r\nepilogue
        """

    @Test(arguments: [1, 2, 3, 5, 7, 1000])
    func `parts are found however the bytes are cut`(piece: Int) throws {
        let bytes = Array(Self.multipart.utf8)
        var scanner = try #require(MultipartScanner(contentType: #"multipart/mixed; boundary="b""#))
        for start in stride(from: 0, to: bytes.count, by: piece) {
            scanner.append(Array(bytes[start..<min(start + piece, bytes.count)]))
        }
        scanner.finish()
        #expect(scanner.parts.map(\.length) == [0, 4, 4])
        #expect(scanner.parts.map(\.name) == ["one", nil, nil])
        #expect(scanner.parts.map(\.contentType) == [nil, nil, "text/x"])
        #expect(scanner.isComplete)
    }

    @Test func `multipart content that breaks off is not complete`() throws {
        var scanner = try #require(MultipartScanner(contentType: "multipart/mixed;boundary=b"))
        scanner.append(Array("--b\r\n\r\nabc".utf8))
        scanner.finish()
        #expect(scanner.parts.map(\.length) == [3])
        #expect(!scanner.isComplete)
    }

    @Test(arguments: ["", "text/plain", "multipart/mixed", "multipart/mixed; boundary="])
    func `without a boundary there are no parts`(type: String) {
        #expect(MultipartScanner(contentType: type) == nil)
    }
}
