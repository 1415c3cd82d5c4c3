/// Where the words come from that may stand for a placeholder of a command's usage.
package enum CompletionSource: Sendable, Hashable {
    /// Nothing can be listed.
    case nothing
    /// These words.
    case words([String])
    /// Numbers of exchanges.
    case exchanges
    /// Names of exchanges.
    case exchangeNames
    /// Numbers of open connections, with `#`.
    case connections
    /// Numbers of background jobs.
    case jobs
    /// Local files.
    case files
    /// Local folders.
    case folders
    /// Paths of the service, as targets.
    case targets
    /// Origins that were talked to.
    case origins
    /// Names of cookies.
    case cookies
    /// Names of variables.
    case variables
    /// Names of settings.
    case settings
    /// Values of the setting that is named by the word before.
    case settingValues
    /// Names of fields.
    case fields
    /// Names of default query parameters.
    case queryDefaults
    /// Names of environments in `http-client.env.json`.
    case environments
    /// Names of aliases.
    case aliases
    /// Commands, methods and topics of help.
    case topics
    /// Commands and methods.
    case commands

    /// What a placeholder means where a command does not say otherwise.
    static func standard(_ placeholder: String) -> [CompletionSource] {
        switch placeholder {
        case "#ID": [.connections]
        case "COMMAND", "TOPIC": [.topics]
        case "DIR", "FOLDER": [.folders]
        case "FILE": [.files]
        case "HOST", "ORIGIN": [.origins]
        case "N", "N-M", "M": [.exchanges]
        case "@NAME": [.variables]
        case "PATH", "TARGET": [.targets]
        case "REQUEST": [.commands]
        case "URL": [.origins, .targets]
        default: [.nothing]
        }
    }
}
