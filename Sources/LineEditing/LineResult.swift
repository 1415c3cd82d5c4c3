/// What one call of ``LineEditor/readLine(prompt:)`` gave.
package enum LineResult: Hashable, Sendable {
    /// The person pressed Enter. Without the final line break; it may hold others.
    case line(String)
    /// ^C: the half-typed line is dropped, the shell goes on.
    case interrupted
    /// ^D on an empty line, or the terminal is gone.
    case endOfInput
}

/// Why a line editor could not be made.
package enum LineEditingError: Error, Hashable, Sendable {
    /// Standard input is no terminal, or neither standard error nor standard output is one.
    case noTerminal
    /// A system call failed.
    case system(SystemCall, errno: Int32)

    /// The system calls whose failure ends the attempt.
    package enum SystemCall: String, Hashable, Sendable {
        case pipe, dup, fdopen
        case elInit = "el_init"
    }
}
