import HTTPModel
import SystemPackage

/// Writes a file for a test to send.
func writeFile(_ path: String, _ bytes: [UInt8]) throws {
    let file = try FileDescriptor.open(
        path,
        .writeOnly,
        options: [.create, .truncate],
        permissions: .ownerReadWrite
    )
    try file.closeAfter { _ = try file.writeAll(bytes) }
}

/// Reads a PEM file, as a setting that names it does.
func pemFile(_ path: String) throws -> PEMFile {
    let file = try FileDescriptor.open(path, .readOnly)
    return try file.closeAfter {
        var contents = [UInt8](repeating: 0, count: 1 << 20)
        let count = try contents.withUnsafeMutableBytes { try file.read(into: $0) }
        return PEMFile(path: path, contents: Array(contents.prefix(count)))
    }
}
