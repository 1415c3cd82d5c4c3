package import HTTPModel
package import HTTPTypes

/// What tells a default field or query parameter from the others.
package enum DefaultPlace: Hashable, Sendable {
    /// A field, and the only origin that it goes to.
    case field(HTTPField.Name, scope: Origin?)
    /// A query parameter, and the only origin that it goes to.
    case query(String, scope: Origin?)
}

extension SessionRequest {
    /// Gives the request its own value of a default; returns it as it goes out.
    @discardableResult
    package mutating func setDefault(
        _ place: DefaultPlace,
        to value: String
    ) throws(FieldError) -> String {
        let sent =
            switch place {
            case .field(let name, _): try value.checkedFieldValue(of: name.rawName)
            case .query: value
            }
        self.defaultValues[place] = sent
        return sent
    }
}

extension Session {
    /// Gives a default the value that was made for a request.
    package func setDefault(_ place: DefaultPlace, to value: String) throws(FieldError) {
        switch place {
        case .field(let name, let origin):
            try self.setField(name.rawName, to: value, scope: origin.map(DefaultScope.only) ?? .all)
        case .query(let name, let origin):
            try self.setQuery(name, to: [value], scope: origin.map(DefaultScope.only) ?? .all)
        }
    }
}

extension ResolvedField {
    /// The same with the value that a request made anew for it, if it did.
    func replacing(with values: [DefaultPlace: String], at origin: Origin) -> ResolvedField {
        let place = DefaultPlace.field(self.field.name, scope: self.isBound ? origin : nil)
        guard let value = values[place] else { return self }
        var field = self.field
        field.value = value
        return ResolvedField(field: field, isSensitive: self.isSensitive, isBound: self.isBound)
    }
}

extension QueryDefaults {
    /// The same with the values that a request made anew for them.
    func replacing(with values: [DefaultPlace: String]) -> QueryDefaults {
        var result = QueryDefaults()
        result.restore(
            self.parameters.map { parameter in
                let place = DefaultPlace.query(parameter.name, scope: parameter.scope)
                var parameter = parameter
                parameter.value = values[place] ?? parameter.value
                return parameter
            }
        )
        return result
    }
}
