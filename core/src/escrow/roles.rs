//! The roles of an actor in a deal: buyer and seller are derived from the accounts, admin and system are
//! given by the host.

use super::model::{DealFacts, Role};
use super::transitions::Transition;
use crate::error::Result;
use crate::ids::Actor;
use crate::kernel::permit::not_permitted;
use crate::kernel::transitions::{TableRole, only};
use crate::rows::tables::AccountRow;

impl TableRole for Role {
    const ADMIN: Self = Self::Admin;
    const SYSTEM: Self = Self::System;
}

/// The two accounts of a deal, as they are at the time of the call.
#[derive(Clone, Copy, Debug)]
pub struct Parties<'a> {
    /// The buyer's.
    pub buyer: &'a AccountRow,
    /// The seller's.
    pub seller: &'a AccountRow,
}

impl Parties<'_> {
    /// The roles of an actor.
    pub fn roles(&self, actor: &Actor) -> Result<Vec<Role>> {
        roles(actor, DealParty::of(self.buyer), DealParty::of(self.seller))
    }
}

/// A party of a deal: its account, and who owns that.
#[derive(Clone, Copy, Debug)]
pub struct DealParty<'a> {
    pub account: &'a str,
    pub owner: Option<&'a str>,
}

impl<'a> DealParty<'a> {
    fn of(row: &'a AccountRow) -> Self {
        Self { account: row.id.as_str(), owner: row.owner.as_deref() }
    }

    fn is(self, actor: &Actor) -> bool {
        self.account == actor.id() || self.owner == Some(actor.id())
    }
}

/// The roles of an actor. One person can own both accounts; an admin can be a party too.
pub fn roles(actor: &Actor, buyer: DealParty<'_>, seller: DealParty<'_>) -> Result<Vec<Role>> {
    if actor.is_system() {
        return Ok(vec![Role::System]);
    }
    let parties = [(Role::Buyer, buyer.is(actor)), (Role::Seller, seller.is(actor))];
    let mut roles: Vec<Role> = parties.into_iter().filter(|(_, fits)| *fits).map(|(role, _)| role).collect();
    let claimed = [Role::Buyer, Role::Seller].into_iter().find(|role| actor.has_role(role.as_str()));
    if let Some(role) = claimed {
        if !roles.contains(&role) {
            let reason = format!("this actor is not the {role} of this deal");
            return Err(not_permitted(None, actor, reason));
        }
        // an actor who claims one role acts in that role only
        roles = vec![role];
    }
    if actor.is_admin() {
        roles.push(Role::Admin);
    }
    Ok(roles)
}

/// The way in which an actor may take a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// In a role of the table.
    InRole(Role),
    /// As an admin for a party, with a reason.
    InPlaceOf(Role),
    /// Not at all.
    No,
}

impl Permit {
    /// How an actor with these roles may take a row of the table on a deal.
    pub fn of(row: &Transition, facts: &DealFacts, roles: &[Role]) -> Self {
        Self::among(row.who_on(facts), roles)
    }

    /// How an actor with these roles may take what those may take.
    pub fn among(who: &[Role], roles: &[Role]) -> Self {
        if let Some(role) = who.iter().find(|role| roles.contains(role)) {
            return Self::InRole(*role);
        }
        let party = who.iter().find(|role| matches!(role, Role::Buyer | Role::Seller));
        match party {
            Some(party) if roles.contains(&Role::Admin) => Self::InPlaceOf(*party),
            _ => Self::No,
        }
    }

    /// The role in which a permitted actor acts.
    pub const fn role(self) -> Role {
        match self {
            Self::InRole(role) => role,
            Self::InPlaceOf(_) | Self::No => Role::Admin,
        }
    }

    /// An admin acts for a party.
    pub const fn is_override(self) -> bool {
        matches!(self, Self::InPlaceOf(_))
    }
}

/// Judges the actor.
pub fn judge(
    row: &Transition,
    facts: &DealFacts,
    parties: Parties<'_>,
    actor: &Actor,
    has_reason: bool,
) -> Result<Permit> {
    let permit = Permit::of(row, facts, &parties.roles(actor)?);
    match permit {
        Permit::InPlaceOf(role) if !has_reason => {
            let reason = format!("must say why an admin acts in the place of the {role}");
            Err(not_permitted(Some("reason"), actor, reason))
        }
        Permit::No => Err(not_permitted(None, actor, only(row.who_on(facts), row.trigger))),
        permit => Ok(permit),
    }
}
