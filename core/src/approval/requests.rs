//! Requests of the approvals service.

use crate::approval::policy::PolicyName;
use crate::ids::ApprovalId;
use crate::money::Amount;
use crate::parked::State;
use crate::request::bounds::{CURRENCY, ID, MOMENT, NAME, WORD, chars, spans, whole, word_of};
use crate::request::declare::request;
use crate::request::parsed::Text;
use crate::request::proof::Factor;
use crate::settings::policy::Policy;
use crate::time::{Span, SpanInput};

request! {
    mod operations;

    /// Asks for the consent of others before calls with an effect, from an amount up. Only admins and the
    /// host's own program may.
    write SetPolicy {
        /// Its name, 1 to 64 of `A-Z a-z 0-9 . _ : -`; one of that name is replaced, `default` too.
        id: String [NAME],
        /// The effect of the calls that it covers: `escrow.pay`, a family such as `treasury.*`, or `*`. Of
        /// `signing.sign`, which is in `*` too, it can only require factors; and of an effect that takes no
        /// money, such as `vault.reveal`, if that is named in full.
        operation: String [NAME],
        /// From here up; zero for any amount. Calls that take another currency are not covered. Signatures
        /// and what takes no money are covered at any amount.
        threshold: Amount,
        ;
        /// The currency of the threshold, again.
        currency: Option<String> [CURRENCY],
        /// How many different people must approve: 1 to 20; 2 when absent. With 0 only factors are required,
        /// as always where no money is taken.
        approvers: Option<u32> [whole(0, 20)],
        /// The factors that the caller must prove by `proofs`: `pin`, `totp`, or both. Where no money is
        /// taken they are those of the actor himself, so that the host's own program cannot make such a call.
        require: Option<Vec<String>> [word_of::<Factor>().items(2)],
        /// The role in which they must act; `admin` when absent.
        role: Option<String> [WORD] = "admin",
        /// How long an approval stays open; 24 hours when absent.
        expires_in: Option<SpanInput> [spans(MOMENT, Span::from_days(366))] = Span::from_hours(24),
    }

    /// Removes this policy, `default` included. Only admins and the host's own program
    /// may.
    write RemovePolicy parses Remove {
        /// Its name.
        id: String as PolicyName [NAME],
        |parse|
        options: Vec<Policy> = parse.policies.to_vec(),
    }

    /// Consents to a call that waits.
    write ApproveCall object approval {
        /// The approval.
        approval: String [ID],
    }

    /// Refuses a call that waits, for good.
    write RejectCall parses Reject object approval {
        /// The approval.
        approval: String as ApprovalId,
        /// Why, at most 1,000 characters; events carry its salted hash only.
        reason: String as Text,
    }

    /// Asks which policies are in force.
    read ListPolicies {}

    /// Asks for one approval.
    read GetApproval {
        /// The approval.
        approval: String [ID],
    }

    /// Lists approvals, newest first.
    read ListApprovals pages {
        ;
        /// Only in this state: `pending`, `approved`, `rejected`, `expired` or `executed`.
        state: Option<String> [word_of::<State>()],
        /// Only those that this actor asked for.
        requested_by: Option<String> [chars(128)],
        /// Only those of this operation.
        operation: Option<String> [NAME],
    }
}
