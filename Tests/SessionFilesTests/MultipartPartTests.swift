import Testing

@testable import SessionFiles

@Suite("Multipart content")
struct MultipartPartTests {
    private static let type = "multipart/form-data; boundary=\"b;1\""

    private static func content(_ parts: String...) -> [UInt8] {
        Array((parts.map { "--b;1\r\n\($0)\r\n" }.joined() + "--b;1--\r\n").utf8)
    }

    private static func part(_ parameters: String, _ content: String, type: String? = nil) -> String
    {
        let typeLine = type.map { "Content-Type: \($0)\r\n" } ?? ""
        return "Content-Disposition: form-data; \(parameters)\r\n\(typeLine)\r\n\(content)"
    }

    /// The parts, as `name|file|type|content`.
    private static func parts(_ bytes: [UInt8], _ type: String = Self.type) -> [String] {
        MultipartPart.parts(in: bytes, mediaType: type).map { part in
            let text = String(decoding: bytes[part.range], as: UTF8.self)
            return "\(part.name)|\(part.fileName ?? "-")|\(part.contentType ?? "-")|\(text)"
        }
    }

    @Test func `fields and files are told apart, with their content`() {
        let bytes = Self.content(
            Self.part(#"name="a""#, "1\r\n2"),
            Self.part(#"name="f"; filename="x \"y\".txt""#, "data", type: "text/plain"),
            Self.part("name=b", "")
        )
        #expect(
            Self.parts(bytes) == ["a|-|-|1\r\n2", #"f|x "y".txt|text/plain|data"#, "b|-|-|"]
        )
    }

    @Test func `a delimiter counts at the start of a line only`() {
        let bytes = Self.content(Self.part(#"name="a""#, "x--b;1\r\nname=\"c\"\r\n\r\ny"))
        #expect(Self.parts(bytes) == ["a|-|-|x--b;1\r\nname=\"c\"\r\n\r\ny"])
    }

    @Test func `a name in a file's name is not the part's`() {
        let bytes = Self.content(Self.part(#"filename="; name=evil"; name="a""#, "1"))
        #expect(Self.parts(bytes) == ["a|; name=evil|-|1"])
    }

    @Test(arguments: [
        "", "--b;1", "--b;1\r\n", "--b;1--", "--b;1\r\n--b;1--", "--b;1\r\n\r\n--b;1--",
        "--b;1\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b;1--", "--b;1--b;1--b;1",
        "--b;1\r\nname\r\n\r\n\r\n\r\n--b;1",
    ])
    func `what is no part is none`(_ text: String) {
        #expect(Self.parts(Array(text.utf8)) == [])
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=b",
        "text/plain; boundary=b", "", "multipart/form-data; xboundary=b",
    ])
    func `so is a content of another type, or without a boundary`(_ type: String) {
        let text = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--\r\n"
        #expect(
            Self.parts(Array(text.utf8), "Multipart/Form-Data; charset=x; Boundary=b").count == 1
        )
        #expect(Self.parts(Array(text.utf8), type) == [])
    }

    @Test func `a secret in a part is found, in a file it is not looked for`() {
        let bytes = Self.content(
            Self.part(#"name="password""#, "hush"),
            Self.part(#"name="password"; filename="p""#, "file"),
            Self.part(#"name="password""#, "")
        )
        let pieces = SecretPieces { $0 == "password" }.pieces(of: bytes, mediaType: Self.type)
        #expect(pieces.count == 3)
        #expect(pieces.dropFirst().first == .secret(name: "password", isBare: false))
        let plain = pieces.flatMap { piece -> [UInt8] in
            if case .literal(let bytes) = piece { bytes } else { Array("hush".utf8) }
        }
        #expect(plain == bytes)
    }
}
