import Glibc
import HTTPModel

/// A file that a response is saved to: `--download`.
///
/// Until it is complete it grows as `NAME.part`; beside it `NAME.part.from` keeps what identifies
/// the version that it is a part of, so that `--resume` never joins two (RFC 9110, section 13.1.5).
package struct Download: Sendable, Hashable {
    /// The folder, without a slash at its end; empty is the current one.
    package var folder: String
    /// The name that the user chose; nil lets the response and the target choose.
    package var chosenName: String?
    /// The name that the request's target suggests.
    package var suggestedName: String
    /// Whether it goes on where an earlier one was cut off.
    package var resumes: Bool

    /// Describes a download.
    package init(
        folder: String,
        chosenName: String? = nil,
        suggestedName: String,
        resumes: Bool = false
    ) {
        self.folder = folder
        self.chosenName = chosenName
        self.suggestedName = suggestedName
        self.resumes = resumes
    }

    /// Where the content grows; known before the response is.
    package var partPath: String {
        Self.partPath(of: self.path(self.chosenName ?? self.suggestedName))
    }

    /// Where content grows, or is kept that broke off, that is to go to `path`.
    package static func partPath(of path: String) -> String { "\(path).part" }

    /// Where the validator of a part is kept.
    static func validatorPath(ofPart part: String) -> String { "\(part).from" }

    /// Where the name that the user chose leads.
    var chosenPath: String? { self.chosenName.map { self.path($0) } }

    /// Where a file of that name is.
    func path(_ name: String) -> String {
        self.folder.isEmpty ? name : "\(self.folder)/\(name)"
    }

    /// Where the validator of the part is kept.
    var validatorPath: String { Self.validatorPath(ofPart: self.partPath) }

    /// What there is of an earlier download: how much, and of which version; nil if nothing can be
    /// gone on with.
    package var beginning: (size: Int, validator: String)? {
        guard let status = fileStatus(self.partPath), status.isRegular, status.st_size > 0,
            let text = try? readTextFile(self.validatorPath, limit: 4096)
        else { return nil }
        let validator = text.trimmingBlanks.filter { !$0.isNewline }
        guard !validator.isEmpty else { return nil }
        return (Int(status.st_size), validator)
    }

    /// The fields that ask for the rest (RFC 9110, sections 13.1.5 and 14.2), and for content
    /// without codings: ranges count coded bytes.
    package func fields() throws(FieldError) -> [FieldEdit] {
        var fields = [try FieldEdit.set("Accept-Encoding", "identity")]
        if self.resumes, let (size, validator) = self.beginning {
            fields.append(try .set("Range", "bytes=\(size)-"))
            fields.append(try .set("If-Range", validator))
        }
        return fields
    }

    /// What identifies the version of a response: a strong entity tag, or else a date
    /// (RFC 9110, section 8.8); nil if nothing does.
    static func validator(of head: ResponseHead) -> String? {
        if let tag = head.first("ETag"), !tag.hasPrefix("W/") { return tag }
        return head.first("ETag") == nil ? head.first("Last-Modified") : nil
    }
}

/// The range that a partial response holds: `bytes 100-199/200` (RFC 9110, section 14.4).
struct ContentRange: Hashable {
    /// The first byte; nil where the range could not be satisfied.
    var start: Int?
    /// The length of the whole; nil if it is not known.
    var total: Int?

    /// Reads the field's value; nil if it is none of bytes.
    init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.total = parts[1] == "*" ? nil : Int(parts[1])
        guard parts[0] != "*" else { return }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = Int(ends[0]), let end = Int(ends[1]), start <= end else {
            return nil
        }
        self.start = start
    }
}
