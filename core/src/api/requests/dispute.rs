//! Requests of the escrow service that are about disputes.

use crate::api::request::request;
use crate::money::Amount;
use crate::time::Time;

request! {
    /// A party of a deal opens a dispute about it: the deal stands still until the dispute has ended.
    write DisputeDeal object deal {
        /// The deal.
        deal: String,
        /// What it is about: `quality_issue`, `non_delivery`, `wrong_item`, `seller_non_response` or `other`.
        r#type: String,
        /// What whoever opens it says, at most 4,000 characters; events carry its salted hash only.
        statement: String,
        ;
        /// Why, where an admin acts in the place of a party.
        reason: Option<String>,
    }
}

request! {
    /// Shows a piece of evidence; it stays as it is, in the order in which it came. At most 32 in a dispute.
    write AddEvidence object dispute {
        /// The dispute.
        dispute: String,
        /// What sort of thing it is, such as `photo`: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
        kind: String,
        ;
        /// What it says, at most 2,000 characters; events carry its salted hash only.
        statement: Option<String>,
        /// SHA-256 of a file that the host keeps, in lower-case hexadecimal.
        sha256: Option<String>,
        /// Where that file is, at most 1,000 characters; events carry its salted hash only.
        uri: Option<String>,
    }
}

request! {
    /// Staff look into a dispute.
    write InvestigateDispute object dispute {
        /// The dispute.
        dispute: String,
    }
}

request! {
    /// Whoever opened a dispute takes it back: the deal goes on where it stood, with the time that was left.
    write WithdrawDispute object dispute {
        /// The dispute.
        dispute: String,
        ;
        /// Why, where an admin acts in the place of a party.
        reason: Option<String>,
    }
}

request! {
    /// Staff decide a dispute; the deal ends with it, and its money goes where the ruling says.
    write ResolveDispute object dispute {
        /// The dispute.
        dispute: String,
        /// The ruling: `release` to the seller, `refund` to the buyer, or `split`.
        outcome: String,
        /// Why, at most 4,000 characters; events carry its salted hash only.
        resolution: String,
        ;
        /// For a split: how much of the price goes back to the buyer.
        refund: Option<Amount>,
    }
}

request! {
    /// Asks for all there is to know about a dispute.
    read GetDispute {
        /// The dispute.
        dispute: String,
    }
}

request! {
    /// Lists disputes, newest first.
    read Disputes {
        ;
        /// Only in this state: `open`, `investigating`, `resolved` or `withdrawn`.
        state: Option<String>,
        /// Only of this type.
        r#type: Option<String>,
        /// Only about this deal.
        deal: Option<String>,
        /// Page size, at most 500.
        limit: Option<u32>,
        /// The `next` of the page before.
        after: Option<String>,
    }
}

request! {
    /// Asks how disputes stand.
    read GetDisputeStats {
        ;
        /// The period begins here; a week ago when absent.
        since: Option<Time>,
    }
}
