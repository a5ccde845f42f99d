//! A pledge: somebody promises money to somebody, until a time.

use std::fmt;
use std::str::FromStr;

use earnest::Error;
use earnest::currency::Currency;
use earnest::ids::{AccountId, Book, CreatedId};
use earnest::money::minor::Part;
use earnest::rows::needs::AccountKey;
use earnest::rows::object::{Object, Stored};
use earnest::time::Time;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) const KIND: &str = "pledge";
pub(crate) const PREFIX: &str = "pg";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PledgeId(Uuid);

impl CreatedId for PledgeId {
    fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for PledgeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}_{}", self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It can be redeemed.
    Open,
    /// The money has moved, for good.
    Redeemed,
    /// Its time passed, or the donor could not be reminded, for good.
    Lapsed,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Redeemed => "redeemed",
            Self::Lapsed => "lapsed",
        })
    }
}

impl FromStr for State {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "open" => Ok(Self::Open),
            "redeemed" => Ok(Self::Redeemed),
            "lapsed" => Ok(Self::Lapsed),
            _ => Err(Error::corrupted("unknown state of a pledge")),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) donor: String,
    pub(crate) cause: String,
    pub(crate) amount: Part,
    pub(crate) currency: String,
    pub(crate) scale: u8,
    /// How often the donor was reminded.
    pub(crate) reminded: u32,
    pub(crate) times: Times,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Times {
    pub(crate) redeem_by: Time,
}

pub(crate) type Pledge = Stored<Facts>;

impl Object for Facts {
    const KIND: &'static str = KIND;
    const VERSION: u32 = 1;
    type State = State;
    type Id = PledgeId;
    type Name<'n> = PledgeId;
    type Currency = Currency;

    fn currency(&self) -> Option<Currency> {
        Currency::new(&self.currency, self.scale)
    }

    fn due_at(&self, state: State) -> Option<Time> {
        (state == State::Open).then_some(self.times.redeem_by)
    }
}

/// The accounts of donor and cause.
pub(crate) fn accounts(book: &Book, pledge: &Pledge) -> [AccountKey; 2] {
    let account = |id: &str| AccountId::request("account", id).unwrap();
    let key = |id: &str| AccountKey::new(book.clone(), account(id), pledge.currency);
    [key(&pledge.facts.donor), key(&pledge.facts.cause)]
}
