import HTTPModel
import HTTPSession
import ShellLanguage

/// Where the value of a variable comes from: a response, by a query that `@capture` has too.
struct VariableOrigin: Sendable, Hashable {
    /// The exchange.
    var number: Int
    /// What was asked of its response: `jsonpath $.token`, `header ETag`, `body`.
    var query: String
    /// The value; a variable that has another one was set in another way since.
    var value: String
}

extension Evaluator {
    /// Where the value of `@x = …` comes from; nil if it is not a response and nothing else.
    func origin(of template: Template, value: String) async -> VariableOrigin? {
        guard template.parts.count == 1, let placeholder = template.placeholders.first,
            !placeholder.isEncoded
        else { return nil }
        let which: ExchangeReference
        let query: String
        switch placeholder.reference {
        case .lastBody(let path): (which, query) = (.last, "jsonpath \(path)")
        case .exchange(let exchange, message: .response, part: let part):
            which = exchange
            switch part {
            case .wholeBody: query = "body"
            case .body(let path): query = "jsonpath \(path)"
            case .field(let name): query = "header \(name)"
            case .unknown: return nil
            }
        case .exchange(_, message: .request, part: _), .variable, .dynamic, .environment, .secret,
            .index:
            return nil
        }
        guard let number = try? await self.exchange(which).exchange.number else { return nil }
        return VariableOrigin(number: number, query: query, value: value)
    }
}
