/// Reads what requests say, with errors that routes can throw.
enum Input {
    /// A whole number in the query.
    static func integer(
        _ request: DemoRequest,
        _ name: String,
        in range: ClosedRange<Int>,
        default fallback: Int
    ) throws(RouteError) -> Int {
        do {
            return try request.query.integer(name, in: range, default: fallback)
        } catch {
            throw .parameter(error)
        }
    }

    /// A duration in the query.
    static func duration(
        _ request: DemoRequest,
        _ name: String,
        unit: Duration
    ) throws(RouteError) -> Duration? {
        do {
            return try request.query.duration(name, unit: unit)
        } catch {
            throw .parameter(error)
        }
    }

    /// A whole number in the path.
    static func pathInteger(
        _ request: DemoRequest,
        _ name: String,
        in range: ClosedRange<Int>
    ) throws(RouteError) -> Int {
        let text = request.pathParameter(name)
        guard let value = Int(text), range.contains(value) else {
            throw .parameter(InvalidParameter(name: name, value: text, expected: .integer(range)))
        }
        return value
    }

    /// Text that can stand in a field, else it could end one and begin another.
    static func fieldValue(_ name: String, _ text: String) throws(RouteError) -> String {
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw .parameter(InvalidParameter(name: name, value: text, expected: .fieldValue))
        }
        return text
    }

    /// The members of the object in the content: JSON, or a form whose values become strings.
    ///
    /// In a form, whole numbers become numbers, and `true` and `false` what they say.
    static func members(_ request: DemoRequest) throws(RouteError) -> [JSON.Member] {
        if request.mediaType == "application/x-www-form-urlencoded" {
            let form = QueryParameters(
                decoding: String(decoding: request.content, as: UTF8.self)
            )
            return form.pairs.map { .init($0.name, Self.formValue($0.value)) }
        }
        let value: JSON
        do {
            value = try JSONParser.parse(request.content)
        } catch {
            throw .json(error)
        }
        guard case .object(let members) = value else {
            throw .content(member: "content", problem: "must be an object")
        }
        return members
    }

    private static func formValue(_ text: String) -> JSON {
        if let number = Int(text) { return .integer(number) }
        if let bool = Bool(text) { return .bool(bool) }
        return .string(text)
    }
}
