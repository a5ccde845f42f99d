//! Permissions: the closed set of rules that the operations table names, and the one judge of plain actors.
//!
//! A plain actor has neither the role `admin` nor `system`. What the actor *is* or *owns* decides: the
//! actor's id is that of an account, or the `owner` of one.

use crate::error::{Detail, Error, Result};
use crate::ids::Actor;
use crate::rows::tables::AccountRow;

/// The name of a rule, as a literal.
macro_rules! who_name {
    (Anybody) => {
        "anybody"
    };
    (Staff) => {
        "staff"
    };
    (Owner) => {
        "owner"
    };
    (Namesake) => {
        "namesake"
    };
    (Subject) => {
        "subject"
    };
    (Party) => {
        "party"
    };
    (Deal) => {
        "deal"
    };
    (Admin) => {
        "admin"
    };
    (Approver) => {
        "approver"
    };
    (Asked) => {
        "asked"
    };
    (Listed) => {
        "listed"
    };
    (Each) => {
        "each"
    };
}
pub(crate) use who_name;

/// Describes a rule's callers, as a literal.
macro_rules! who_means {
    (Anybody) => {
        "whoever calls: nothing of anybody's is read or moved"
    };
    (Staff) => {
        "an admin, or the host's own program"
    };
    (Owner) => {
        "whoever is or owns every account that is debited, held, closed or read"
    };
    (Namesake) => {
        "whoever has the id of the account that is opened, without owner, overdraft or streaming"
    };
    (Subject) => {
        "whoever has the id of the subject"
    };
    (Party) => {
        "whoever is a party of the deal, payment, purchase or withdrawal, or of the transfer by an account that he is or owns"
    };
    (Deal) => {
        "whoever the table of transitions names: buyer, seller, payer, payee, admin or system"
    };
    (Admin) => {
        "an admin, and not the host's own program"
    };
    (Approver) => {
        "whoever has the role that the approval asks for"
    };
    (Asked) => {
        "whoever asked for the approval, or has the role that it asks for"
    };
    (Listed) => {
        "whoever names himself, or an object that he is a party to, in the filter"
    };
    (Each) => {
        "judged call by call"
    };
}
pub(crate) use who_means;

/// The text of each rule.
macro_rules! each {
    ($who:ident, $text:ident) => {
        each!($who, $text, Anybody Staff Owner Namesake Subject Party Deal Admin Approver Asked Listed Each)
    };
    ($who:ident, $text:ident, $($rule:ident)*) => {
        match $who {
            $(Who::$rule => $text!($rule),)*
        }
    };
}

/// The permission rule of an operation. Admins and the host's own program may call everything, except
/// where [`Who::Deal`] and [`Who::Approver`] name somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Every caller: the call reads and moves nothing that belongs to anybody.
    Anybody,
    /// Admins and the host's own program, and no other actor.
    Staff,
    /// The actor who is or owns every account that the call debits, holds, closes or reads.
    Owner,
    /// The actor with the id of the account: nobody takes the name of another.
    Namesake,
    /// The subject itself: the actor whose id it is.
    Subject,
    /// A party: of the deal, payment or withdrawal, or of the transfer by an account the actor owns.
    Party,
    /// The actors named by the table of transitions of a deal, a payment, a purchase or a withdrawal.
    Deal,
    /// Admins, and no other actor: not the host's own program.
    Admin,
    /// The actors with the role that the approval asks for.
    Approver,
    /// The actor who asked for the approval, and those with the role that it asks for.
    Asked,
    /// An actor who names himself, or an object that he is a party to, in the filter of a list.
    Listed,
    /// Judged call by call.
    Each,
}

impl Who {
    /// Every rule.
    pub const ALL: [Self; 12] = [
        Self::Anybody,
        Self::Staff,
        Self::Owner,
        Self::Namesake,
        Self::Subject,
        Self::Party,
        Self::Deal,
        Self::Admin,
        Self::Approver,
        Self::Asked,
        Self::Listed,
        Self::Each,
    ];

