package dev.earnest

import kotlin.time.Duration

/** How an engine is opened; what is `null` has its default. `docs/kotlin.md` says what each is for. */
public class Options(
    /** A keyring. */
    public val keyring: Keyring? = null,
    /** `auto` brings the schema to the newest version, `check` refuses an older one, `off` looks at nothing. */
    public val migrate: String? = null,
    /** The prefix of the tables' names; `earnest_` by default. */
    public val tablePrefix: String? = null,
    /** The book of calls; `main` by default. */
    public val book: String? = null,
    /** The only books that there may be. */
    public val books: List<String>? = null,
    /** Tokens beside ISO 4217, with their decimal places. */
    public val currencies: Map<String, Int>? = null,
    /** The only currencies that requests may name. */
    public val allowedCurrencies: List<String>? = null,
    /** The one that is meant where none is named. */
    public val defaultCurrency: String? = null,
    /** Whether a call without an actor is refused. */
    public val requireActor: Boolean? = null,
    /** Approvals that every book begins with, each the arguments of `approvals.set_policy`. */
    public val policies: List<Json>? = null,
    /** Rules that every book begins with, each the arguments of `risk.set_rule`. */
    public val rules: List<Json>? = null,
    /** Rates that every book begins with, each the arguments of `risk.set_rate`. */
    public val rates: List<Json>? = null,
    /** Whether timers and jobs run here; `false` by default: `bank.jobs.runDue()` runs them. */
    public val background: Boolean? = null,
    /** How long jobs that are done stay; 30 days by default. */
    public val keepJobs: Duration? = null,
    /** A job for every state of a deal. */
    public val notifyEveryState: Boolean? = null,
    /** How long objects may wait for others before admins are told, by the names of the waits (`dispute.open`). */
    public val waitLimits: Map<String, Duration>? = null,
    /** Nothing is ever written. */
    public val readOnly: Boolean? = null,
    /** Connections; 8 by default. */
    public val poolSize: Int? = null,
    /** Calls that may wait. */
    public val queueLimit: Int? = null,
    /** Calls of one commit. */
    public val groupLimit: Int? = null,
    /** How long a connection may take; 10 s by default. */
    public val connectTimeout: Duration? = null,
    /** How long a statement may take; 30 s by default. */
    public val statementTimeout: Duration? = null,
    /** `full`, or `normal`, which a power cut may cost the newest commits. */
    public val synchronous: String? = null,
    /** Timers need not wait until the clock has proved to be right. */
    public val clockIsRight: Boolean? = null,
    /** From which level on the engine's lines are shown: `off` to `trace`. */
    public val log: String? = null,
    /** Texts for people in more languages, by language and code, for the whole process. */
    public val messages: Map<String, Map<String, String>>? = null,
    /** Not on a device: `true` is refused with `not_supported`. */
    public val webhooks: Boolean? = null,
) {
    /** The clock and the seed of a test: see `dev.earnest.testing`. */
    internal var forTests: Pair<String, Int>? = null
        private set

    /**
     * The same with a clock that stands still and ids that are counted. What was given stays as it is: other
     * engines may be opened with it.
     */
    internal fun tested(clock: String, seed: Int): Options = Options(
        keyring = keyring,
        migrate = migrate,
        tablePrefix = tablePrefix,
        book = book,
        books = books,
        currencies = currencies,
        allowedCurrencies = allowedCurrencies,
        defaultCurrency = defaultCurrency,
        requireActor = requireActor,
        policies = policies,
        rules = rules,
        rates = rates,
        background = background,
        keepJobs = keepJobs,
        notifyEveryState = notifyEveryState,
        waitLimits = waitLimits,
        readOnly = readOnly,
        poolSize = poolSize,
        queueLimit = queueLimit,
        groupLimit = groupLimit,
        connectTimeout = connectTimeout,
        statementTimeout = statementTimeout,
        synchronous = synchronous,
        clockIsRight = clockIsRight,
        log = log,
        messages = messages,
        webhooks = webhooks,
    ).also { it.forTests = clock to seed }

    /** As JSON, with the text of a keyring. */
    internal fun settings(keys: String?): String {
        if (webhooks == true) throw refuse("not_supported", "operation" to "webhooks", "reason" to "a device sends no webhooks")
        val found = LinkedHashMap<String, Json>()
        fun put(name: String, value: Any?) {
            if (value != null) found[name] = Json.of(value, name).also { Arguments.check(name, it, 1) }
        }
        fun put(name: String, value: Duration?) {
            if (value != null) found[name] = Json.ofText(Arguments.durationText(name, value))
        }
        put("migrate", migrate)
        put("table_prefix", tablePrefix)
        put("book", book)
        put("books", books)
        put("currencies", currencies)
        put("allowed_currencies", allowedCurrencies)
        put("default_currency", defaultCurrency)
        put("require_actor", requireActor)
        put("policies", policies)
        put("rules", rules)
        put("rates", rates)
        put("background", background ?: false)
        put("keep_jobs", keepJobs)
        put("notify_every_state", notifyEveryState)
        put("wait_limits", waitLimits?.mapValues { (name, limit) -> Arguments.durationText("wait_limits.$name", limit) })
        put("read_only", readOnly)
        put("pool_size", poolSize)
        put("queue_limit", queueLimit)
        put("group_limit", groupLimit)
        put("connect_timeout", connectTimeout)
        put("statement_timeout", statementTimeout)
        put("synchronous", synchronous)
        put("clock_is_right", clockIsRight)
        put("log", log)
        put("messages", messages)
        put("keyring", keyring?.source()?.file?.let { "file:$it" })
        put("fetched_keyring", keys)
        forTests?.let { (clock, seed) -> put("test_clock", clock); put("test_seed", seed) }
        return Json.ofMembers(found).toString()
    }
}
