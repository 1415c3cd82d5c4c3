import Glibc
import Testing

/// The Swift files of the package, as text.
enum SourceTree {
    /// A file.
    struct File: Sendable, CustomTestStringConvertible {
        /// The path from the package's root.
        let path: String
        /// The lines.
        let lines: [String]

        var testDescription: String { self.path }

        /// The target that it belongs to.
        var target: String {
            let parts = self.path.split(separator: "/")
            return parts.count > 1 ? String(parts[1]) : ""
        }

        /// Whether it is a test's.
        var isTest: Bool { self.path.hasPrefix("Tests/") }

        /// The modules that it imports.
        var imports: [String] {
            self.lines.compactMap { line in
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"), place <= 1,
                    !line.hasPrefix(" "), words.count == place + 2
                else { return nil }
                return String(words[place + 1])
            }
        }
    }

    /// All files, in order of their paths.
    static let files: [File] = {
        let root = Self.root
        return ["Sources", "Tests"].flatMap { Self.paths(in: "\(root)/\($0)") }.sorted().map {
            File(path: String($0.dropFirst(root.utf8.count + 1)), lines: Self.lines(of: $0))
        }
    }()

    /// The package's root, from where this file stands.
    private static var root: String {
        #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    }

    private static func paths(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var paths: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            let path = "\(folder)/\(name)"
            if entry.pointee.d_type == DT_DIR {
                paths += Self.paths(in: path)
            } else if name.hasSuffix(".swift") {
                paths.append(path)
            }
        }
        return paths
    }

    private static func lines(of path: String) -> [String] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
