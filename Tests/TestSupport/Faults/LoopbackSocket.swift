internal import Glibc

/// A system call of a test's socket failed.
package struct SocketError: Error, Sendable, Hashable {
    /// The call, such as `bind`.
    package let call: String
    /// Its errno.
    package let code: Int32
}

/// Plain calls for TCP sockets on 127.0.0.1; descriptors are owned by the caller.
package enum LoopbackSocket {
    /// Listens on `port`, 0 for a free one; returns the descriptor and the port.
    package static func listen(port: Int = 0) throws(SocketError) -> (Int32, port: Int) {
        let descriptor = try Self.make()
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        do throws(SocketError) {
            try Self.call("bind", descriptor, port, bind)
            guard Glibc.listen(descriptor, 128) == 0 else {
                throw SocketError(call: "listen", code: errno)
            }
            return (descriptor, try Self.port(of: descriptor))
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Connects to `port`; returns the descriptor, blocking.
    package static func connect(port: Int) throws(SocketError) -> Int32 {
        let descriptor = try Self.make()
        do throws(SocketError) {
            try Self.call("connect", descriptor, port, Glibc.connect)
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// A port on which nobody listens now: the one to be refused at, or to give to a server.
    ///
    /// It is taken from below the range of ports that the kernel gives to clients (32768 and up),
    /// so that no connection of another test takes it in the meantime.
    package static func unusedPort() throws(SocketError) -> Int {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            let candidate = Int.random(in: 15_000..<32_000, using: &generator)
            guard let (descriptor, port) = try? Self.listen(port: candidate) else { continue }
            close(descriptor)
            return port
        }
        throw SocketError(call: "bind", code: EADDRINUSE)
    }

    /// Sends everything; false if the peer has gone.
    package static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { part in
                Glibc.send(descriptor, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Receives what there is, waiting for the first byte; empty at the end, nil on a reset.
    package static func receive(from descriptor: Int32, atMost limit: Int = 65_536) -> [UInt8]? {
        while true {
            var count = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
                count = recv(descriptor, buffer.baseAddress, limit, 0)
                initialized = max(0, count)
            }
            if count < 0, errno == EINTR { continue }
            return count < 0 ? nil : bytes
        }
    }

    /// Closes with RST instead of FIN: a linger time of zero drops what is still to be sent.
    package static func reset(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, size)
        close(descriptor)
    }

    /// Waits until the descriptor can be read or written; false if `milliseconds` passed first.
    static func wait(_ descriptor: Int32, for events: Int32, milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let count = poll(&request, 1, milliseconds)
            if count < 0, errno == EINTR { continue }
            return count != 0
        }
    }

    private static func make() throws(SocketError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw SocketError(call: "socket", code: errno) }
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, size)
        return descriptor
    }

    private static func call(
        _ name: String,
        _ descriptor: Int32,
        _ port: Int,
        _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SocketError) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { rebound in
                rebound.baseAddress.map { body(descriptor, $0, socklen_t(bytes.count)) } ?? -1
            }
        }
        guard result == 0 else { throw SocketError(call: name, code: errno) }
    }

    private static func port(of descriptor: Int32) throws(SocketError) -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutableBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { rebound in
                getsockname(descriptor, rebound.baseAddress, &length)
            }
        }
        guard result == 0 else { throw SocketError(call: "getsockname", code: errno) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
