/// A set of Unicode scalars: ranges and general categories.
struct ScalarSet: Sendable, Hashable {
    private(set) var ranges: [ClosedRange<UInt32>] = []
    /// One bit for each general category.
    private(set) var categories: UInt32 = 0
    /// Sets that were put in as a whole, such as `\S` in `[\S ]`.
    private(set) var subsets: [ScalarSet] = []
    var isNegated = false
    var ignoresCase = false
    /// Which ASCII characters are in it, once it is complete.
    private var ascii: (low: UInt64, high: UInt64) = (0, 0)
    private var isComplete = false

    mutating func insert(_ scalar: Unicode.Scalar) {
        self.ranges.append(scalar.value...scalar.value)
    }

    mutating func insert(_ range: ClosedRange<UInt32>) { self.ranges.append(range) }

    mutating func insert(_ categories: UInt32) { self.categories |= categories }

    mutating func insert(_ set: ScalarSet) { self.subsets.append(set) }

    /// Looks up ASCII once, so that matching need not.
    func completed() -> ScalarSet {
        var copy = self
        for value in UInt8(0)..<128 where self.holds(Unicode.Scalar(value)) {
            if value < 64 {
                copy.ascii.low |= 1 << UInt64(value)
            } else {
                copy.ascii.high |= 1 << UInt64(value - 64)
            }
        }
        copy.isComplete = true
        return copy
    }

    /// Whether a scalar is in the set.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        guard self.isComplete, scalar.value < 128 else { return self.holds(scalar) }
        return scalar.value < 64
            ? self.ascii.low >> UInt64(scalar.value) & 1 == 1
            : self.ascii.high >> UInt64(scalar.value - 64) & 1 == 1
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        var isIn = self.lists(scalar)
        if !isIn, self.ignoresCase {
            isIn = scalar.otherCases.contains { self.lists($0) }
        }
        return isIn != self.isNegated
    }

    private func lists(_ scalar: Unicode.Scalar) -> Bool {
        self.ranges.contains { $0.contains(scalar.value) }
            || self.categories != 0
                && self.categories & scalar.properties.generalCategory.bit != 0
            || self.subsets.contains { $0.contains(scalar) }
    }

    static func == (left: ScalarSet, right: ScalarSet) -> Bool {
        left.ranges == right.ranges && left.categories == right.categories
            && left.subsets == right.subsets && left.isNegated == right.isNegated
            && left.ignoresCase == right.ignoresCase
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.ranges)
        hasher.combine(self.categories)
    }
}

extension ScalarSet {
    /// All but line breaks: `.` (RFC 9485, section 5).
    static let notLineBreak: ScalarSet = {
        var set = ScalarSet()
        set.insert("\n")
        set.insert("\r")
        set.isNegated = true
        return set
    }()

    /// Every scalar: `.` under `(?s)`.
    static let all: ScalarSet = {
        var set = ScalarSet()
        set.isNegated = true
        return set
    }()

    /// `\d`, `\w`, `\s`, and with a capital letter their opposites; nil for anything else.
    init?(classNamed letter: Unicode.Scalar) {
        self.init()
        switch letter {
        case "d", "D": self.insert(0x30...0x39)
        case "w", "W":
            for range: ClosedRange<UInt32> in [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A] {
                self.insert(range)
            }
        case "s", "S":
            for range: ClosedRange<UInt32> in [
                0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680,
                0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F,
                0x3000...0x3000, 0xFEFF...0xFEFF,
            ] { self.insert(range) }
        default: return nil
        }
        self.isNegated = letter.properties.isUppercase
    }

    /// The general categories of a name such as `L` or `Lu`; nil if there is none.
    init?(propertyNamed name: String) {
        let all = Unicode.GeneralCategory.named.filter {
            $0.name == name || $0.name.first.map(String.init) == name
        }
        guard !all.isEmpty else { return nil }
        self.init()
        for (_, category) in all { self.insert(category.bit) }
    }
}

extension Unicode.Scalar {
    /// The letter in its other cases, where that is one scalar.
    fileprivate var otherCases: [Unicode.Scalar] {
        [self.properties.lowercaseMapping, self.properties.uppercaseMapping].compactMap { text in
            let scalars = text.unicodeScalars
            return scalars.count == 1 ? scalars.first : nil
        }
    }
}

extension Unicode.GeneralCategory {
    /// The categories by their short names; surrogates are no scalars (RFC 9485, section 3).
    fileprivate static let named: [(name: String, category: Unicode.GeneralCategory)] = [
        ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter),
        ("Lm", .modifierLetter), ("Lo", .otherLetter), ("Mn", .nonspacingMark),
        ("Mc", .spacingMark), ("Me", .enclosingMark), ("Nd", .decimalNumber),
        ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation),
        ("Pd", .dashPunctuation), ("Ps", .openPunctuation), ("Pe", .closePunctuation),
        ("Pi", .initialPunctuation), ("Pf", .finalPunctuation), ("Po", .otherPunctuation),
        ("Sm", .mathSymbol), ("Sc", .currencySymbol), ("Sk", .modifierSymbol),
        ("So", .otherSymbol), ("Zs", .spaceSeparator), ("Zl", .lineSeparator),
        ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format), ("Co", .privateUse),
        ("Cn", .unassigned),
    ]

    /// The category's bit in a set.
    fileprivate var bit: UInt32 {
        let index = Self.named.firstIndex { $0.category == self } ?? 31
        return 1 << UInt32(index)
    }
}
