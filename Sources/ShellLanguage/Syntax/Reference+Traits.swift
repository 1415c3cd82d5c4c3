extension Reference {
    /// Whether it may yield something else each time that it is resolved.
    package var isNewEachTime: Bool {
        switch self {
        case .dynamic, .index: true
        case .variable, .exchange, .lastBody, .environment, .secret: false
        }
    }

    /// Whether it means an exchange of the session.
    package var meansExchange: Bool {
        switch self {
        case .exchange, .lastBody: true
        case .variable, .dynamic, .environment, .secret, .index: false
        }
    }

    /// Whether it yields the same a moment earlier: no answer, no time, no chance, no question.
    package var canBeResolvedAhead: Bool {
        switch self {
        case .variable, .environment: true
        case .exchange, .lastBody, .dynamic, .secret, .index: false
        }
    }
}

extension Template {
    /// What it refers to, in order.
    package var references: [Reference] { self.placeholders.map(\.reference) }
}
