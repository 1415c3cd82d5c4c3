internal import Glibc

/// The file that keeps the history between runs: text, one entry a line, appended, mode 0600.
///
/// Within an entry a line break is written as `\n` and a backslash as `\\`; everything else stands
/// for itself, so the file can be searched and edited. Several programs may append to it at the
/// same time, since each entry is one write at the end of the file.
package struct HistoryFile: Sendable {
    /// Where the file is.
    package let path: String

    /// Names a file; it is made, with its folder, when the first entry is appended.
    package init(path: String) {
        self.path = path
    }

    /// Reads the newest entries, oldest first; none if the file cannot be read.
    ///
    /// A file that has grown to more than twice the limit is cut back to it.
    ///
    /// - Parameter limit: How many entries are wanted.
    /// - Returns: The entries.
    package func load(limit: Int) -> [String] {
        var file = open(path, O_RDWR | O_CLOEXEC)
        if file < 0 {
            file = open(path, O_RDONLY | O_CLOEXEC)
        }
        guard file >= 0 else {
            return []
        }
        defer { close(file) }
        // Held until the file is closed; keeps an entry from being appended while it is cut.
        flock(file, LOCK_EX)
        guard let bytes = Self.readAll(file) else {
            return []
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        let newest = lines.suffix(max(limit, 0))
        if lines.count > 2 * max(limit, 1) {
            cut(file, to: newest)
        }
        return newest.map { Self.unescape(String(decoding: $0, as: UTF8.self)) }
    }

    /// Adds an entry at the end.
    ///
    /// - Returns: Whether it was written in full.
    @discardableResult
    package func append(_ entry: String) -> Bool {
        makeFolders()
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            return false
        }
        defer { close(file) }
        flock(file, LOCK_EX)
        return Self.writeAll(Array((Self.escape(entry) + "\n").utf8), to: file)
    }

    /// The entry as one line of the file.
    static func escape(_ entry: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in entry.unicodeScalars {
            switch scalar {
            case "\n": line.append(contentsOf: #"\n"#.unicodeScalars)
            case "\\": line.append(contentsOf: #"\\"#.unicodeScalars)
            default: line.append(scalar)
            }
        }
        return String(line)
    }

    /// The entry that a line of the file holds; a backslash before anything else is itself.
    static func unescape(_ line: String) -> String {
        var entry = String.UnicodeScalarView()
        var scalars = line.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "\\" else {
                entry.append(scalar)
                continue
            }
            switch scalars.next() {
            case "n": entry.append("\n")
            case "\\", nil: entry.append("\\")
            case .some(let other): entry.append(contentsOf: ["\\", other])
            }
        }
        return String(entry)
    }

    /// Replaces the content in place: the name may be a link, and others may have the file open.
    private func cut(_ file: CInt, to lines: ArraySlice<ArraySlice<UInt8>>) {
        var kept: [UInt8] = []
        for line in lines {
            kept += line
            kept.append(UInt8(ascii: "\n"))
        }
        guard lseek(file, 0, SEEK_SET) == 0, Self.writeAll(kept, to: file) else {
            return
        }
        ftruncate(file, off_t(kept.count))
    }

    /// Makes the folders on the way to the file, for the owner only.
    private func makeFolders() {
        var end = path.startIndex
        while let slash = path[end...].dropFirst().firstIndex(of: "/") {
            mkdir(String(path[..<slash]), 0o700)
            end = slash
        }
    }

    private static func readAll(_ file: CInt) -> [UInt8]? {
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count < 0 {
                return nil
            }
            if count == 0 {
                return result
            }
            result += chunk[..<count]
        }
    }

    private static func writeAll(_ bytes: [UInt8], to file: CInt) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = write(
                    file,
                    UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                    rest.count
                )
                guard count > 0 else {
                    return false
                }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
