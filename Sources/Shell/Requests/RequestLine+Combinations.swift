import ShellLanguage

/// How often a request line is sent.
enum RequestUse {
    /// Once, also in the background.
    case once
    /// As often as its count says.
    case repeated
    /// Again and again, each answer in the place of the last.
    case watched
}

extension RequestLine {
    /// Refuses options that would have no effect where the line is used as `use` says: what is
    /// asked for is done, or nothing is sent.
    ///
    /// - Throws: `ShellProblem.usage`, at the option.
    func checkOptions(for use: RequestUse) throws(ShellProblem) {
        for option in self.options {
            guard let clash = self.clash(of: option.content, in: use) else { continue }
            let (name, other, instead) = clash
            throw .usage(command: name, .clashes(with: other, instead: instead), option.span)
        }
    }

    /// What an option does not go with, and what to type instead.
    private func clash(
        of option: RequestOption.Content,
        in use: RequestUse
    ) -> (name: String, other: String, instead: String)? {
        let place = use == .watched ? "watch" : "a count"
        switch option {
        case .download, .resume:
            let name = option == .resume ? "--resume" : "--download"
            if use == .repeated { return (name, place, "`> FILE` takes all contents in order") }
            if use == .watched { return (name, place, "a request without watch saves its answer") }
            return self.tails.redirection == nil
                ? nil : (name, "`>`", "one of them names where the content goes")
        case .output:
            if use == .watched {
                return ("--output", place, "a request without watch saves its answer")
            }
            if use == .repeated, !self.tails.filters.isEmpty {
                return ("--output", "a filter behind a count", "`> FILE` takes what it prints")
            }
            return self.tails.redirection == nil
                ? nil : ("--output", "`>`", "one of them names where the content goes")
        case .verbose:
            let instead = "a request without it shows its heads"
            return use == .once ? nil : ("--verbose", place, instead)
        case .json, .form, .multipart, .raw, .name, .fresh, .via, .noFollow, .follow, .timeout,
            .noCookies, .auth, .bearer, .digest, .http, .compress, .chunked, .dryRun:
            return nil
        }
    }

    /// The tails of a repetition: `--output` takes all contents in order, as `>` does.
    var repeatedTails: Tails {
        var tails = self.tails
        for option in self.options {
            guard case .output(let path) = option.content else { continue }
            tails.redirection = .init(path: Word(template: path, isQuoted: true), appends: false)
        }
        return tails
    }
}
