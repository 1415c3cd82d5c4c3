#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why a side file may not be used.
package enum SideFileError: Error, Sendable, Hashable {
    /// There is no path.
    case empty
    /// It lies outside the session file's folder (FILES.md 9.8).
    case outside(path: String, folder: String)
    /// It goes through a link that leads nowhere, so where it leads cannot be said.
    case danglingLink(path: String)
    /// The folder of the session file does not exist.
    case noFolder(String)
}

/// Finds the files that a session file refers to, and keeps them below its own folder: the file
/// may come from someone else.
package struct SideFilePath: Sendable {
    /// Gives the absolute path that `path` means in the session file `file`.
    ///
    /// Links and `..` are resolved first, so that neither leads outside. A path that does not exist
    /// is resolved as far as it does, so that it can be created.
    ///
    /// - Parameters:
    ///   - path: The path as written in the file.
    ///   - file: The path of the session file.
    ///   - allowsOutside: `--allow-outside`.
    /// - Returns: The absolute path, free of links as far as it exists.
    /// - Throws: `SideFileError` if it lies outside.
    package static func resolve(
        _ path: String,
        besides file: String,
        allowsOutside: Bool = false
    ) throws(SideFileError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .empty }
        let folderPath = self.folder(of: file)
        guard let folder = self.realPath(folderPath) else { throw .noFolder(folderPath) }
        let absolute = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        guard let resolved = self.resolveExisting(absolute) else {
            throw .danglingLink(path: path)
        }
        let prefix = folder == "/" ? "/" : folder + "/"
        guard allowsOutside || resolved.hasPrefix(prefix) else {
            throw .outside(path: path, folder: folderPath)
        }
        return resolved
    }

    /// The folder of a file; `.` if the path has none.
    private static func folder(of file: String) -> String {
        guard let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    /// Resolves component by component, since `realpath` knows only what exists; nil at a link that
    /// leads nowhere, because creating the file would create it there.
    private static func resolveExisting(_ absolute: String) -> String? {
        var resolved = ""
        // By bytes, as the system does: a slash and a combining mark are one character.
        for bytes in absolute.utf8.split(separator: UInt8(ascii: "/")) {
            let component = Substring(bytes)
            switch component {
            case ".": continue
            case "..":
                // What has been resolved holds no link any more, so ".." is the folder above.
                let end = resolved.utf8.lastIndex(of: UInt8(ascii: "/")) ?? resolved.startIndex
                resolved = String(resolved[..<end])
            default:
                let next = "\(resolved)/\(component)"
                if let existing = self.realPath(next) {
                    resolved = existing == "/" ? "" : existing
                } else if self.isLink(next) {
                    return nil
                } else {
                    resolved = next
                }
            }
        }
        return resolved.isEmpty ? "/" : resolved
    }

    private static func isLink(_ path: String) -> Bool {
        var byte: CChar = 0
        return readlink(path, &byte, 1) >= 0
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
