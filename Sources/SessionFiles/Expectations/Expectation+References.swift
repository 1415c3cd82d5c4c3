import ShellLanguage

/// References in the values of expectations: what they yield is a value and never a predicate.
extension Expectation {
    /// Whether it has to be resolved before it is held against anything.
    package var holdsReferences: Bool {
        guard self.text.holdsDoubleBraces, case .value(_, let predicate, _) = self.claim else {
            return false
        }
        return predicate.texts.contains(where: \.holdsDoubleBraces)
    }

    /// The same with what its references yield.
    ///
    /// A value in quotes stays text; one without is of the kind that what it yields looks like, as
    /// if it had been written.
    ///
    /// - Parameter resolve: Yields a text without references.
    /// - Returns: What can be held against a response.
    /// - Throws: What `resolve` throws.
    package func resolvingReferences<Failure: Error>(
        _ resolve: (String) async throws(Failure) -> String
    ) async throws(Failure) -> Expectation {
        guard case .value(let query, let predicate, let isNegated) = self.claim else { return self }
        var yields: [String: String] = [:]
        for text in predicate.texts where text.holdsDoubleBraces {
            yields[text] = try await resolve(text)
        }
        var resolved = self
        resolved.claim = .value(
            query,
            predicate.replacing(yields, in: query),
            isNegated: isNegated
        )
        return resolved
    }
}

extension Expectation.Predicate {
    /// The texts in it that may have references; an expression has its own braces.
    fileprivate var texts: [String] {
        switch self {
        case .compares(_, let literal), .includes(let literal): literal.texts
        case .contains(let text), .startsWith(let text), .endsWith(let text): [text]
        case .isIn(let literals): literals.flatMap(\.texts)
        case .matches, .exists, .isEmpty, .isBetween, .isOfType: []
        }
    }

    /// The same with texts replaced by what they yield.
    fileprivate func replacing(
        _ yields: [String: String],
        in query: Expectation.Query
    ) -> Self {
        switch self {
        case .compares(let operation, let literal):
            .compares(operation, literal.replaced(by: yields, in: query))
        case .includes(let literal): .includes(literal.replaced(by: yields, in: query))
        case .contains(let text): .contains(yields[text] ?? text)
        case .startsWith(let text): .startsWith(yields[text] ?? text)
        case .endsWith(let text): .endsWith(yields[text] ?? text)
        case .isIn(let literals): .isIn(literals.map { $0.replaced(by: yields, in: query) })
        case .matches, .exists, .isEmpty, .isBetween, .isOfType: self
        }
    }
}

extension Expectation.Literal {
    fileprivate var texts: [String] {
        switch self {
        case .text(let text), .reference(let text): [text]
        case .number, .boolean, .null, .duration, .json: []
        }
    }

    fileprivate func replaced(by yields: [String: String], in query: Expectation.Query) -> Self {
        switch self {
        case .text(let text): return .text(yields[text] ?? text)
        case .reference(let text):
            guard let value = yields[text] else { return self }
            // What is none of the kind that is compared is a text, which nothing of it equals.
            return (try? ExpectationParser.literal(value, for: query, at: 0)) ?? .text(value)
        case .number, .boolean, .null, .duration, .json: return self
        }
    }
}
