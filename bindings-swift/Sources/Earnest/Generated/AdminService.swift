// The operations of `admin`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `admin`, of an engine or a view.
public struct AdminService: Sendable {
    let bank: Engine

    /// Looks up the outcome of an idempotency key.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - actor: The actor who asks.
    @discardableResult
    public func lookupKey(key: String, actor: Actor? = nil) async throws -> KeyOutcome {
        var given = Given()
        given.text("key", key)
        given.actor("actor", actor)
        return try await bank.one("admin.lookup_key", given)
    }

    /// Lists who did what, and what happened to what, oldest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - fromTime: From this time on.
    ///   - limit: Page size, at most 500.
    ///   - object: Only of this object: a prefixed id, or the name of an account.
    ///   - toTime: Before this time.
    ///   - actor: The actor who asks.
    public func audit(
        after: String? = nil, fromTime: Date? = nil, limit: Int? = nil, object: String? = nil, toTime: Date? = nil,
        actor: Actor? = nil
    ) -> Listing<Event> {
        var given = Given()
        given.time("from_time", fromTime)
        given.whole("limit", limit)
        given.text("object", object)
        given.time("to_time", toTime)
        given.actor("actor", actor)
        return Listing(bank, "admin.audit", after: after, given)
    }

    /// Whether the engine and its store are well.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    @discardableResult
    public func health(actor: Actor? = nil) async throws -> Health {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("admin.health", given)
    }

    /// Recomputes every invariant of every book from the rows and the log. Recounts what rules have counted, by the rules of
    /// then, and compares each counter with the result (`counters_recomputed`): counts, sums, failures, rates, different values,
    /// in every window, about accounts, actors, other sides, addresses, devices and metadata. A rule is left out, with all that
    /// it has counted, where the log and the rows do not have what the recount needs: a rule about addresses or devices once
    /// `admin.erase_context` has erased one of a counted call; a rule about metadata once it has counted a call that failed, one
    /// whose metadata no row keeps (only transfers, holds and deals keep it), or the opening of a deal whose metadata was changed
    /// since; and, after a clock was set back, what a refusal took as counted now of parties whom no event names. A rule set anew
    /// under another name is compared from its beginning.
    ///
    /// - Parameters:
    ///   - anchor: A link of this book's chain that was kept elsewhere, as `SEQ:HASH`: the log must still have it.
    ///   - actor: The actor who asks.
    @discardableResult
    public func verify(anchor: String? = nil, actor: Actor? = nil) async throws -> Verify {
        var given = Given()
        given.text("anchor", anchor)
        given.actor("actor", actor)
        return try await bank.one("admin.verify", given)
    }

    /// Says that the clock is right as it is: after a jump calls are taken again, in every process, and timers run by it.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    @discardableResult
    public func confirmClock(actor: Actor? = nil) async throws -> ClockConfirmed {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("admin.confirm_clock", given)
    }

    /// Erases the address and the device of end users from events; the chain stays as it is.
    ///
    /// - Parameters:
    ///   - beforeTime: Only from events before this time.
    ///   - subject: Only from events that this actor caused.
    ///   - actor: The actor who asks.
    @discardableResult
    public func eraseContext(beforeTime: Date? = nil, subject: String? = nil, actor: Actor? = nil) async throws -> Erased {
        var given = Given()
        given.time("before_time", beforeTime)
        given.text("subject", subject)
        given.actor("actor", actor)
        return try await bank.one("admin.erase_context", given)
    }

    /// Begins a timeline: this copy of a store goes its own way, and its links and receipts differ from the original's.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    @discardableResult
    public func fork(actor: Actor? = nil) async throws -> Timeline {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("admin.fork", given)
    }

    /// Copies the store to a new file, while it is in use (SQLite).
    ///
    /// - Parameters:
    ///   - path: The file; there must be none.
    ///   - actor: The actor who asks.
    @discardableResult
    public func backup(path: String, actor: Actor? = nil) async throws -> Copied {
        var given = Given()
        given.text("path", path)
        given.actor("actor", actor)
        return try await bank.one("admin.backup", given)
    }

    /// Puts a backup of this store in the place of everything that it has, whole or not at all, and begins a timeline (SQLite).
    /// What happened after the backup is gone: keys of calls that were made since are free again. Where this process's keyring
    /// lacks a key that something in the backup needs, nothing is restored without `force`.
    ///
    /// - Parameters:
    ///   - path: The file that `backup` wrote.
    ///   - force: Restore it although this process's keyring lacks a key that something in it needs: that stays closed until a process has the key.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `key_not_found`.
    @discardableResult
    public func restore(path: String, force: Bool? = nil, actor: Actor? = nil) async throws -> Timeline {
        var given = Given()
        given.text("path", path)
        given.flag("force", force)
        given.actor("actor", actor)
        return try await bank.one("admin.restore", given)
    }

    /// Returns what this process has done and how far it is behind, as a text that Prometheus reads: give it as the answer of a
    /// route of your own.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    @discardableResult
    public func metrics(actor: Actor? = nil) async throws -> Metrics {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("admin.metrics", given)
    }

    /// Counts of the store and of this process.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    @discardableResult
    public func stats(actor: Actor? = nil) async throws -> Stats {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("admin.stats", given)
    }
}
