internal import HTTPModel

extension ErrorSentences {
    /// The content is not in the coding that it claims, or not safe to take out of it.
    static func render(_ problem: DecodingProblem, coding: String) -> RenderedError {
        let (kind, message) = Self.describe(problem, coding: Self.safe(coding))
        return RenderedError(
            kind: kind,
            words: "content cannot be decoded",
            message: message,
            hint: "`Accept-Encoding: identity` asks for content without codings"
        )
    }

    private static func describe(
        _ problem: DecodingProblem,
        coding: String
    ) -> (kind: String, message: String) {
        switch problem {
        case .unknownCoding:
            (
                "unknown_coding",
                "the content is in the coding \(coding), which linger does not know"
            )
        case .tooManyCodings(let count, let limit):
            (
                "too_many_codings",
                "the content is in \(count) codings (\(coding)): at most \(limit) are removed"
            )
        case .endsEarly:
            ("decoding_failed", "the content is not valid \(coding): it ends early")
        case .grewTooMuch(let received, let decoded, let factor):
            (
                "decoded_too_large",
                "\(ByteText.text(received)) of \(coding) became \(ByteText.text(decoded)):"
                    + " more than \(factor) times as much is not decoded"
            )
        case .windowTooLarge(let limit):
            (
                "decoding_window_too_large",
                "to decode the \(coding) content takes a window of more than"
                    + " \(ByteText.text(limit))"
            )
        case .corrupt(let detail):
            ("decoding_failed", "the content is not valid \(coding): \(Self.safe(detail))")
        }
    }
}
