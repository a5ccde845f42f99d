//! Requests of the risk service.

use std::sync::Arc;

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use crate::ids::ReviewId;
use crate::request::bounds::{
    ACCOUNT, Bound, CURRENCY, DEPTH, ID, LINE, NAME, REASON, WORD, chars, document, whole, word_of, words_of,
};
use crate::request::declare::request;
use crate::request::parsed::Text;
use crate::request::proof::Factor;
use crate::risk::reviews::state::ReviewState;
use crate::risk::rules::rule::Outcome;
use crate::time::{SpanInput, Time};

/// The request of any operation: a message to be signed is the longest that one has, and typed data is the
/// deepest. What is in it has the bounds of its operation. It stands one level below the request that has it.
const CALL: Bound = document(8 << 20).levels(DEPTH + 15);

/// Returns the JSON Schema of a limit: a whole number, or money, as the metric asks. A schema cannot tell
/// which: its readers see a document, and languages make a type of it.
fn measure(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "x-measure": true })
}

/// Lists the outcomes that a rule may have.
fn outcomes() -> Vec<&'static str> {
    Outcome::ALL
        .iter()
        .filter(|outcome| **outcome != Outcome::Allow)
        .map(|outcome| outcome.as_str())
        .collect()
}

request! {
    mod operations;

    /// Sets a rule, which holds at once. Only admins and the host's own program may.
    write SetRule {
        /// Its name, 1 to 48 of `A-Z a-z 0-9 . _ : -`, in one space with the rates'.
        id: String [NAME],
        /// Which calls: an operation, a service such as `escrow.*`, or `*`; several with commas between them
        /// count together. The last two mean what opens something; what settles is meant only by its full
        /// name.
        action: String [LINE],
        /// About whom: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
        subject: String [chars(80)],
        /// The metric: `count`, `sum`, `amount`, `failures` or `distinct:FIELD`, where FIELD is one of the
        /// subjects.
        metric: String [chars(80)],
        /// So much passes: a whole number, or money for `sum` and `amount`. Of failures so many are too many.
        #[schemars(schema_with = "measure")]
        limit: Value [document(512)],
        /// The outcome when it fires: `block`, `challenge`, `review` or `flag`.
        outcome: String [words_of(outcomes)],
        ;
        /// For how long a call counts: a length of time up to `P400D`, `day`, `month` or `lifetime`; none for
        /// `amount`.
        window: Option<String> [WORD],
        /// Where midnight is, for `day` and `month`; `UTC` when absent.
        time_zone: Option<String> [NAME] = "UTC",
        /// Whether it only shows what it would do.
        shadow: Option<bool> = false,
        /// Which refusal speaks first: the highest, -1,000 to 1,000.
        priority: Option<i64> [whole(-1_000, 1_000)] = 0_i64,
        /// The points that it adds to the score when it fires, -100 to 100.
        weight: Option<i64> [whole(-100, 100)] = 0_i64,
        /// In force from then on.
        from: Option<Time>,
        /// In force before then.
        until: Option<Time>,
        /// A message for people, at most 200 characters.
        message: Option<String> [LINE],
        /// Of a challenge: `pin`, `totp`; any that is enrolled when absent.
        factors: Option<Vec<String>> [word_of::<Factor>().items(2)],
        /// Of a review: how long it stays open, at most `P90D`.
        expires_in: Option<SpanInput> [crate::request::bounds::WITHIN],
        /// Whether no call too many may pass even where many share a subject. If not, transactions about one
        /// subject do not wait for each other, and those that are open at once may go over the limit
        /// together; on SQLite and in memory that makes no difference.
        exact: Option<bool> = true,
    }

    /// Sets a rate, which holds at once. Only admins and the host's own program may.
    write SetRate {
        /// Its name, 1 to 48 of `A-Z a-z 0-9 . _ : -`, in one space with the rules'.
        id: String [NAME],
        /// As a rule's.
        action: String [LINE],
        /// As a rule's.
        subject: String [chars(80)],
        /// How many calls in a span.
        limit: u32 [whole(1, 1_000_000)],
        /// The span, at most `P400D`.
        per: String [WORD],
        ;
        /// How many at once after a pause; the limit when absent.
        burst: Option<u32> [whole(1, 1_000_000)],
        /// As a rule's.
        priority: Option<i64> [whole(-1_000, 1_000)] = 0_i64,
        /// As a rule's.
        message: Option<String> [LINE],
    }

    /// Removes a rule or a rate. Only admins and the host's own program may.
    write RemoveRule parses Remove {
        /// Its name.
        id: String [NAME],
        |parse|
        begins: Option<Arc<str>> = parse.rules.cloned(),
    }

    /// Says from which score on something follows, each above the one before it. Only admins and the host's
    /// own program may.
    write SetThresholds {
        ;
        /// From here on a further factor must be proved.
        challenge: Option<u32> [whole(1, 100)],
        /// From here on people look at it first.
        review: Option<u32> [whole(1, 100)],
        /// From here on it is refused.
        block: Option<u32> [whole(1, 100)],
    }

    /// Asks for the rules, the rates and the thresholds.
    read ListRules {}

    /// Asks what rules and rates would say of a call now.
    read EvaluateRisk {
        /// The operation: `ledger.transfer`.
        action: String [NAME],
        /// Its request; the key may be left out.
        args: Map<String, Value> [CALL],
    }

    /// Lists decisions, newest first.
    read Decisions pages {
        ;
        /// Only those whose first rule is about this part of a call: `account`, `actor`, `ip` and so on.
        subject: Option<String> [chars(80)],
        /// Only those about this account, actor, address or network and so on; of any part of a call without
        /// `subject`.
        value: Option<String> [LINE],
        /// Only with this outcome: `allow`, `flag`, `review`, `challenge` or `block`.
        outcome: Option<String> [word_of::<Outcome>()],
    }

    /// Asks what an account did, and how often that was disputed or given back.
    read GetProfile {
        /// The account.
        account: String [ACCOUNT],
    }

    /// Blocks somebody or something, whatever rules say. Only admins and the host's own program may.
    write BlockSubject {
        /// In which part of a call: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
        subject: String [chars(80)],
        /// The value to block: an account, an actor's id, an address or a network such as `198.51.100.0/24`,
        /// a device, or the text of the field.
        value: String [LINE],
        /// Why, at most 1,000 characters; events carry its salted hash only.
        reason: String [REASON],
        ;
        /// In force before then; for ever when absent.
        until: Option<Time>,
    }

    /// Lets somebody or something through, whatever rates, rules and the score say. Only admins and the
    /// host's own program may.
    write AllowSubject {
        /// In which part of a call: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
        subject: String [chars(80)],
        /// The value to allow: an account, an actor's id, an address or a network such as `198.51.100.0/24`,
        /// a device, or the text of the field.
        value: String [LINE],
        /// Why, at most 1,000 characters; events carry its salted hash only.
        reason: String [REASON],
        ;
        /// In force before then; for ever when absent.
        until: Option<Time>,
    }

    /// Takes somebody or something off the lists. Only admins and the host's own program may.
    write UnlistSubject {
        /// In which part of a call.
        subject: String [chars(80)],
        /// The listed value, in the form of the entry or in any other that it could be listed by.
        value: String [LINE],
    }

    /// Sets the rules of a pack, by names that begin with `pack.NAME.`; again: back to its numbers. Only
    /// admins and the host's own program may.
    write InstallPack {
        /// `prepaid`, `marketplace`, `limited_sale` or `payouts`.
        name: String [WORD],
        ;
        /// Where its days and months begin; `UTC` when absent.
        time_zone: Option<String> [NAME] = "UTC",
        /// The currency of its amounts: `KRW`, `USD` or `EUR`. Without one it limits no amounts.
        currency: Option<String> [CURRENCY],
        /// Further currencies of its amounts, each by rules of its own whose names end with the code.
        currencies: Option<Vec<String>> [CURRENCY.items(2)],
    }

    /// Agrees to a call that waits, which is then made. Only admins may.
    write ApproveReview object review {
        /// The review.
        review: String [ID],
    }

    /// Refuses a call that waits, for good. Only admins may.
    write RejectReview parses Disagree object review {
        /// The review.
        review: String as ReviewId,
        /// Why, at most 1,000 characters; events carry its salted hash only.
        reason: String as Text,
    }

    /// Lists reviews, newest first.
    read Reviews pages {
        ;
        /// Only in this state: `pending`, `rejected`, `expired` or `executed`.
        state: Option<String> [word_of::<ReviewState>()],
    }
}
