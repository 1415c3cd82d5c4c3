/// Content that went to a file, which may be another's by the time that somebody wants to see it.
package struct SavedContent: Sendable, Hashable {
    /// The path of the file.
    package var path: String
    /// The length of the content in bytes.
    package var size: Int
    /// The content, where it is short enough to be kept in memory besides.
    package var bytes: [UInt8]?
    /// Where it begins in the file: behind what had been there, if it was added.
    package var start: Int
    /// The file as it was when the content had been written; nil for what cannot be read again,
    /// such as a pipe or a device.
    package var identity: FileIdentity?

    /// Describes content in a file.
    package init(
        path: String,
        size: Int,
        bytes: [UInt8]? = nil,
        start: Int = 0,
        identity: FileIdentity? = nil
    ) {
        self.path = path
        self.size = size
        self.bytes = bytes
        self.start = start
        self.identity = identity
    }
}

/// What tells whether a regular file is the one that it was, and unchanged.
package struct FileIdentity: Sendable, Hashable {
    /// The device that it is on.
    package var device: UInt64
    /// Its number there.
    package var inode: UInt64
    /// Its length in bytes.
    package var size: Int
    /// When it was last changed, in whole seconds since 1970.
    package var seconds: Int
    /// The nanoseconds beyond those.
    package var nanoseconds: Int

    /// Creates an identity.
    package init(device: UInt64, inode: UInt64, size: Int, seconds: Int, nanoseconds: Int) {
        self.device = device
        self.inode = inode
        self.size = size
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}
