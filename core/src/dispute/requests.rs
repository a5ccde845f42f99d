//! Requests of the escrow service that are about disputes.

use crate::dispute::model::{State, Type};
use crate::escrow::model::Ruling;
use crate::money::Amount;
use crate::request::bounds::{ID, NAME, REASON, chars, word_of};
use crate::request::declare::request;
use crate::time::Time;

request! {
    /// A party of a deal opens a dispute about it: the deal stands still until the dispute has ended.
    write DisputeDeal<K> object deal {
        /// The deal.
        deal: String [ID],
        /// The type: `quality_issue`, `non_delivery`, `wrong_item`, `seller_non_response` or `other`.
        r#type: String [word_of::<Type>()],
        /// The statement of the party that opens it, at most 4,000 characters; events carry its salted hash
        /// only.
        statement: String [chars(4_000)],
        ;
        /// Why, where an admin acts in the place of a party.
        reason: Option<String> [REASON],
    }

    /// Shows a piece of evidence; it stays as it is, in the order in which it came. At most 32 in a dispute.
    write AddEvidence object dispute {
        /// The dispute.
        dispute: String [ID],
        /// The kind of evidence, such as `photo`: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
        kind: String [NAME],
        ;
        /// A statement about it, at most 2,000 characters; events carry its salted hash only.
        statement: Option<String> [chars(2_000)],
        /// SHA-256 of a file that the host keeps, in lower-case hexadecimal.
        sha256: Option<String> [NAME],
        /// Where that file is, at most 1,000 characters; events carry its salted hash only.
        uri: Option<String> [REASON],
    }

    /// Staff look into a dispute.
    write InvestigateDispute object dispute {
        /// The dispute.
        dispute: String [ID],
    }

    /// The party that opened a dispute takes it back: the deal continues where it stood, with the time that
    /// was left.
    write WithdrawDispute object dispute {
        /// The dispute.
        dispute: String [ID],
        ;
        /// Why, where an admin acts in the place of a party.
        reason: Option<String> [REASON],
    }

    /// Staff decide a dispute; the deal ends with it, and its money goes where the ruling says.
    write ResolveDispute<K> object dispute {
        /// The dispute.
        dispute: String [ID],
        /// The ruling: `release` to the seller, `refund` to the buyer, or `split`.
        outcome: String [word_of::<Ruling>()],
        /// Why, at most 4,000 characters; events carry its salted hash only.
        resolution: String [chars(4_000)],
        ;
        /// For a split: how much of the price goes back to the buyer.
        refund: Option<Amount>,
    }

    /// Asks for all there is to know about a dispute.
    read GetDispute {
        /// The dispute.
        dispute: String [ID],
    }

    /// Lists disputes, newest first.
    read Disputes pages {
        ;
        /// Only in this state: `open`, `investigating`, `resolved` or `withdrawn`.
        state: Option<String> [word_of::<State>()],
        /// Only of this type.
        r#type: Option<String> [word_of::<Type>()],
        /// Only about this deal.
        deal: Option<String> [ID],
    }

    /// Asks how disputes stand.
    read GetDisputeStats {
        ;
        /// The period begins here; a week ago when absent.
        since: Option<Time>,
    }
}