    /// Its name in the operations table.
    pub const fn name(self) -> &'static str {
        each!(self, who_name)
    }

    /// The rule in words, for people.
    pub const fn meaning(self) -> &'static str {
        each!(self, who_means)
    }

    /// Whether an actor needs a tie to the rows of the call to pass.
    pub fn judges(self, actor: &Actor) -> bool {
        match self {
            Self::Anybody | Self::Each => false,
            Self::Admin => !actor.is_admin(),
            _ => !is_staff(actor),
        }
    }

    /// Judges an actor by the ties to the rows of the call. Rules of ownership need every tie to hold, the
    /// others one of them.
    pub fn judge(self, actor: &Actor, ties: &[Tie<'_>]) -> Result<()> {
        let may = !self.judges(actor)
            || match self {
                Self::Anybody | Self::Each => true,
                Self::Staff | Self::Admin => false,
                Self::Owner | Self::Namesake | Self::Subject => {
                    !ties.is_empty() && ties.iter().all(|tie| tie.binds(actor))
                }
                Self::Party | Self::Deal | Self::Approver | Self::Asked | Self::Listed => {
                    ties.iter().any(|tie| tie.binds(actor))
                }
            };
        if may { Ok(()) } else { Err(self.refusal(actor)) }
    }

    /// The refusal for an actor who may not.
    pub fn refusal(self, actor: &Actor) -> Error {
        let reason = match self {
            Self::Listed => "a list must name the actor himself, or what he is a party to".to_owned(),
            rule => format!("only {} may call this", rule.only()),
        };
        not_permitted(Some("actor"), actor, reason)
    }

    const fn only(self) -> &'static str {
        match self {
            Self::Owner => "who is or owns the account",
            Self::Namesake => "who has the id of the account",
            Self::Subject => "the subject",
            Self::Party | Self::Deal => "a party",
            Self::Approver => "who has the role of the approval",
            Self::Asked => "who asked for the approval, or has its role,",
            Self::Admin => "an admin",
            Self::Anybody | Self::Staff | Self::Listed | Self::Each => "an admin or the host's own program",
        }
    }
}

/// A possible tie between an actor and the rows of a call.
#[derive(Clone, Copy, Debug)]
pub enum Tie<'a> {
    /// An account: the actor is it, or owns it.
    Account(&'a AccountRow),
    /// An id: it is the actor's.
    Id(&'a str),
    /// A role: the actor has it.
    Role(&'a str),
}

impl Tie<'_> {
    /// Whether it binds an actor.
    pub fn binds(&self, actor: &Actor) -> bool {
        match self {
            Self::Account(row) => is_or_owns(actor, row),
            Self::Id(id) => *id == actor.id(),
            Self::Role(role) => actor.has_role(role),
        }
    }
}

/// Whether an actor is an account, or owns it.
pub fn is_or_owns(actor: &Actor, row: &AccountRow) -> bool {
    row.id.as_str() == actor.id() || row.owner.as_deref() == Some(actor.id())
}

/// `not_permitted`, of a field where one is named.
pub fn not_permitted(field: Option<&str>, actor: &Actor, reason: String) -> Error {
    let (field, actor) = (field.map(ToOwned::to_owned), Some(actor.id().to_owned()));
    Detail::NotPermitted { field, actor, reason, policy: None }.into()
}

/// Whether an actor is an admin or the host's own program.
pub fn is_staff(actor: &Actor) -> bool {
    actor.is_admin() || actor.is_system()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn each_rule_lets_in_whom_it_names() {
        let (alice, admin) = (Actor::new("alice"), Actor::admin("anna"));
        let (hers, other, role) = (Tie::Id("alice"), Tie::Id("bob"), Tie::Role("treasurer"));
        for who in Who::ALL {
            for staff in [&admin, &Actor::system()] {
                let may = who != Who::Admin || staff.is_admin();
                assert_eq!(who.judge(staff, &[]).is_ok(), may, "{who:?}");
            }
            let open = matches!(who, Who::Anybody | Who::Each);
            for nobody in [&[][..], &[other], &[role]] {
                assert_eq!(who.judge(&alice, nobody).is_ok(), open, "{who:?} {nobody:?}");
            }
            let staff = matches!(who, Who::Staff | Who::Admin);
            assert_eq!(who.judge(&alice, &[hers]).is_ok(), !staff, "{who:?}");
            let all = staff || matches!(who, Who::Owner | Who::Namesake | Who::Subject);
            assert_eq!(who.judge(&alice, &[hers, other]).is_ok(), !all, "{who:?}");
        }
        assert!(Who::Asked.judge(&Actor::new("x").with_role("treasurer"), &[hers, role]).is_ok());
        // claiming to be a party, or being called `system`, makes nobody staff
        for plain in [Actor::new("system"), Actor::new("anna").with_role("buyer")] {
            let error = Who::Staff.judge(&plain, &[]).unwrap_err();
            assert_eq!(error.code().as_str(), "not_permitted");
        }
    }
}
