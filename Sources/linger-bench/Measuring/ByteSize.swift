import ArgumentParser

/// How many bytes are transferred: `1g`, `5g`, `300m`, in powers of two.
struct ByteSize: ExpressibleByArgument {
    /// The count.
    let count: Int

    static let gibibyte = ByteSize(count: 1 << 30)

    private init(count: Int) {
        self.count = count
    }

    init?(argument: String) {
        let shifts: [Character: Int] = ["k": 10, "m": 20, "g": 30]
        guard let unit = argument.lowercased().last, let shift = shifts[unit],
            let number = Int(argument.dropLast()), (1...1_000).contains(number)
        else { return nil }
        self.init(count: number << shift)
    }

    /// As people write it: `5 GiB`.
    var text: String {
        let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")]
        for (shift, name) in units where self.count % (1 << shift) == 0 {
            return "\(self.count >> shift) \(name)"
        }
        return "\(self.count) B"
    }

    var defaultValueDescription: String { "1g" }
}
