import HTTPModel

/// A reference that holds only while numbers do: `{{3.response…}}`, `{{last.response…}}`,
/// `{{$.path}}`.
struct NumberedReference {
    /// Which exchange it means.
    enum Exchange: Equatable {
        case number(Int)
        case last
    }

    /// Which exchange it means.
    let exchange: Exchange
    private let sign: String
    /// What follows the name, with its dot.
    private let rest: String

    /// Reads the content of a reference; nil if it is of another kind.
    init?(_ inner: String) {
        self.sign = inner.hasPrefix("%") ? "%" : ""
        let text = inner.dropFirst(self.sign.count)
        if text.hasPrefix("$.") || text.hasPrefix("$[") || text == "$" {
            self.exchange = .last
            self.rest = ".response.body." + text
            return
        }
        guard let dot = text.firstIndex(of: ".") else { return nil }
        let name = text[..<dot]
        self.rest = String(text[dot...])
        if name == "last" {
            self.exchange = .last
        } else if name.utf8.allSatisfy(\.isASCIIDigit), let number = Int(name) {
            self.exchange = .number(number)
        } else {
            return nil
        }
    }

    /// The content of the reference by name.
    func text(name: String) -> String {
        self.sign + name + self.rest
    }
}

extension RecordedRequest {
    /// The numbers of the exchanges that its references mean.
    var referencedNumbers: [Int] {
        var texts = [self.target] + self.fields.map(\.value) + self.commands
        if case .template(let text) = self.body { texts.append(text) }
        return texts.flatMap { text in
            ReferenceSyntax.pieces(of: text).compactMap { piece in
                guard case .reference(let inner) = piece,
                    let reference = NumberedReference(inner)
                else { return nil }
                switch reference.exchange {
                case .number(let number): return number
                case .last: return self.lastNumber
                }
            }
        }
    }

    /// The path of the target, without origin and query, its references as they are typed or left
    /// out.
    private func path(withReferences: Bool) -> String {
        var text = ""
        var pieces = ReferenceSyntax.pieces(of: self.target)[...]
        // A reference at the start, such as `{{base}}`, says where the path is.
        if case .reference? = pieces.first, pieces.count > 1 { pieces.removeFirst() }
        for piece in pieces {
            switch piece {
            case .text(let plain):
                text += plain.prefix { $0 != "?" && $0 != "#" }
                if plain.contains(where: { $0 == "?" || $0 == "#" }) { return Self.path(of: text) }
            case .reference(let inner): if withReferences { text += "{{\(inner)}}" }
            }
        }
        return Self.path(of: text)
    }

    private static func path(of target: String) -> String {
        guard let scheme = target.firstRange(of: "://") else { return target }
        let rest = target[scheme.upperBound...]
        return String(rest[(rest.firstIndex(of: "/") ?? rest.endIndex)...])
    }

    /// A name by FILES.md 9.3, rule 12: `METHOD_lastsegment`.
    var madeName: String {
        let segments = self.path(withReferences: false).split(separator: "/")
        // A word says more than the number of what it is about.
        let segment = segments.last { !$0.allSatisfy(\.isNumber) } ?? segments.last
        return segment.map { "\(self.method)_\($0)" } ?? self.method
    }

    /// A title: method and path.
    var madeTitle: String {
        let path = self.path(withReferences: true)
        return "\(self.method) \(path.isEmpty ? "/" : path)"
    }
}
