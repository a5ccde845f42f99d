import Foundation

/// How an engine is opened; what is absent has its default.
///
/// Timers and jobs of the engine's own do not run by themselves here: a device is asleep most of the time. Call
/// `bank.jobs.runDue()` where the system lets you work, or open with `background: true`.
public struct Options: Sendable {
    /// `auto` brings the schema to the newest version, `check` refuses an older one, `off` looks at nothing.
    public var migrate: Migrate?
    /// The schema of the tables on PostgreSQL, which these packages do not have. In a file it says what their
    /// names begin with, `till` as `till_`, where `tablePrefix` does not.
    public var schema: String?
    /// The prefix of the tables' names; `earnest_` by default.
    public var tablePrefix: String?
    /// The book of calls; `main` by default.
    public var book: String?
    /// The only books that there may be; any by default.
    public var books: Books?
    /// Currencies beside ISO 4217, with their decimal places.
    public var currencies: [String: Int]?
    /// The only currencies that requests may name.
    public var allowedCurrencies: [String]?
    /// The one that is meant where none is named.
    public var defaultCurrency: String?
    /// Whether a call without an actor is refused.
    public var requireActor: Bool?
    /// Approvals that every book begins with, as arguments of `approvals.set_policy`.
    public var policies: [JSON]?
    /// Rules that every book begins with, as arguments of `risk.set_rule`.
    public var rules: [JSON]?
    /// Rates that every book begins with, as arguments of `risk.set_rate`.
    public var rates: [JSON]?
    /// The keys of receipts, vault and PINs.
    public var keyring: Keyring?
    /// Sending webhooks, which these packages do not do: `not_supported`.
    public var webhooks: Bool?
    /// Whether timers and jobs run here; `false` by default.
    public var background: Bool?
    /// How long jobs that are done stay; 30 days by default.
    public var keepJobs: Duration?
    /// A job for every state of a deal.
    public var notifyEveryState: Bool?
    /// How long objects may wait for others before admins are told, by the names of the waits (`dispute.open`).
    public var waitLimits: [String: Duration]?
    /// Nothing is ever written.
    public var readOnly: Bool?
    /// Connections; 8 by default.
    public var poolSize: Int?
    /// Calls that may wait.
    public var queueLimit: Int?
    /// Calls of one commit.
    public var groupLimit: Int?
    /// How long a connection may take; 10 s by default.
    public var connectTimeout: Duration?
    /// How long a statement may take; 30 s by default.
    public var statementTimeout: Duration?
    /// `full`, or `normal`, which a power cut may cost the newest commits.
    public var synchronous: Synchronous?
    /// For PostgreSQL, which these packages do not have.
    public var preparedStatements: Bool?
    /// For PostgreSQL, which these packages do not have.
    public var sslmode: String?
    /// Timers need not wait until the clock has proved to be right.
    public var clockIsRight: Bool?
    /// From which level on the engine's lines are shown.
    public var log: LogLevel?
    /// Texts for people in more languages, for the whole process: by language and by code.
    public var messages: [String: [String: String]]?
    /// For tests: the time at which a clock stands still, and from where on ids are counted.
    package var clock: Date?
    package var seed: Int?

    public init(
        migrate: Migrate? = nil, schema: String? = nil, tablePrefix: String? = nil, book: String? = nil, books: Books? = nil,
        currencies: [String: Int]? = nil, allowedCurrencies: [String]? = nil, defaultCurrency: String? = nil,
        requireActor: Bool? = nil, policies: [JSON]? = nil, rules: [JSON]? = nil, rates: [JSON]? = nil,
        keyring: Keyring? = nil, webhooks: Bool? = nil, background: Bool? = nil, keepJobs: Duration? = nil,
        notifyEveryState: Bool? = nil, waitLimits: [String: Duration]? = nil, readOnly: Bool? = nil, poolSize: Int? = nil,
        queueLimit: Int? = nil, groupLimit: Int? = nil, connectTimeout: Duration? = nil, statementTimeout: Duration? = nil,
        synchronous: Synchronous? = nil, preparedStatements: Bool? = nil, sslmode: String? = nil, clockIsRight: Bool? = nil,
        log: LogLevel? = nil, messages: [String: [String: String]]? = nil
    ) {
        self.migrate = migrate
        self.schema = schema
        self.tablePrefix = tablePrefix
        self.book = book
        self.books = books
        self.currencies = currencies
        self.allowedCurrencies = allowedCurrencies
        self.defaultCurrency = defaultCurrency
        self.requireActor = requireActor
        self.policies = policies
        self.rules = rules
        self.rates = rates
        self.keyring = keyring
        self.webhooks = webhooks
        self.background = background
        self.keepJobs = keepJobs
        self.notifyEveryState = notifyEveryState
        self.waitLimits = waitLimits
        self.readOnly = readOnly
        self.poolSize = poolSize
        self.queueLimit = queueLimit
        self.groupLimit = groupLimit
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.synchronous = synchronous
        self.preparedStatements = preparedStatements
        self.sslmode = sslmode
        self.clockIsRight = clockIsRight
        self.log = log
        self.messages = messages
    }

