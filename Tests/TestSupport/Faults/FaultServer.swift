internal import Glibc
internal import Synchronization

/// A server on plain sockets that does what a script says, byte by byte.
///
/// It knows nothing of NIO, so a test of a transport does not test NIO against itself. One thread
/// accepts, and each connection has a thread of its own that runs its steps. Threads wait on
/// condition variables and sockets; only a script that says so waits for time.
///
///     let server = try FaultServer(.readSecondRequestThenClose())
///     …send two requests to server.port…
///     await server.wait { $0.connections.count == 2 }
///     #expect(server.connections[0].requests.count == 2)
///
/// The server stops when it is released, or by ``stop()``.
package final class FaultServer: Sendable {
    /// The port on 127.0.0.1.
    package let port: Int

    private let core: Core

    /// Starts a server that runs `script`.
    package init(_ script: FaultScript) throws(SocketError) {
        let (listener, port) = try LoopbackSocket.listen()
        self.port = port
        let core = Core(listener: listener, script: script)
        self.core = core
        ServerThread.start { core.accept() }
    }

    deinit {
        self.core.stop()
    }

    /// The origin, such as `http://127.0.0.1:40000`.
    package var baseURL: String { "http://127.0.0.1:\(self.port)" }

    /// What has become of each connection, in the order of acceptance.
    package var connections: [FaultRecord] { self.core.monitor.current.connections }

    /// Suspends until `predicate` holds for what the server has seen; false if cancelled first.
    @discardableResult
    package func wait(until predicate: @escaping @Sendable (FaultState) -> Bool) async -> Bool {
        await self.core.monitor.wait(until: predicate)
    }

    /// Closes the listener and every connection, and waits until the threads have ended.
    package func stop() {
        self.core.stop()
    }
}

/// What a fault server has seen and done.
package struct FaultState: Sendable {
    /// The connections in the order of acceptance.
    package internal(set) var connections: [FaultRecord] = []

    fileprivate var descriptors: [Int: Int32] = [:]
    fileprivate var openGates: Set<ObjectIdentifier> = []
    fileprivate var isStopping = false
    fileprivate var runningThreads = 1
}

/// What a fault server has seen and done on one connection.
package struct FaultRecord: Sendable, Hashable {
    /// Who ended a connection, and how.
    package enum End: Sendable, Hashable {
        /// The client closed it.
        case clientClosed
        /// The client reset it, or sent after the server had closed.
        case clientReset
        /// The script closed it.
        case serverClosed
        /// The script reset it.
        case serverReset
    }

    /// The requests that were read in full, as they came.
    package internal(set) var requests: [[UInt8]] = []
    /// How many bytes the kernel has taken for sending.
    package internal(set) var bytesSent = 0
    /// Whether the kernel has lately taken nothing, because the client does not read.
    package internal(set) var isStalled = false
    /// What has come of HTTP/2.
    package internal(set) var http2 = HTTP2Peer()
    /// How it ended; nil while it is open.
    package internal(set) var end: End?

    /// The requests as text, for comparing.
    package var requestTexts: [String] {
        self.requests.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension FaultServer {
    /// What the threads share.
    final class Core: Sendable {
        let monitor = Monitor(FaultState())

        private let listener: Int32
        private let script: FaultScript

        init(listener: Int32, script: FaultScript) {
            self.listener = listener
            self.script = script
        }

        /// The body of the accepting thread.
        func accept() {
            while true {
                // First wait, then accept under the lock: a program that another test starts must
                // not inherit the connection, or closing it would not end it.
                _ = LoopbackSocket.wait(self.listener, for: POLLIN, milliseconds: -1)
                let (descriptor, failure) = descriptorLock.withLock { _ in
                    let descriptor = Glibc.accept(self.listener, nil, nil)
                    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                    return (descriptor, errno)
                }
                if descriptor < 0, failure == EINTR || failure == ECONNABORTED { continue }
                guard descriptor >= 0, let index = self.opened(descriptor) else {
                    if descriptor >= 0 { close(descriptor) }
                    break
                }
                let steps = self.script.steps(index)
                ServerThread.start {
                    var connection = FaultConnection(core: self, index: index, descriptor)
                    connection.run(steps)
                    self.monitor.change { $0.runningThreads -= 1 }
                }
            }
            close(self.listener)
            self.monitor.change { $0.runningThreads -= 1 }
        }

        /// Ends all threads.
        func stop() {
            let isFirst = self.monitor.change { state in
                defer { state.isStopping = true }
                for descriptor in state.descriptors.values {
                    shutdown(descriptor, Int32(SHUT_RDWR))
                }
                return !state.isStopping
            }
            // Wakes accept4; the thread closes the listener itself, so its number cannot be
            // somebody else's by then.
            if isFirst { shutdown(self.listener, Int32(SHUT_RDWR)) }
            self.monitor.block { $0.runningThreads == 0 }
        }

        private func opened(_ descriptor: Int32) -> Int? {
            self.monitor.change { state in
                guard !state.isStopping else { return nil }
                let index = state.connections.count
                state.connections.append(FaultRecord())
                state.descriptors[index] = descriptor
                state.runningThreads += 1
                return index
            }
        }

        /// Closes a connection; under the lock, so that ``stop()`` never meets a reused number.
        func end(_ index: Int, _ end: FaultRecord.End) {
            self.monitor.change { state in
                guard let descriptor = state.descriptors.removeValue(forKey: index) else { return }
                state.connections[index].end = end
                if end == .serverReset {
                    LoopbackSocket.reset(descriptor)
                } else {
                    close(descriptor)
                }
            }
        }

        /// Blocks until `gate` is open; false if the server stops first.
        func block(until gate: Gate) -> Bool {
            let key = ObjectIdentifier(gate)
            gate.whenOpen { [weak self] in
                _ = self?.monitor.change { $0.openGates.insert(key) }
            }
            self.monitor.block { $0.openGates.contains(key) || $0.isStopping }
            return !self.monitor.current.isStopping
        }

        /// Blocks for `duration`; false if the server stops first.
        func block(for duration: Duration) -> Bool {
            !self.monitor.block(for: duration) { $0.isStopping }
        }
    }
}
