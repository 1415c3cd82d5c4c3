internal import Glibc
internal import Synchronization

/// A system call failed in the machinery of a test.
package struct SystemCallError: Error, CustomStringConvertible {
    /// The call.
    package let call: String
    /// Its `errno`.
    package let errorNumber: CInt

    package var description: String {
        "\(call): \(String(cString: strerror(errorNumber)))"
    }
}

/// How a program ended.
package enum ExitStatus: Hashable, Sendable {
    case exited(Int)
    case signalled(Int)

    /// Reads what `waitpid` gave.
    init(waitStatus status: CInt) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited(Int((status >> 8) & 0xFF)) : .signalled(Int(signal))
    }
}

/// A point in time by which something must have happened.
package struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    /// Makes a deadline so far from now.
    package init(after duration: Duration) {
        end = ContinuousClock.now + duration
    }

    /// Whether it has passed.
    package var hasPassed: Bool {
        ContinuousClock.now >= end
    }

    /// The time left for `poll`, at most so long, in milliseconds.
    func milliseconds(atMost limit: Int) -> CInt {
        let left = end - ContinuousClock.now
        let (seconds, attoseconds) = left.components
        let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        return CInt(max(0, min(milliseconds, limit)))
    }
}

/// Held from the making of descriptors until they are marked, and while a program is started: so no
/// program inherits the descriptors of another's test.
let descriptorLock = Mutex(())

/// Has a program start with nothing open but 0, 1 and 2.
///
/// The sockets of NIO are not close-on-exec: a child that held one of another test would keep its
/// connection open. Swift does not import the function, so it is looked up.
private func closeOthers(_ actions: inout posix_spawn_file_actions_t) {
    typealias CloseFrom =
        @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, CInt) -> CInt
    guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
    _ = unsafeBitCast(symbol, to: CloseFrom.self)(&actions, 3)
}

/// Starts a program, with the given descriptors as its 0, 1 and 2.
///
/// By `posix_spawn`: a test process has threads, and must not fork. Signals are as for a program
/// that a shell starts, whatever the test runner made of its own.
func spawn(
    _ program: String,
    _ arguments: [String],
    environment: [String: String],
    descriptors: (input: CInt, output: CInt, error: CInt)
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, descriptors.input, 0)
    posix_spawn_file_actions_adddup2(&actions, descriptors.output, 1)
    posix_spawn_file_actions_adddup2(&actions, descriptors.error, 2)
    closeOthers(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
        &attributes,
        Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    )
    let argumentTexts = ([program] + arguments).map { strdup($0) }
    let environmentTexts = environment.map { strdup("\($0.key)=\($0.value)") }
    defer {
        for text in argumentTexts + environmentTexts {
            free(text)
        }
    }
    var process: pid_t = 0
    let failure = descriptorLock.withLock { _ in
        posix_spawn(
            &process,
            program,
            &actions,
            &attributes,
            argumentTexts + [nil],
            environmentTexts + [nil]
        )
    }
    guard failure == 0 else {
        throw SystemCallError(call: "posix_spawn \(program)", errorNumber: failure)
    }
    return process
}

/// Marks a descriptor as ours alone, and never blocking.
func prepareDescriptor(_ descriptor: CInt) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
}

/// The program that the package builds under this name, next to the tests.
package func builtProgram(_ name: String) throws -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else {
        throw SystemCallError(call: "readlink", errorNumber: errno)
    }
    let path = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    let folder = path.split(separator: "/").dropLast().joined(separator: "/")
    return "/\(folder)/\(name)"
}
