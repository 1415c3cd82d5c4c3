extension CommandRegistry {
    /// All commands of the shell: the one list that help, parsing and completion are made from.
    package static let standard = CommandRegistry([
        WatchCommand(), JobsCommand(), WaitCommand(), CancelCommand(),
        BaseCommand(), CdCommand(),
        HeadersCommand(), CookiesCommand(), AuthCommand(), VarsCommand(), SetCommand(),
        UnsetCommand(), SessionCommand(),
        PoolCommand(), DNSCommand(), SocketsCommand(), WhyCommand(), EventsCommand(),
        LogCommand(), NameCommand(), ShowCommand(), LastCommand(), TimingCommand(),
        LanesCommand(), StatsCommand(), TuneCommand(),
        SaveCommand(), ExportCommand(), ImportCommand(), ReplayCommand(), SourceCommand(),
        HelpCommand(), HistoryCommand(), LcdCommand(), EchoCommand(), SleepCommand(),
        ExpectCommand(), ClearCommand(), QuitCommand(),
    ])
}
