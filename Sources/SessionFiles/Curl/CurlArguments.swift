import HTTPModel

/// The arguments of curl up to `--next`: options with their values, and URLs, in order.
struct CurlArguments {
    /// An option where it stands.
    struct Given {
        let part: CurlOption.RequestPart
        /// The option as it was written, such as `-H`.
        let spelling: String
        /// Its value; empty for a switch.
        let value: CommandWord
        let isNegated: Bool
    }

    /// What makes requests.
    var given: [Given] = []
    /// What does not.
    var notes: [CurlNote] = []

    /// Reads the arguments behind the name of the program; a group for each `--next`.
    static func groups(of words: ArraySlice<CommandWord>) throws(CurlProblem) -> [CurlArguments] {
        var reader = Reader(words: words)
        return try reader.read()
    }

    /// The values of the options that make `part`.
    func values(_ part: CurlOption.RequestPart) -> [Given] {
        self.given.filter { $0.part == part }
    }

    /// Whether the last switch for `part` switches it on.
    func isOn(_ part: CurlOption.RequestPart) -> Bool {
        self.given.last { $0.part == part }.map { !$0.isNegated } ?? false
    }

    private struct Reader {
        var words: ArraySlice<CommandWord>
        var groups: [CurlArguments] = [CurlArguments()]

        init(words: ArraySlice<CommandWord>) {
            self.words = words
        }

        mutating func read() throws(CurlProblem) -> [CurlArguments] {
            var readsOptions = true
            while let word = self.words.popFirst() {
                guard readsOptions, word.bytes.first == UInt8(ascii: "-"), word.bytes.count > 1
                else {
                    self.add(.url, "URL", word)
                    continue
                }
                guard let text = word.text else {
                    throw CurlProblem(.notText(option: "an option"), word.range)
                }
                if text == "--" {
                    readsOptions = false
                } else if text.hasPrefix("--") {
                    try self.readLong(String(text.dropFirst(2)), word)
                } else {
                    try self.readLetters(word)
                }
            }
            return self.groups
        }

        private mutating func readLong(
            _ name: String,
            _ word: CommandWord
        ) throws(CurlProblem) {
            let (option, isNegated) = try CurlOption.named(name, range: word.range)
            let spelling = "--\(name)"
            guard option.takesValue else {
                try self.take(option, spelling, CommandWord([], range: word.range), isNegated)
                return
            }
            guard let value = self.words.popFirst() else {
                throw CurlProblem(.missingValue(option: spelling), word.range)
            }
            try self.take(option, spelling, value, isNegated)
        }

        /// Reads `-sSLo FILE` and `-XPOST`.
        private mutating func readLetters(_ word: CommandWord) throws(CurlProblem) {
            var rest = word.bytes[...].dropFirst()
            while let byte = rest.popFirst() {
                let letter = Character(Unicode.Scalar(byte))
                let spelling = "-\(letter)"
                guard let option = CurlOption.byLetter[letter] else {
                    throw CurlProblem(.unknownOption(spelling, nearest: nil), word.range)
                }
                guard option.takesValue else {
                    try self.take(option, spelling, CommandWord([], range: word.range), false)
                    continue
                }
                if !rest.isEmpty {
                    let value = CommandWord(Array(rest), range: word.range)
                    try self.take(option, spelling, value, false)
                    return
                }
                guard let value = self.words.popFirst() else {
                    throw CurlProblem(.missingValue(option: spelling), word.range)
                }
                try self.take(option, spelling, value, false)
            }
        }

        private mutating func take(
            _ option: CurlOption,
            _ spelling: String,
            _ value: CommandWord,
            _ isNegated: Bool
        ) throws(CurlProblem) {
            switch option.meaning {
            case .request(.next): self.groups.append(CurlArguments())
            case .request(let part): self.add(part, spelling, value, isNegated)
            case .output: self.note(spelling, .output)
            case .noEffect: self.note(spelling, .noEffect)
            case .advised(let advice):
                self.note(spelling, isNegated ? .noEffect : .advice(advice))
            case .refused(let advice):
                guard !isNegated else { return }
                throw CurlProblem(.refused(option: spelling, advice), value.range)
            case .setting(let name, let isNeeded):
                let text = value.text ?? ""
                let advice = CurlAdvice.setting(name: name, value: text)
                guard !isNeeded || text.isEmpty else {
                    throw CurlProblem(.refused(option: spelling, advice), value.range)
                }
                self.note(spelling, .advice(advice))
            }
        }

        private mutating func add(
            _ part: CurlOption.RequestPart,
            _ spelling: String,
            _ value: CommandWord,
            _ isNegated: Bool = false
        ) {
            self.groups[self.groups.count - 1].given.append(
                Given(part: part, spelling: spelling, value: value, isNegated: isNegated)
            )
        }

        private mutating func note(_ spelling: String, _ kind: CurlNote.Kind) {
            self.groups[self.groups.count - 1].notes.append(CurlNote(spelling, kind))
        }
    }
}

extension CurlArguments.Given {
    /// The value as text.
    func text() throws(CurlProblem) -> String {
        guard let text = self.value.text else {
            throw CurlProblem(.notText(option: self.spelling), self.value.range)
        }
        guard !text.utf8.contains(0) else { throw CurlProblem(.null, self.value.range) }
        return text
    }
}
