/// An item of a request: HTTPie's, and whole bodies (LANGUAGE.md section 5).
package struct RequestItem: Hashable, Sendable {
    /// What an item is.
    package enum Content: Hashable, Sendable {
        /// `Name:Value`.
        case field(name: Template, value: Template)
        /// `Name:@file`.
        case fieldFromFile(name: Template, path: Template)
        /// `Name:`: not sent, default or not.
        case removedField(name: Template)
        /// `Name;`: sent with an empty value.
        case emptyField(name: Template)
        /// `k==v`.
        case query(name: Template, value: Template)
        /// `k==@file`.
        case queryFromFile(name: Template, path: Template)
        /// `k=v`: a string.
        case string(DataKey, value: Template)
        /// `k=@file`: a string from a file.
        case stringFromFile(DataKey, path: Template)
        /// `k:=json`: verbatim JSON; valid if no reference stands in it.
        case json(DataKey, value: Template)
        /// `k:=@file`: JSON from a file.
        case jsonFromFile(DataKey, path: Template)
        /// `k@file;type=mime`: a file to upload.
        case upload(name: Template, path: Template, type: Template?)
        /// `@file` or `< file`: the whole body.
        case bodyFromFile(path: Template)
        /// `@-`: the whole body is standard input.
        case bodyFromStandardInput
    }

    /// What it is.
    package let content: Content
    /// Where it stands.
    package let span: SourceSpan

    /// Makes an item.
    package init(content: Content, span: SourceSpan = .none) {
        self.content = content
        self.span = span
    }
}

/// The key of a data item: a name, or a path into a JSON value (`a[b][]`).
package struct DataKey: Hashable, Sendable {
    /// A step of the path in brackets.
    package enum Step: Hashable, Sendable {
        /// `[name]`: a member of an object.
        case member(Template)
        /// `[0]`: an element of an array.
        case element(Int)
        /// `[]`: a new element at the end of an array.
        case append
    }

    /// The name before the brackets; `nil` if the key starts with one (`[]=v`).
    package let root: Template?
    /// The steps in brackets, in order.
    package let steps: [Step]
    /// Where the key stands.
    package let span: SourceSpan

    /// Makes a key.
    package init(root: Template?, steps: [Step] = [], span: SourceSpan = .none) {
        self.root = root
        self.steps = steps
        self.span = span
    }

    /// The key as one text, as forms use it: `a[b][]`.
    package var flat: Template {
        var parts = root?.parts ?? []
        for step in steps {
            parts.append(.literal("["))
            switch step {
            case .member(let name): parts += name.parts
            case .element(let index): parts.append(.literal(String(index)))
            case .append: break
            }
            parts.append(.literal("]"))
        }
        return Template(parts: parts, span: span)
    }
}
