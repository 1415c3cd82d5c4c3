import HTTPModel
import HTTPSession
import Rendering
import SystemPackage

/// Why the content of an answer cannot be looked at any more.
package enum ContentProblem: Error, Sendable, Hashable {
    /// It was counted only, or has made room for newer contents.
    case notKept
    /// It went to something that cannot be read again, such as a pipe, and was too long to be kept.
    case passedOn(path: String)
    /// It went to a file that is not there any more.
    case gone(path: String)
    /// It went to a file that was written to since.
    case changed(path: String)
    /// The file that holds it cannot be read; the operating system's words.
    case unreadable(path: String, detail: String)
    /// It is too long to look into; its length and the limit, in bytes.
    case tooLarge(Int, limit: Int)
}

extension ContentProblem {
    /// What is said of it.
    var sentence: String {
        switch self {
        case .notKept: "that content was not kept"
        case .passedOn(let path): "that content went to \(Sanitizer.line(path)), and was not kept"
        case .gone(let path):
            "that content went to \(Sanitizer.line(path)), which is not there any more"
        case .changed(let path):
            "that content went to \(Sanitizer.line(path)), which has changed since"
        case .unreadable(let path, let detail):
            "that content is in \(Sanitizer.line(path)), which cannot be read: \(detail)"
        case .tooLarge(let size, let limit):
            "that content is \(ByteText.text(size)), and at most \(ByteText.text(limit))"
                + " are looked into"
        }
    }
}

extension Exchange.Content {
    /// All of it.
    func bytes() throws(ContentProblem) -> [UInt8] {
        switch self {
        case .none: return []
        case .delivered: throw .notKept
        case .memory(let bytes): return bytes
        case .spilled, .file:
            if let bytes = self.saved?.bytes { return bytes }
            // A file of gigabytes is no content to look into, and not read in vain.
            guard self.count <= Files.limitBytes else {
                throw .tooLarge(self.count, limit: Files.limitBytes)
            }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(self.count)
            try self.read { bytes += $0 }
            return bytes
        }
    }

    /// Hands it out piece by piece, whatever its length.
    func read(_ take: (ArraySlice<UInt8>) -> Void) throws(ContentProblem) {
        switch self {
        case .none: return
        case .delivered: throw .notKept
        case .memory(let bytes): take(bytes[...])
        case .spilled(let path, let size):
            try SavedContent(path: path, size: size).read(asItWas: nil, take)
        case .file(let saved):
            if let bytes = saved.bytes { return take(bytes[...]) }
            guard let identity = saved.identity else { throw .passedOn(path: saved.path) }
            try saved.read(asItWas: identity, take)
        }
    }
}

extension SavedContent {
    /// Reads it from its file, if that is still the one that it was.
    fileprivate func read(
        asItWas identity: FileIdentity?,
        _ take: (ArraySlice<UInt8>) -> Void
    ) throws(ContentProblem) {
        do {
            // Without waiting, should a pipe have taken its place.
            let file = try FileDescriptor.open(self.path, .readOnly, options: .nonBlocking)
            try file.closeAfter {
                if let identity, FileIdentity(descriptor: file.rawValue) != identity {
                    throw ContentProblem.changed(path: self.path)
                }
                try file.seek(offset: Int64(self.start), from: .start)
                var rest = self.size
                while rest > 0 {
                    let piece = try Files.readPiece(of: file).prefix(rest)
                    guard !piece.isEmpty else { throw ContentProblem.changed(path: self.path) }
                    take(piece)
                    rest -= piece.count
                }
            }
        } catch Errno.noSuchFileOrDirectory {
            throw .gone(path: self.path)
        } catch let problem as ContentProblem {
            throw problem
        } catch {
            let detail = (error as? Files.Failure)?.detail ?? "\(error)"
            throw .unreadable(path: self.path, detail: detail)
        }
    }
}
