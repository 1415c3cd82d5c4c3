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
