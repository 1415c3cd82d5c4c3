import Glibc
import HTTPSession
import SystemPackage

/// Small files that the shell itself reads and writes.
enum Files {
    /// Why a file could not be read or written; the operating system's words.
    struct Failure: Error {
        var detail: String
    }

    /// How much of a file is read at most, in bytes: session files, scripts, values of items.
    static let limitBytes = 256 << 20

    /// The content of a file.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            return try file.closeAfter { try Self.readAll(file, expecting: Self.size(of: path)) }
        } catch let error as Errno {
            throw Failure(detail: error.description)
        } catch {
            throw error as? Failure ?? Failure(detail: "\(error)")
        }
    }

    /// Everything that can be read from a descriptor.
    static func readAll(_ file: FileDescriptor, expecting size: Int? = nil) throws -> [UInt8] {
        var bytes: [UInt8] = []
        // A large file is not copied again and again while it grows.
        if let size, size <= Self.limitBytes { bytes.reserveCapacity(size + 1) }
        while true {
            let piece = try [UInt8](unsafeUninitializedCapacity: 64 * 1024) { buffer, count in
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if piece.isEmpty { return bytes }
            bytes += piece
            guard bytes.count <= Self.limitBytes else {
                throw Failure(detail: "it is larger than \(Self.limitBytes >> 20) MiB")
            }
        }
    }

    /// Reads a file of any size, piece by piece.
    static func read(_ path: String, _ take: ([UInt8]) throws -> Void) throws {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path, .readOnly)
        } catch {
            throw Failure(detail: (error as? Errno)?.description ?? "\(error)")
        }
        try file.closeAfter {
            while case let piece = try Self.readPiece(of: file), !piece.isEmpty { try take(piece) }
        }
    }

    /// The next piece of a file, which is empty at its end.
    static func readPiece(of file: FileDescriptor) throws(Failure) -> [UInt8] {
        do {
            return try [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch {
            throw Failure(detail: (error as? Errno)?.description ?? "\(error)")
        }
    }

    /// Opens a file for what `>` and `>>` write, which is seen while it grows.
    static func openForOutput(_ path: String, appending: Bool) throws -> FileDescriptor {
        try FileDescriptor.open(
            path,
            .writeOnly,
            options: appending ? [.create, .append] : [.create, .truncate],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
    }

    /// Writes a file in whole, to a temporary name that is then renamed.
    ///
    /// A private one only its owner may read; else what is replaced keeps its permissions.
    static func write(_ bytes: [UInt8], to path: String, isPrivate: Bool = false) throws(Failure) {
        try Self.write(to: path, isPrivate: isPrivate) { write throws(Failure) in
            try write(bytes)
        }
    }

    /// Writes a file piece by piece, to a temporary name that is renamed in the end.
    static func write<Result>(
        to path: String,
        isPrivate: Bool = false,
        _ body: (_ write: ([UInt8]) throws(Failure) -> Void) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard !Self.exists(path) || Self.size(of: path) != nil || Self.isFolder(path) else {
            // A device or a pipe would be replaced.
            throw Failure(detail: "it is no regular file")
        }
        // Through a link to what it stands for; and under a name that nobody could know before.
        let target = resolvingLinks(path)
        let temporary = "\(target).\(String(UInt64.random(in: 0 ... .max), radix: 36)).tmp"
        let mode = Self.mode(ofFileReplacing: target, isPrivate: isPrivate)
        let result: Result
        do {
            let file = try FileDescriptor.open(
                temporary,
                .writeOnly,
                options: [.create, .exclusiveCreate],
                permissions: mode
            )
            result = try file.closeAfter {
                // What is new goes by the user's mask; what was there is as it was.
                if Self.exists(target) { fchmod(file.rawValue, mode.rawValue) }
                return try body { bytes throws(Failure) in
                    do {
                        _ = try file.writeAll(bytes)
                    } catch {
                        throw Failure(detail: (error as? Errno)?.description ?? "\(error)")
                    }
                }
            }
        } catch {
            unlink(temporary)
            if let failure = error as? Failure { throw failure }
            throw Failure(detail: (error as? Errno)?.description ?? "\(error)")
        }
        guard rename(temporary, target) == 0 else {
            let detail = String(cString: strerror(errno))
            unlink(temporary)
            throw Failure(detail: detail)
        }
        return result
    }

    /// The permissions of a file that takes the place of what is at `path`, if anything is.
    private static func mode(ofFileReplacing path: String, isPrivate: Bool) -> FilePermissions {
        var info = stat()
        guard stat(path, &info) == 0 else {
            return isPrivate ? .ownerReadWrite : [.ownerReadWrite, .groupRead, .otherRead]
        }
        // Others get nothing of what is private now.
        return FilePermissions(rawValue: info.st_mode & (isPrivate ? 0o700 : 0o777))
    }

    /// Removes a file and the folder that held nothing else; does nothing if it is not there.
    static func remove(_ path: String) {
        unlink(path)
        rmdir(Self.folder(of: path))
    }

    /// The size of a regular file; nil if there is none.
    static func size(of path: String) -> Int? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(info.st_size)
    }

    /// Why a file cannot be written, as far as its folder and its permissions tell; nil if nothing
    /// speaks against it.
    static func obstacle(toWriting path: String) -> String? {
        let place = Self.exists(path) ? path : Self.folder(of: path)
        return access(place, W_OK) == 0 ? nil : String(cString: strerror(errno))
    }

    /// Whether there is anything at `path`.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether two paths name one file that is there.
    static func areSame(_ path: String, _ other: String) -> Bool {
        var (info, otherInfo) = (stat(), stat())
        return stat(path, &info) == 0 && stat(other, &otherInfo) == 0
            && info.st_ino == otherInfo.st_ino && info.st_dev == otherInfo.st_dev
    }

    /// Whether `path` is a folder.
    static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a folder, sorted.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder, and those above it, readable by its owner only.
    static func makeFolder(_ path: String) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/\(part)"
            mkdir(made, 0o700)
        }
    }

    /// The path with `~/` expanded.
    static func expandingHome(_ path: String, environment: [String: String]) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = environment["HOME"] else {
            return path
        }
        return home + path.dropFirst()
    }

    /// The path from the root of the file system, as the program stands now.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return "\(String(cString: current))/\(path)"
    }

    /// The folder of a path; `.` if it names none.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