    /// The same with the keyring in front. What fits both is the other one.
    @_disfavoredOverload
    public init(
        keyring: Keyring?, migrate: Migrate? = nil, schema: String? = nil, tablePrefix: String? = nil, book: String? = nil,
        books: Books? = nil, currencies: [String: Int]? = nil, allowedCurrencies: [String]? = nil,
        defaultCurrency: String? = nil, requireActor: Bool? = nil, policies: [JSON]? = nil, rules: [JSON]? = nil,
        rates: [JSON]? = nil, webhooks: Bool? = nil, background: Bool? = nil, keepJobs: Duration? = nil,
        notifyEveryState: Bool? = nil, waitLimits: [String: Duration]? = nil, readOnly: Bool? = nil, poolSize: Int? = nil,
        queueLimit: Int? = nil, groupLimit: Int? = nil, connectTimeout: Duration? = nil, statementTimeout: Duration? = nil,
        synchronous: Synchronous? = nil, preparedStatements: Bool? = nil, sslmode: String? = nil, clockIsRight: Bool? = nil,
        log: LogLevel? = nil, messages: [String: [String: String]]? = nil
    ) {
        self.init(
            migrate: migrate, schema: schema, tablePrefix: tablePrefix, book: book, books: books, currencies: currencies,
            allowedCurrencies: allowedCurrencies, defaultCurrency: defaultCurrency, requireActor: requireActor,
            policies: policies, rules: rules, rates: rates, keyring: keyring, webhooks: webhooks, background: background,
            keepJobs: keepJobs, notifyEveryState: notifyEveryState, waitLimits: waitLimits, readOnly: readOnly,
            poolSize: poolSize,
            queueLimit: queueLimit, groupLimit: groupLimit, connectTimeout: connectTimeout,
            statementTimeout: statementTimeout, synchronous: synchronous, preparedStatements: preparedStatements,
            sslmode: sslmode, clockIsRight: clockIsRight, log: log, messages: messages)
    }

    /// The options as the native half reads them, with the keyring that was fetched.
    func json(keyring text: String?) throws(EarnestError) -> String {
        var given = Given()
        given.text("migrate", migrate?.rawValue)
        given.text("schema", schema)
        given.text("table_prefix", tablePrefix)
        given.text("book", book)
        given.texts("books", books?.names)
        given.any("currencies", currencies.map { JSON($0.mapValues(JSON.int)) })
        given.texts("allowed_currencies", allowedCurrencies)
        given.text("default_currency", defaultCurrency)
        given.flag("require_actor", requireActor)
        given.anys("policies", policies)
        given.anys("rules", rules)
        given.anys("rates", rates)
        given.text(keyring?.isSource == true ? "fetched_keyring" : "keyring", text)
        given.any("webhooks", webhooks == true ? [:] : nil)
        given.flag("background", background ?? false)
        given.length("keep_jobs", keepJobs)
        given.flag("notify_every_state", notifyEveryState)
        given.lengths("wait_limits", waitLimits)
        given.flag("read_only", readOnly)
        given.whole("pool_size", poolSize)
        given.whole("queue_limit", queueLimit)
        given.whole("group_limit", groupLimit)
        given.length("connect_timeout", connectTimeout)
        given.length("statement_timeout", statementTimeout)
        given.text("synchronous", synchronous?.rawValue)
        given.flag("prepared_statements", preparedStatements)
        given.text("sslmode", sslmode)
        given.flag("clock_is_right", clockIsRight)
        given.text("log", log?.rawValue)
        given.any("messages", messages.map { JSON($0.mapValues { JSON($0.mapValues(JSON.string)) }) })
        given.time("test_clock", clock)
        given.whole("test_seed", clock == nil ? nil : seed)
        return try given.json()
    }
}

/// The migration of a store's schema at its opening.
public struct Migrate: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It is brought to the newest version.
    public static let auto = Migrate(rawValue: "auto")
    /// An older one is refused.
    public static let check = Migrate(rawValue: "check")
    /// Nothing is looked at.
    public static let off = Migrate(rawValue: "off")
}

/// The only books that there may be.
public struct Books: Sendable, Hashable, ExpressibleByArrayLiteral {
    let names: [String]?

    /// These.
    public init(_ names: [String]) { self.names = names }
    public init(arrayLiteral elements: String...) { self.init(elements) }
    private init() { names = nil }

    /// Any.
    public static let open = Books()
    /// The book of the option `book` alone.
    public static let declared = Books([])
}

/// How sure a commit is when it is answered.
public struct Synchronous: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It survives a power cut.
    public static let full = Synchronous(rawValue: "full")
    /// A power cut may cost the newest commits.
    public static let normal = Synchronous(rawValue: "normal")
}

/// From which level on the engine's lines are shown.
public struct LogLevel: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let off = LogLevel(rawValue: "off")
    public static let error = LogLevel(rawValue: "error")
    public static let warn = LogLevel(rawValue: "warn")
    public static let info = LogLevel(rawValue: "info")
    public static let debug = LogLevel(rawValue: "debug")
    public static let trace = LogLevel(rawValue: "trace")
}
