import Glibc

/// A folder of the corpora that `LINGER_CORPORA` names; tests skip where it is not set.
struct Corpus {
    /// A file of a folder.
    struct File {
        /// The name without the folder.
        let name: String
        /// The content.
        let bytes: [UInt8]
    }

    /// The folder of all corpora.
    static let root = getenv("LINGER_CORPORA").map { String(cString: $0) }

    /// The path of a file or folder among the corpora.
    static func path(_ name: String) -> String { "\(self.root ?? "")/\(name)" }

    /// The files of a folder whose names end with `suffix`, by name; empty if there is no such
    /// folder.
    static func files(in folder: String, suffix: String = ".http") -> [File] {
        guard let directory = opendir(self.path(folder)) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted().map { File(name: $0, bytes: self.bytes(of: "\(folder)/\($0)")) }
    }

    /// The content of a file; empty if there is none.
    static func bytes(of name: String) -> [UInt8] {
        guard let file = fopen(self.path(name), "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 {
            bytes += piece[..<count]
        }
        return bytes
    }
}
