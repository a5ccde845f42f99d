//! One row of the table of operations: what is to be known of an operation before it is called.

use crate::error::Code;
use crate::kernel::identity::KeyRetention;
use crate::kernel::permit::Who;
use crate::request::bounds::Bound;
use crate::sorting::Sorting;

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// `service.name`.
    pub name: &'static str,
    /// A description in one sentence or two; empty without the feature `schemas`.
    pub doc: &'static str,
    /// Whether it needs a key.
    pub key: KeyRule,
    /// How long its outcome is kept.
    pub kept: KeyRetention,
    /// Whether it joins a host's transaction.
    pub host: HostRule,
    /// The kind of its effect, for policies and rules: money going out, money coming in, and so on.
    pub effect: &'static str,
    /// Whether it can take money out of an account, or hold it there: only then can a policy ask.
    pub takes: bool,
    /// Whether rules of risk judge it.
    pub risk: Class,
    /// Whether an actor must be named.
    pub needs_actor: bool,
    /// The callers that it admits, and how a plain actor is judged.
    pub who: Who,
    /// The codes that it may answer in addition to those of every call, in groups.
    pub codes: &'static [&'static [Code]],
    /// Notes on its key, its callers and host transactions, as Markdown; empty without the feature `schemas`.
    pub manual: &'static str,
    /// A line of `earnest run` that calls it; empty without the feature `schemas`.
    pub example: &'static str,
    /// How much the fields of its request may hold, by name.
    pub bounds: &'static [(&'static str, Bound)],
    /// JSON Schema of its request; an empty one without the feature `schemas`.
    pub request: fn() -> schemars::Schema,
    /// JSON Schema of its reply; an empty one without the feature `schemas`.
    pub reply: fn() -> schemars::Schema,
}

/// The schema of a request or a view: what describes them all is a twentieth of a small program.
#[cfg(feature = "schemas")]
pub(crate) fn schema<T: schemars::JsonSchema>() -> schemars::Schema {
    schemars::schema_for!(T)
}

#[cfg(not(feature = "schemas"))]
pub(crate) fn schema<T>() -> schemars::Schema {
    schemars::Schema::default()
}

/// Returns a text about an operation, for people. Without the feature `schemas` a program shows it to nobody,
/// and the text is empty.
#[cfg(feature = "schemas")]
pub(crate) const fn about(text: &'static str) -> &'static str {
    text
}

#[cfg(not(feature = "schemas"))]
pub(crate) const fn about(_text: &'static str) -> &'static str {
    ""
}

impl OperationInfo {
    /// Whether it changes anything: what is refused then leaves an event.
    pub fn changes(&self) -> bool {
        self.key != KeyRule::None || self.effect != "read"
    }

    /// Whether a policy can demand factors of it whatever the amount: it writes, and takes no money. What
    /// sets the guard itself is out of reach of a policy, so that nobody locks himself out.
    pub fn demands_at_any_amount(&self) -> bool {
        let sets_the_guard = UNGUARDED.contains(&self.effect) || self.effect.starts_with("credentials.");
        let writes = self.key != KeyRule::None || UNKEYED.contains(&self.effect);
        writes && !self.takes && !sets_the_guard
    }

    /// Whether rules or policies may ask its caller for proofs of factors.
    pub fn looks_at_proofs(&self) -> bool {
        self.risk != Class::None || self.demands_at_any_amount()
    }

    /// The codes that it may answer in addition to those of every call, in the order of the table of errors.
    pub fn codes(&self) -> Vec<Code> {
        let mut codes = self.codes.concat();
        if self.demands_at_any_amount() {
            codes.push(Code::FactorRequired);
        }
        if self.looks_at_proofs() {
            codes.push(Code::KeyNotFound);
        }
        codes.order();
        codes.dedup();
        codes
    }
}

/// Whether an operation opens something new, or finishes what is already promised: which rules of risk can
/// judge it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It opens: every pattern of a rule can match it.
    Opens,
    /// It settles: only its full name matches it, so that no rule by mistake keeps what is owed.
    Settles,
    /// It is a read or a setting: no rule judges it.
    None,
}

/// Whether a write needs an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRule {
    /// Without one it is `idempotency_key_missing`.
    Required,
    /// Without one it is derived from operation, object and actor, so that a plain retry replays.
    Derived,
    /// Without one the call is decided by state.
    Optional,
    /// It only reads.
    None,
}

/// Effects of which no policy demands a factor: settings of the guard, and the host's own program.
const UNGUARDED: [&str; 5] = ["approval", "risk", "events", "jobs", "read"];

/// Effects of writes that are kept under no key, of which a policy can demand factors all the same.
pub const UNKEYED: [&str; 3] = ["signing.key", "vault.rotate", "withdrawals.setup"];

/// The effect of operations that check what somebody proves who he is by: an attempt each.
pub const CHECKS: &str = "credentials.verify";

/// The effect of what sets a PIN: where there is one, something must prove that its owner sets it.
pub const SETS: &str = "credentials.set";

/// The effect of operations that remove what must not be found any more, not even in the store's log.
pub const FORGETS: &str = "vault.forget";

/// Whether an operation may join a host's transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostRule {
    /// It does.
    Joins,
    /// It is `not_supported` there.
    Refused,
}
