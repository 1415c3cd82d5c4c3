/// What goes on in a cell of a lane.
enum LanePhase: Int, Sendable, Hashable, CaseIterable {
    /// TCP is being opened, after the name was resolved.
    case connect
    /// TLS is being agreed on.
    case tls
    /// The request is sent, and the response has not begun.
    case wait
    /// The response comes.
    case receive
    /// A request waits for a place under a limit.
    case queue
    /// The connection is open and has nothing to do.
    case idle
    /// The connection closed.
    case closed
    /// The connection is still open at the end.
    case open

    /// Phases that are told in the legend by this name.
    var name: String {
        switch self {
        case .connect: "connect"
        case .tls: "TLS"
        case .wait: "wait"
        case .receive: "receive"
        case .queue: "queue"
        case .idle: "idle"
        case .closed: "closed"
        case .open: "open"
        }
    }

    /// The sign; each phase has another, so that it can be told without colour.
    func glyph(isASCII: Bool) -> Character {
        switch self {
        case .connect: isASCII ? ":" : "░"
        case .tls: isASCII ? "%" : "▚"
        case .wait: isASCII ? "=" : "▒"
        case .receive: isASCII ? "#" : "█"
        case .queue: isASCII ? "-" : "─"
        case .idle: isASCII ? "." : "·"
        case .closed: isASCII ? "x" : "✕"
        case .open: isASCII ? ">" : "›"
        }
    }

    /// Its colour.
    var role: Role {
        switch self {
        case .connect: .clientError
        case .tls: .jsonKey
        case .wait: .notice
        case .receive: .success
        case .queue: .warning
        case .idle, .open: .dim
        case .closed: .error
        }
    }
}
