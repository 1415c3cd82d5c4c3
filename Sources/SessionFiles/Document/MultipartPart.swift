/// A part of `multipart/form-data` (RFC 7578).
struct MultipartPart: Equatable {
    /// The name of the field.
    var name: String
    /// The name of the file, if it is one.
    var fileName: String?
    /// The type of the content, if that is said.
    var contentType: String?
    /// Where the content of the part stands.
    var range: Range<Int>

    /// Takes a content apart.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - mediaType: The value of its `Content-Type`, which says the boundary.
    /// - Returns: The parts that have names; none if it is no such content.
    static func parts(in bytes: [UInt8], mediaType: String) -> [MultipartPart] {
        let type = mediaType.prefix { $0 != ";" }.trimmed.lowercased()
        guard type == "multipart/form-data",
            let boundary = self.parameter("boundary", of: mediaType), !boundary.isEmpty
        else { return [] }
        let delimiter = Array("--\(boundary)".utf8)
        let marks = self.marks(of: delimiter, in: bytes)
        return zip(marks, marks.dropFirst()).compactMap { mark, next in
            // The line break before a delimiter is the delimiter's.
            let end = next - 2
            let start = mark + delimiter.count
            guard start < end, let gap = bytes[start..<end].firstRange(of: [13, 10, 13, 10])
            else { return nil }
            let head = String(decoding: bytes[start..<gap.lowerBound], as: UTF8.self)
            return self.part(head: head, content: gap.upperBound..<end)
        }
    }

    /// Where lines begin with the delimiter.
    private static func marks(of delimiter: [UInt8], in bytes: [UInt8]) -> [Int] {
        var marks: [Int] = []
        var rest = bytes[...]
        while let found = rest.firstRange(of: delimiter) {
            let mark = found.lowerBound
            if mark == 0 || mark >= 2 && bytes[mark - 2] == 13 && bytes[mark - 1] == 10 {
                marks.append(mark)
            }
            rest = bytes[found.upperBound...]
        }
        return marks
    }

    private static func part(head: String, content: Range<Int>) -> MultipartPart? {
        var name: String?
        var fileName: String?
        var contentType: String?
        for line in head.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = String(line[line.index(after: colon)...].trimmed)
            switch line[..<colon].trimmed.lowercased() {
            case "content-disposition":
                name = self.parameter("name", of: value)
                fileName = self.parameter("filename", of: value)
            case "content-type": contentType = value
            default: continue
            }
        }
        return name.map {
            MultipartPart(name: $0, fileName: fileName, contentType: contentType, range: content)
        }
    }

    /// The value of `; name=value`, perhaps in quotes.
    private static func parameter(_ name: String, of text: String) -> String? {
        let bytes = Array(text.utf8)
        var index = 0
        var isQuoted = false
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted, bytes[index] == UInt8(ascii: "\\") { index += 1 }
            index += 1
            guard !isQuoted, index <= bytes.count, bytes[index - 1] == UInt8(ascii: ";") else {
                continue
            }
            let rest = String(decoding: bytes[index...], as: UTF8.self)
            guard let equals = rest.firstIndex(of: "="),
                rest[..<equals].trimmed.lowercased() == name
            else { continue }
            return self.value(rest[rest.index(after: equals)...].trimmed)
        }
        return nil
    }

    private static func value(_ text: String) -> String {
        guard text.hasPrefix("\"") else { return text.prefix { $0 != ";" }.trimmed }
        var value = ""
        var isEscaped = false
        for character in text.dropFirst() {
            if !isEscaped, character == "\"" { break }
            isEscaped = !isEscaped && character == "\\"
            if !isEscaped { value.append(character) }
        }
        return value
    }
}
