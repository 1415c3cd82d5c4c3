/// A user of the demo.
struct User: Sendable, Hashable {
    /// Its number.
    let id: Int
    /// How often it was changed, from 1.
    var version = 1
    /// Its members but for `id`, in order; clients may add their own.
    var members: [JSON.Member]

    /// Its name.
    var name: String { JSON.object(self.members)["name"]?.text ?? "" }
    /// Its entity tag: another one after each change.
    var entityTag: String { "\"\(self.id)-\(self.version)\"" }
    /// What clients see.
    var json: JSON { .object([.init("id", .integer(self.id))] + self.members) }
}

/// An order of the demo.
struct Order: Sendable, Hashable {
    /// Its number.
    let id: Int
    /// Whose it is.
    let userID: Int
    /// Its members but for `id` and `userId`.
    var members: [JSON.Member]

    /// What clients see.
    var json: JSON {
        .object(
            [.init("id", .integer(self.id)), .init("userId", .integer(self.userID))] + self.members
        )
    }
}

/// Somebody who has logged in.
struct Login: Sendable, Hashable {
    /// Which log-in of this server it is, from 1.
    let number: Int
    /// Who it is.
    let userID: Int
    /// The name that was given, in lower case.
    let user: String

    /// What the client sends as `Authorization: Bearer …`.
    var token: String { "demo.\(self.user).\(self.number)" }
    /// What the client sends as the cookie `session`.
    var cookie: String { "s\(self.number)-\(self.user)" }
}

/// Everything the demo remembers; each server starts with the same.
struct Store: Sendable {
    /// The password of every user.
    static let password = "secret"

    /// How many users, orders and log-ins there may be, each.
    let maximumEntries: Int
    /// The users by number.
    private(set) var users: [User]
    /// The orders by number.
    private(set) var orders: [Order]

    private var logins: [Login] = []
    private var nextUserID: Int
    private var nextOrderID: Int
    private var nextLogin = 1

    /// Creates the initial data.
    init(maximumEntries: Int) {
        self.maximumEntries = maximumEntries
        self.users = Self.initialUsers
        self.orders = Self.initialOrders
        self.nextUserID = self.users.count + 1
        self.nextOrderID = self.orders.count + 1
    }

    // MARK: Users

    /// The user with this number.
    func user(_ id: Int) -> User? { self.users.first { $0.id == id } }

    /// Adds a user; its number is one that no user had before.
    mutating func addUser(_ members: [JSON.Member]) throws(RouteError) -> User {
        guard self.users.count < self.maximumEntries else {
            throw .full(limit: self.maximumEntries)
        }
        let user = User(id: self.nextUserID, members: members)
        self.nextUserID += 1
        self.users.append(user)
        return user
    }

    /// Puts a changed user in place of the one with its number.
    mutating func replace(_ user: User) {
        guard let index = self.users.firstIndex(where: { $0.id == user.id }) else { return }
        self.users[index] = user
    }

    /// Removes a user with its orders and log-ins; false if there is none.
    mutating func removeUser(_ id: Int) -> Bool {
        guard let index = self.users.firstIndex(where: { $0.id == id }) else { return false }
        self.users.remove(at: index)
        self.orders.removeAll { $0.userID == id }
        self.logins.removeAll { $0.userID == id }
        return true
    }

    // MARK: Orders

    /// Adds an order.
    mutating func addOrder(of userID: Int, _ members: [JSON.Member]) throws(RouteError) -> Order {
        guard self.orders.count < self.maximumEntries else {
            throw .full(limit: self.maximumEntries)
        }
        let order = Order(id: self.nextOrderID, userID: userID, members: members)
        self.nextOrderID += 1
        self.orders.append(order)
        return order
    }

    /// Removes an order.
    mutating func removeOrder(_ id: Int) {
        self.orders.removeAll { $0.id == id }
    }

    // MARK: Log-ins

    /// Logs somebody in; nil if there is no such user, or the password is wrong.
    ///
    /// When there are too many log-ins, the oldest ends.
    mutating func logIn(_ name: String, password: String) -> Login? {
        let name = name.lowercased()
        guard password == Self.password,
            let user = self.users.first(where: { $0.name.lowercased() == name })
        else { return nil }
        let login = Login(number: self.nextLogin, userID: user.id, user: name)
        self.nextLogin += 1
        if self.logins.count >= self.maximumEntries { self.logins.removeFirst() }
        self.logins.append(login)
        return login
    }

    /// Who sent this request: by its bearer token, else by its cookie.
    func login(of request: DemoRequest) -> Login? {
        if let credentials = request.field("authorization") {
            let words = credentials.split(separator: " ")
            guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
            return self.logins.first { $0.token == words[1] }
        }
        let values = request.cookies.filter { $0.name == "session" }.map(\.value)
        return self.logins.first { values.contains($0.cookie) }
    }

    /// Ends a log-in.
    mutating func logOut(_ login: Login) {
        self.logins.removeAll { $0 == login }
    }

    // MARK: Initial data

    private static let names = [
        "Ida", "Bo", "Cleo", "Dan", "Eve", "Finn", "Ann", "Gus", "Hana", "Ivo", "Jo", "Kim",
        "Lea", "Max", "Nora", "Otto", "Pia", "Quin", "Rosa", "Sam", "Tess", "Uma", "Vito", "Zoe",
    ]

    private static let goods = ["tea", "bread", "lamp", "map", "pencil", "kite"]

    private static var initialUsers: [User] {
        self.names.enumerated().map { index, name in
            User(
                id: index + 1,
                members: [
                    .init("name", .string(name)),
                    .init("email", .string("\(name.lowercased())@example.com")),
                    .init("age", .integer(20 + index * 7 % 50)),
                    .init("active", .bool(index % 3 != 2)),
                ]
            )
        }
    }

    private static var initialOrders: [Order] {
        (0..<16).map { index in
            Order(
                id: index + 1,
                userID: index * 5 % 8 + 1,
                members: [
                    .init("item", .string(self.goods[index % self.goods.count])),
                    .init("quantity", .integer(index % 3 + 1)),
                ]
            )
        }
    }
}
