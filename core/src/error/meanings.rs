//! The fields of details and their meanings, for the documentation of every error.

/// The meaning of each detail field, once for all codes.
macro_rules! meaning {
    (account) => {
        "The account concerned."
    };
    (actor) => {
        "The id of the actor who asked."
    };
    (actual) => {
        "The value found."
    };
    (allowed) => {
        "The triggers that are possible in this state."
    };
    (approval) => {
        "The id of the approval."
    };
    (at) => {
        "When the key was first used."
    };
    (attempts_left) => {
        "How many more attempts there are before the lock."
    };
    (available) => {
        "The amount that can be spent, or the units that can be bought, now."
    };
    (captured) => {
        "The total captured."
    };
    (chain) => {
        "The name of the chain."
    };
    (charged_back) => {
        "The total that payers' banks have taken back."
    };
    (command) => {
        "The command that brings the schema up to date."
    };
    (condition) => {
        "The condition that is false."
    };
    (currency) => {
        "The currency code."
    };
    (deadline) => {
        "The deadline that has passed, if the condition is one."
    };
    (deal) => {
        "The id of the deal."
    };
    (debt) => {
        "The id of the debt."
    };
    (dispute) => {
        "The id of the dispute."
    };
    (expected) => {
        "The value required."
    };
    (expired_at) => {
        "When it expired."
    };
    (factor) => {
        "The factor: `pin` or `totp`."
    };
    (factors) => {
        "The factors that would do: `pin`, `totp`."
    };
    (field) => {
        "The request field, as a path such as `amount.currency`."
    };
    (fired) => {
        "The names of all rules and rates that fired."
    };
    (fields) => {
        "The fields that differ from the first request."
    };
    (gateway) => {
        "The name of the gateway."
    };
    (hint) => {
        "The step that mends it."
    };
    (hold) => {
        "The id of the hold."
    };
    (job) => {
        "The id of the job."
    };
    (key) => {
        "The name of the key, never the key itself."
    };
    (lane) => {
        "The id of the lane."
    };
    (limit) => {
        "The limit."
    };
    (locked_until) => {
        "When the lock ends."
    };
    (message) => {
        "The rule's message for people."
    };
    (metric) => {
        "The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`."
    };
    (object) => {
        "The id of the object."
    };
    (offer) => {
        "The name of the offer."
    };
    (operation) => {
        "The operation's name."
    };
    (original) => {
        "The amount of the original transfer."
    };
    (payment) => {
        "The id of the payment."
    };
    (policy) => {
        "The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`, `max_value`."
    };
    (promo) => {
        "The name of the promo."
    };
    (purchase) => {
        "The id of the purchase."
    };
    (queued) => {
        "How many operations are waiting."
    };
    (reason) => {
        "The reason, for developers."
    };
    (refunded) => {
        "The total refunded so far."
    };
    (remaining) => {
        "The rest of the hold, or of the authorized amount."
    };
    (requested) => {
        "The amount or number asked for."
    };
    (required) => {
        "The amount that is needed, or the version."
    };
    (retry_after) => {
        "Seconds to wait before another attempt."
    };
    (reversed_by) => {
        "The id of the reversal."
    };
    (review) => {
        "The id of the review."
    };
    (rule) => {
        "The rule that fired."
    };
    (schema) => {
        "The schema version found in the store."
    };
    (sink) => {
        "The name of the sink."
    };
    (source) => {
        "The name of the source of webhooks."
    };
    (state) => {
        "The present state."
    };
    (subject) => {
        "The vault subject or list entry."
    };
    (supported) => {
        "The newest schema version that this build knows."
    };
    (transfer) => {
        "The id of the transfer."
    };
    (trigger) => {
        "The trigger that was tried."
    };
    (used) => {
        "The used part of the limit."
    };
    (what) => {
        "The damage, and its place."
    };
    (window) => {
        "The period that the limit is for."
    };
    (withdrawal) => {
        "The id of the withdrawal."
    };
}
pub(super) use meaning;

/// One field of a code's details, for documentation and bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name in `details`.
    pub name: &'static str,
    /// The Rust type.
    pub ty: &'static str,
    /// The meaning of the field, in one sentence.
    pub meaning: &'static str,
}

impl Field {
    /// The type as JSON readers know it: `string`, `integer`, `Money`, `time`, `string[]`, `integer or
    /// Money`; `?` where it may be null.
    #[must_use]
    pub fn wire_type(&self) -> &'static str {
        match self.ty {
            "i64" => "integer",
            "Money" => "Money",
            "Option<Money>" => "Money?",
            "Time" => "time",
            "Vec<String>" => "string[]",
            "Option<String>" => "string?",
            "Option<i64>" => "integer?",
            "Value" => "integer or Money",
            "Option<Time>" => "time?",
            _ => "string",
        }
    }
}
