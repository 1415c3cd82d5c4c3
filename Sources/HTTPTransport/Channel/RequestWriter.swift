import HTTPModel
import NIOCore
private import SystemPackage

/// Writes the content of one request piece by piece, as fast as the connection takes it.
struct RequestWriter {
    /// The size of the pieces that are written, in bytes: so large that what a piece costs apart
    /// from its bytes does not show, and small enough for a processor's cache.
    static let pieceBytes = 256 * 1024

    private typealias OpenFile = (
        descriptor: SystemPackage.FileDescriptor, path: String, remaining: Int
    )

    private var parts: ArraySlice<RequestBody.Part>
    /// What is left of a part in memory.
    private var bytes = ByteBuffer()
    private var file: OpenFile?
    /// Applies the coding; nil if the content goes out as it is.
    private let encoder: GzipEncoder?
    /// The buffers of the last two pieces: one whose bytes the kernel has taken is used again.
    private var buffers = (ByteBuffer(), ByteBuffer())

    /// Creates a writer of `body`, which applies `coding` to it.
    init(_ body: RequestBody, coding: RequestCoding? = nil) {
        switch body {
        case .none: self.parts = []
        case .bytes(let bytes): self.parts = [.bytes(bytes)]
        case .parts(let parts): self.parts = parts[...]
        }
        self.encoder =
            switch coding {
            case .gzip: GzipEncoder()
            case nil: nil
            }
    }

    /// The next piece, which may be empty; nil when all has been given.
    ///
    /// - Throws: `RequestContentError` if a file cannot be read or has become shorter: what has
    ///   been announced in Content-Length cannot be taken back.
    mutating func next(
        allocator: ByteBufferAllocator
    ) throws(RequestContentError) -> ByteBuffer? {
        guard let encoder = self.encoder else { return try self.nextPiece(allocator: allocator) }
        var output = allocator.buffer(capacity: 0)
        while let piece = try self.nextPiece(allocator: allocator) {
            encoder.encode(piece, into: &output)
            if output.readableBytes > 0 { return output }
        }
        return encoder.finish(into: &output) ? output : nil
    }

    /// Gives up; closes what is open.
    mutating func cancel() {
        if let file = self.file { try? file.descriptor.close() }
        self.file = nil
        self.bytes = ByteBuffer()
        self.parts = []
    }

    /// The next piece before any coding.
    private mutating func nextPiece(
        allocator: ByteBufferAllocator
    ) throws(RequestContentError) -> ByteBuffer? {
        if let file = self.file { return try self.nextPiece(of: file, allocator: allocator) }
        if self.bytes.readableBytes > 0 { return self.nextSlice() }
        guard let part = self.parts.popFirst() else { return nil }
        switch part {
        case .bytes(let bytes):
            // An empty piece would be the last one twice.
            guard !bytes.isEmpty else { return try self.nextPiece(allocator: allocator) }
            self.bytes = allocator.buffer(bytes: bytes)
            return self.nextSlice()
        case .file(let path, let size):
            guard size > 0 else { return try self.nextPiece(allocator: allocator) }
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

    /// A piece that shares the memory of the part.
    private mutating func nextSlice() -> ByteBuffer? {
        self.bytes.readSlice(length: min(Self.pieceBytes, self.bytes.readableBytes))
    }

    private mutating func nextPiece(
        of file: OpenFile,
        allocator: ByteBufferAllocator
    ) throws(RequestContentError) -> ByteBuffer? {
        let wanted = min(Self.pieceBytes, file.remaining)
        // Cleared in place if nobody else holds its memory any more, replaced else.
        var buffer = self.takeBuffer()
        buffer.clear(minimumCapacity: wanted)
        let count: Int
        do {
            count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { raw in
                let window = UnsafeMutableRawBufferPointer(rebasing: raw.prefix(wanted))
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
        self.buffers.1 = buffer
        return buffer
    }

    /// The older one of the last two buffers.
    private mutating func takeBuffer() -> ByteBuffer {
        let buffer = self.buffers.0
        self.buffers.0 = self.buffers.1
        self.buffers.1 = ByteBuffer()
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
