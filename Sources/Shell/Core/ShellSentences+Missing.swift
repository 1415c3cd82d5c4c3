import HTTPModel
import Rendering
import ShellLanguage

/// The words for what is not there: exchanges, connections, answers.
extension ShellSentences {
    /// The words for what concerns something that is not there; nil for anything else.
    static func ofMissing(_ problem: ShellProblem) -> Words? {
        if case .noSuchExchange(let text, let span) = problem {
            return Self.noSuchExchange(text, span)
        }
        if case .nothingToCompare(let number) = problem {
            let message = "there is no exchange to compare \(number) with"
            return Words(kind: "no_such_exchange", message: message, note: "`log` lists them")
        }
        if case .noSuchConnection(let number, let span) = problem {
            return Self.noSuchConnection(number, span)
        }
        if case .cannotPing(let number, let refusal, let span) = problem {
            return Self.cannotPing(number, refusal, span)
        }
        if case .answersNotKept(let numbers, let span) = problem {
            return Self.answersNotKept(numbers, span)
        }
        if case .answersNotChecked(let numbers) = problem {
            return Words(
                kind: "answers_not_kept",
                message: Self.notKept(numbers),
                note: "`# @expect …` on the line before it checks each"
            )
        }
        if case .noMatch(let path, let span) = problem {
            let message = "\(Sanitizer.line(path)) matches nothing"
            return Words(kind: "no_match", message: message, span: span)
        }
        if case .contentUnavailable(let number, let problem) = problem {
            return Self.contentUnavailable(number, problem)
        }
        guard case .noContent = problem else { return nil }
        return Words(
            kind: "no_content",
            message: "there is no response yet",
            note: "`get /` gets one"
        )
    }

    private static func contentUnavailable(_ number: Int, _ problem: ContentProblem) -> Words {
        let note: String? =
            switch problem {
            case .tooLarge: "`> FILE` behind a request takes any size"
            case .notKept, .passedOn, .gone, .changed: "`again \(number)` gets it once more"
            case .unreadable: nil
            }
        let message = "\(number): \(problem.sentence)"
        return Words(kind: "content_unavailable", message: message, note: note)
    }

    private static func noSuchExchange(_ text: String, _ span: SourceSpan?) -> Words {
        Words(
            kind: "no_such_exchange",
            message: "there is no exchange \(Sanitizer.line(text))",
            note: "`log` lists them",
            span: span
        )
    }

    private static func noSuchConnection(_ number: Int, _ span: SourceSpan?) -> Words {
        Words(
            kind: "no_such_connection",
            message: "there is no connection #\(number)",
            note: "`sockets` lists them",
            span: span
        )
    }

    private static func notKept(_ numbers: ClosedRange<Int>) -> String {
        "\(numbers.lowerBound)–\(numbers.upperBound) are a repetition, whose single answers are not"
            + " kept"
    }

    /// The note is a way to an answer that can be looked at.
    static func answersNotKept(
        _ numbers: ClosedRange<Int>,
        _ span: SourceSpan?
    ) -> Words {
        Words(
            kind: "answers_not_kept",
            message: Self.notKept(numbers),
            note: "`again \(numbers.lowerBound)` sends it once more, and keeps that answer",
            span: span
        )
    }

    private static func cannotPing(
        _ number: Int,
        _ refusal: PingRefusal,
        _ span: SourceSpan?
    ) -> Words {
        switch refusal {
        case .notOpen:
            Words(
                kind: "not_open",
                message: "#\(number) is not open, or closed before it answered",
                note: "`sockets --closed` says why",
                span: span
            )
        case .notHTTP2:
            Words(
                kind: "no_ping",
                message: "#\(number) speaks HTTP/1.1, which has no PING",
                note: "`sockets #\(number)` shows the kernel's round-trip time",
                span: span
            )
        }
    }
}
