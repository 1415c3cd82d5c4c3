import Rendering
import Testing

@Suite("Palette and colour mode")
struct PaletteTests {
    @Test
    func `without colour every role leaves text as it is`() {
        for role in Role.allCases {
            #expect(Palette.plain.styled("x", as: role) == "x")
            #expect(Palette.plain.opening(of: role).isEmpty)
            #expect(Palette.plain.closing(of: role).isEmpty)
        }
    }

    @Test
    func `with colour a role is switched on and off again`() {
        #expect(Palette.colored.styled("200 OK", as: .success) == "\u{1B}[32m200 OK\u{1B}[0m")
        #expect(Palette.colored.styled("500", as: .serverError) == "\u{1B}[1;31m500\u{1B}[0m")
        #expect(Palette.colored.styled("", as: .success) == "")
        #expect(Palette.colored.styled("x", as: nil) == "x")
        #expect(Palette.colored.styled("{", as: .jsonPunctuation) == "{")
    }

    @Test
    func `no role uses black, white, yellow, or blue that is not bold`() {
        for role in Role.allCases {
            let parameters = Palette.colored.opening(of: role).dropFirst(2).dropLast()
                .split(separator: ";").compactMap { Int($0) }
            let allowed: Set<Int> = [1, 2, 7, 31, 32, 34, 35, 36]
            #expect(parameters.allSatisfy(allowed.contains), "\(role)")
            #expect(!parameters.contains(34) || parameters.contains(1), "\(role)")
        }
    }

    @Test(arguments: [
        (99, Role.serverError), (100, .informational), (199, .informational), (200, .success),
        (299, .success), (300, .redirection), (399, .redirection), (400, .clientError),
        (499, .clientError), (500, .serverError), (599, .serverError), (600, .serverError),
    ])
    func `a status has the role of its class`(_ code: Int, _ role: Role) {
        #expect(Role.status(code) == role)
    }

    @Test(arguments: [
        (ColorMode.always, false, ["NO_COLOR": "1", "TERM": "dumb"], true),
        (.never, true, ["CLICOLOR_FORCE": "1"], false),
        (.auto, true, [:], true), (.auto, false, [:], false),
        (.auto, true, ["TERM": "xterm"], true), (.auto, true, ["TERM": "dumb"], false),
        (.auto, true, ["NO_COLOR": "1"], false), (.auto, true, ["NO_COLOR": ""], true),
        (.auto, false, ["CLICOLOR_FORCE": "1"], true),
        (.auto, false, ["CLICOLOR_FORCE": "0"], false),
        (.auto, false, ["CLICOLOR_FORCE": ""], false),
        (.auto, true, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
        (.auto, false, ["CLICOLOR_FORCE": "1", "TERM": "dumb"], true),
    ])
    func `mode, environment and device decide about colour`(
        _ mode: ColorMode,
        _ isTerminal: Bool,
        _ environment: [String: String],
        _ expected: Bool
    ) {
        #expect(mode.isColored(isTerminal: isTerminal, environment: environment) == expected)
    }
}
