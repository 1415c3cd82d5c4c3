/// Rows and columns for people: two-space gutters, no rules, no trailing blanks.
///
/// Cells are sanitised to one line. Without a width, as when the output is no terminal, nothing is
/// truncated or dropped; otherwise the result is the same text.
package struct Table: Sendable {
    /// A column.
    package struct Column: Sendable {
        /// What stands in the header; may be empty.
        package var title: String
        /// On which side the cells are flush.
        package var alignment: CellAlignment
        /// The cells below which it is not truncated; nil: it is never truncated, only dropped.
        package var minimumWidth: Int?
        /// How much it matters: on narrow terminals columns go in rising order; nil: it stays.
        package var priority: Int?

        /// Creates a column.
        package init(
            _ title: String,
            alignment: CellAlignment = .left,
            minimumWidth: Int? = nil,
            priority: Int? = nil
        ) {
            self.title = title
            self.alignment = alignment
            self.minimumWidth = minimumWidth
            self.priority = priority
        }
    }

    /// What stands in one place.
    package struct Cell: Sendable, ExpressibleByStringInterpolation {
        /// The text.
        package var text: String
        /// What it means; nil for plain text.
        package var role: Role?

        /// Creates a cell.
        package init(_ text: String, role: Role? = nil) {
            self.text = text
            self.role = role
        }

        package init(stringLiteral value: String) {
            self.init(value)
        }
    }

    /// The columns.
    package var columns: [Column]
    /// The rows; a row with fewer cells than there are columns is filled up with empty ones.
    package var rows: [[Cell]] = []
    /// Blanks before the first column.
    package var indent: Int
    /// Whether there is a header.
    package var hasHeader: Bool

    /// Creates a table without rows.
    package init(columns: [Column], indent: Int = 1, hasHeader: Bool = true) {
        self.columns = columns
        self.indent = indent
        self.hasHeader = hasHeader
    }

    /// Adds a row.
    ///
    /// - Precondition: There are not more cells than columns.
    package mutating func append(_ cells: [Cell]) {
        precondition(
            cells.count <= self.columns.count,
            "\(cells.count) cells for \(self.columns.count) columns"
        )
        self.rows.append(cells)
    }
}
