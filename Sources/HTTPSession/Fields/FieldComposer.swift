import HTTPModel
import HTTPTypes
struct FieldComposer: Sendable {}
