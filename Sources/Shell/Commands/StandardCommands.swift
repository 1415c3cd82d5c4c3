extension CommandRegistry {
    /// All commands of the shell: the one list that help, parsing and completion are made from.
    package static let standard = CommandRegistry([
        AgainCommand(), EditCommand(), WatchCommand(), JobsCommand(), WaitCommand(),
        CancelCommand(),
        BaseCommand(), CdCommand(), LsCommand(), OpenAPICommand(),
        HeadersCommand(), CookiesCommand(), AuthCommand(), VarsCommand(), EnvCommand(),
        SetCommand(), UnsetCommand(), SessionCommand(),
        PoolCommand(), DNSCommand(), SocketsCommand(), WhyCommand(), EventsCommand(),
        LogCommand(), NameCommand(), ShowCommand(), LastCommand(), DiffCommand(),
        TimingCommand(), LanesCommand(), StatsCommand(), TuneCommand(),
        SaveCommand(), ExportCommand(), ImportCommand(), ReplayCommand(), SourceCommand(),
        OnceCommand(),
        HelpCommand(), HistoryCommand(), AliasCommand(), ConfigCommand(), OpenCommand(),
        LcdCommand(), EchoCommand(), SleepCommand(),
        ExpectCommand(), ClearCommand(), QuitCommand(),
    ])
}
