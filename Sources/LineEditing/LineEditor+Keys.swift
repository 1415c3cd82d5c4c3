internal import CEditLine

/// The codes that key functions return to libedit.
enum KeyOutcome: UInt8 {
    case done = 0
    case newLine = 1
    case endOfFile = 2
    case refresh = 4
    case moved = 5
    case beep = 6
}

extension LineEditor {
    /// A key function of ours, by the name that `~/.editrc` may bind it under.
    private enum KeyFunction: String, CaseIterable {
        case enter = "linger-enter"
        case lineBreak = "linger-line-break"
        case dropLine = "linger-drop-line"
        case paste = "linger-paste"
        case complete = "linger-complete"
        case older = "linger-older"
        case newer = "linger-newer"

        /// libedit calls back without context, so each has a function of its own.
        var body: ce_key_function {
            switch self {
            case .enter: { handle, _ in LineEditor.call(handle) { $0.enter() } }
            case .lineBreak: { handle, _ in LineEditor.call(handle) { $0.insert("\n") } }
            case .dropLine: { handle, _ in LineEditor.call(handle) { $0.dropLine() } }
            case .paste: { handle, _ in LineEditor.call(handle) { $0.paste() } }
            case .complete: { handle, _ in LineEditor.call(handle) { $0.complete() } }
            case .older: { handle, _ in LineEditor.call(handle) { $0.up() } }
            case .newer: { handle, _ in LineEditor.call(handle) { $0.down() } }
            }
        }
    }

    private static func call(
        _ handle: OpaquePointer?,
        _ body: (LineEditor) -> KeyOutcome
    ) -> UInt8 {
        (of(handle).map(body) ?? .beep).rawValue
    }

    /// Makes our key functions known, so that `~/.editrc` can bind them.
    func addKeyFunctions() {
        for function in KeyFunction.allCases {
            _ = ce_add_function(handle, function.rawValue, "linger's own", function.body)
        }
    }

    /// Binds the keys that must do what they do here, whatever `~/.editrc` says: without them no
    /// line would end, and a paste would be garbage.
    func bindVitalKeys() {
        for (key, function) in [("^M", KeyFunction.enter), ("^J", .enter), ("^C", .dropLine)] {
            _ = ce_bind(handle, key, function.rawValue)
            _ = ce_bind_alternative(handle, key, function.rawValue)
        }
        bindSequence("[200~", to: KeyFunction.paste.rawValue)
    }

    /// Binds the keys that people expect to do something, in the map that is in force.
    func bindKeys() {
        _ = ce_bind(handle, "^I", KeyFunction.complete.rawValue)
        for introducer in ["[", "O"] {
            bindSequence("\(introducer)A", to: KeyFunction.older.rawValue)
            bindSequence("\(introducer)B", to: KeyFunction.newer.rawValue)
        }
        bindCursorKeys()
        guard ce_uses_vi_keys(handle) == 0 else {
            return
        }
        _ = ce_bind(handle, "^P", KeyFunction.older.rawValue)
        _ = ce_bind(handle, "^N", KeyFunction.newer.rawValue)
        _ = ce_bind(handle, "^R", "em-inc-search-prev")
        for key in ["\\e^M", "\\e^J"] {
            _ = ce_bind(handle, key, KeyFunction.lineBreak.rawValue)
        }
    }

    /// Binds what xterm and its like send for the cursor keys, with and without modifiers.
    private func bindCursorKeys() {
        let plain = [
            "A": KeyFunction.older.rawValue, "B": KeyFunction.newer.rawValue,
            "C": "ed-next-char", "D": "ed-prev-char",
            "H": "ed-move-to-beg", "F": "ed-move-to-end",
        ]
        let byWord = ["C": "em-next-word", "D": "ed-prev-word"]
        for (key, function) in plain {
            // 2 Shift, 3 Alt, 5 Control, and their sums.
            for modifier in 2...8 {
                let word = modifier > 2 ? byWord[key] : nil
                bindSequence("[1;\(modifier)\(key)", to: word ?? function)
            }
        }
        for key in ["[H", "OH", "[1~", "[7~"] {
            bindSequence(key, to: "ed-move-to-beg")
        }
        for key in ["[F", "OF", "[4~", "[8~"] {
            bindSequence(key, to: "ed-move-to-end")
        }
        bindSequence("[3~", to: "ed-delete-next-char")
        bindSequence("[3;5~", to: "em-delete-next-word")
        // Unbound they would leave their last characters on the line: Insert, the page keys,
        // Shift-Tab, F1 to F12.
        let unused = ["[2~", "[5~", "[6~", "[Z", "OP", "OQ", "OR", "OS"]
        for key in unused + [15, 17, 18, 19, 20, 21, 23, 24].map({ "[\($0)~" }) {
            bindSequence(key, to: "ed-ignore")
        }
    }

    /// Binds what follows ESC.
    ///
    /// With vi keys ESC enters command mode, where the rest of the sequence is looked up.
    private func bindSequence(_ rest: String, to function: String) {
        if ce_uses_vi_keys(handle) == 0 {
            _ = ce_bind(handle, "\\e\(rest)", function)
        } else {
            _ = ce_bind_alternative(handle, rest, function)
        }
    }

    /// The text of the line.
    var text: String {
        String(String.UnicodeScalarView(buffer.scalars))
    }

    /// Enter: ends the line, or breaks it where it is not complete.
    private func enter() -> KeyOutcome {
        let line = text
        guard options.isComplete(line) else {
            moveCursor(to: buffer.scalars.count)
            return insert("\n")
        }
        leaveLine()
        reading?.result = .line(line)
        return .newLine
    }

    /// ^C: leaves the line as it stands on the screen, and ends it.
    private func dropLine() -> KeyOutcome {
        leaveLine(showing: "^C")
        reading?.result = .interrupted
        return .endOfFile
    }

    /// Inserts text before the cursor.
    func insert(_ text: String) -> KeyOutcome {
        insert(Array(text.unicodeScalars))
    }

    /// Inserts characters before the cursor; none of them may be NUL.
    func insert(_ scalars: [Unicode.Scalar]) -> KeyOutcome {
        guard !scalars.isEmpty else {
            return .done
        }
        return el_winsertstr(handle, scalars.map(\.wide) + [0]) == 0 ? .refresh : .beep
    }

    /// Moves the cursor, as far as the line goes.
    func moveCursor(to position: Int) {
        let (scalars, cursor) = buffer
        let target = min(max(position, 0), scalars.count)
        _ = el_cursor(handle, CInt(clamping: target - cursor))
    }

    /// Puts another text in the line's place, with the cursor at its end.
    func replaceLine(with text: String) -> KeyOutcome {
        let count = buffer.scalars.count
        moveCursor(to: count)
        el_deletestr(handle, CInt(clamping: count))
        _ = insert(text)
        return .refresh
    }
}
