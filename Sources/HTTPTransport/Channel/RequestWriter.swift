import HTTPModel
import NIOCore
private import SystemPackage

/// Writes the content of one request piece by piece, as fast as the connection takes it.
struct RequestWriter {
    /// The size of the pieces that are written, in bytes.
    static let pieceBytes = 64 * 1024

    private var parts: ArraySlice<RequestBody.Part>
    /// What is left of a part in memory.
    private var bytes = ByteBuffer()
    private var file: (descriptor: SystemPackage.FileDescriptor, path: String, remaining: Int)?

    /// Creates a writer of `body`.
    init(_ body: RequestBody) {
        switch body {
        case .none: self.parts = []
        case .bytes(let bytes): self.parts = [.bytes(bytes)]
        case .parts(let parts): self.parts = parts[...]
        }
    }

    /// The next piece; nil when all has been given.
    ///
    /// - Throws: `RequestContentError` if a file cannot be read or has become shorter: what has
    ///   been announced in Content-Length cannot be taken back.
    mutating func next(
        allocator: ByteBufferAllocator
    ) throws(RequestContentError) -> ByteBuffer? {
        if let file = self.file { return try self.nextPiece(of: file, allocator: allocator) }
        if self.bytes.readableBytes > 0 { return self.nextSlice() }
        guard let part = self.parts.popFirst() else { return nil }
        switch part {
        case .bytes(let bytes):
            // An empty piece would be the last one twice.
            guard !bytes.isEmpty else { return try self.next(allocator: allocator) }
            self.bytes = allocator.buffer(bytes: bytes)
            return self.nextSlice()
        case .file(let path, let size):
            guard size > 0 else { return try self.next(allocator: allocator) }
            do {
                let descriptor = try SystemPackage.FileDescriptor.open(path, .readOnly)
                return try self.nextPiece(of: (descriptor, path, size), allocator: allocator)
            } catch let error as RequestContentError {
                throw error
            } catch {
                throw RequestContentError(path: path, detail: "\(error)")
            }
        }
    }

    /// Gives up; closes what is open.
    mutating func cancel() {
        if let file = self.file { try? file.descriptor.close() }
        self.file = nil
        self.bytes = ByteBuffer()
        self.parts = []
    }

    /// A piece that shares the memory of the part.
    private mutating func nextSlice() -> ByteBuffer? {
        self.bytes.readSlice(length: min(Self.pieceBytes, self.bytes.readableBytes))
    }

    private mutating func nextPiece(
        of file: (descriptor: SystemPackage.FileDescriptor, path: String, remaining: Int),
        allocator: ByteBufferAllocator
    ) throws(RequestContentError) -> ByteBuffer? {
        var buffer = allocator.buffer(capacity: min(Self.pieceBytes, file.remaining))
        let count: Int
        do {
            count = try buffer.writeWithUnsafeMutableBytes(
                minimumWritableBytes: min(Self.pieceBytes, file.remaining)
            ) { raw in
                let window = UnsafeMutableRawBufferPointer(
                    rebasing: raw.prefix(min(Self.pieceBytes, file.remaining))
                )
                return try file.descriptor.read(into: window)
            }
        } catch {
            self.file = file
            throw RequestContentError(path: file.path, detail: "\(error)")
        }
        guard count > 0 else {
            self.file = file
            throw RequestContentError(path: file.path, detail: "it has become shorter")
        }
        if count == file.remaining {
            try? file.descriptor.close()
            self.file = nil
        } else {
            self.file = (file.descriptor, file.path, file.remaining - count)
        }
        return buffer
    }
}

/// Why the content of a request could not be read.
struct RequestContentError: Error {
    /// The file.
    var path: String
    /// The operating system's words.
    var detail: String
}
