//! Which calls need the consent of others first: policies, the default one, and the record in which a book
//! keeps its own.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::api::operations::OPERATIONS;
use crate::currency::Currency;
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::money::Money;
use crate::request::scope::Info;
use crate::rows::body::Body;
use crate::rows::needs::RecordKey;
use crate::rows::tables::RecordRow;
use crate::time::{Span, Time};

/// The kind of the record that holds a book's settings.
pub const KIND: &str = "config";

/// The name of the policy that is there from the beginning.
pub const DEFAULT: &str = "default";

/// How many policies of its own a book can have.
pub const MOST: usize = 200;

/// The newest shape of the settings that this version writes.
const VERSION: u32 = 1;

/// A rule: from this amount up, a call with this effect needs so many consents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its name.
    pub id: String,
    /// The effect of calls that it covers: `escrow.pay`, `treasury.*` or `*`.
    pub operation: String,
    /// From here up; a call that takes another currency is not covered.
    pub threshold: Money,
    /// How many different people must approve.
    pub approvers: u32,
    /// The role in which they must act.
    pub role: String,
    /// How long an approval stays open.
    pub expires_in: Span,
}

impl Policy {
    /// Payments of deals of 1,000,000 KRW and above: two admins within a day.
    #[must_use]
    pub fn built_in() -> Option<Self> {
        let threshold = Money::new(1_000_000, Currency::new("KRW", 0)?)?;
        Some(Self {
            id: DEFAULT.to_owned(),
            operation: "escrow.pay".to_owned(),
            threshold,
            approvers: 2,
            role: "admin".to_owned(),
            expires_in: Span::from_hours(24),
        })
    }

    /// Whether it covers calls with this effect, whatever they take.
    #[must_use]
    pub fn covers(&self, effect: &str) -> bool {
        match self.operation.strip_suffix('*') {
            Some("") => true,
            // the point stays, so that `escrow.*` does not cover `escrows.pay`
            Some(family) => effect.starts_with(family),
            None => self.operation == effect,
        }
    }
}

/// The effect of whatever takes money out of an account that has a tier, beside that of the operation.
pub const TREASURY: &str = "treasury.debit";

/// Reads the request field `operation`: an effect of the operations table, a family of them or `*`. A policy
/// that could never ask is refused: nobody would find out that it guards nothing.
///
/// # Errors
/// `invalid_request` naming `operation`.
pub fn pattern(text: &str) -> Result<String> {
    let asking = || OPERATIONS.iter().filter(|info| info.takes).map(|info| info.effect).chain([TREASURY]);
    let family = text.strip_suffix('*').filter(|family| family.is_empty() || family.ends_with('.'));
    if asking().any(|effect| effect == text || family.is_some_and(|family| effect.starts_with(family))) {
        return Ok(text.to_owned());
    }
    let named = |info: &&Info| info.name == text || info.effect == text;
    let reason = match OPERATIONS.iter().find(named) {
        Some(info) if info.takes => format!("must be an effect: that of `{text}` is `{}`", info.effect),
        Some(_) => format!("must be an effect that takes money: `{text}` takes none, so it would never ask"),
        None => "must be an effect such as `escrow.pay`, a family such as `treasury.*`, or `*`".to_owned(),
    };
    Err(Error::invalid("operation", reason))
}

/// The policies in force in a book: those of the engine's options and the book's own, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Each with whether the engine's options brought it; in the order of names.
    pub all: Vec<(Policy, bool)>,
}

impl Policies {
    /// Those of a book whose settings are `config`; a policy of the book takes the place of one of the
    /// options.
    #[must_use]
    pub fn in_force(options: &[Policy], config: Option<&Config>) -> Self {
        let (own, removed) = config.map_or((&[][..], &[][..]), |config| {
            (config.facts.policies.as_slice(), config.facts.removed.as_slice())
        });
        let gone = |id: &String| removed.contains(id) || own.iter().any(|policy| policy.id == *id);
        let brought = options.iter().filter(|policy| !gone(&policy.id)).map(|policy| (policy.clone(), true));
        let mut all: Vec<_> = brought.chain(own.iter().map(|policy| (policy.clone(), false))).collect();
        all.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        Self { all }
    }

    /// Whether any of them covers an effect, or what is taken of a treasury.
    #[must_use]
    pub fn concern(&self, effect: &str) -> bool {
        self.all.iter().any(|(policy, _)| policy.covers(effect) || policy.covers(TREASURY))
    }
}

/// What is kept of a book's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The book's own policies, in the order of their names.
    #[serde(default)]
    pub policies: Vec<Policy>,
    /// Policies of the engine's options that are off in this book.
    #[serde(default)]
    pub removed: Vec<String>,
}

/// A book's settings, read from its one record of them. Its version counts every change: whoever loads it
/// with a group has what holds.
#[derive(Clone, Debug)]
pub struct Config {
    row: RecordRow,
    /// The settings.
    pub facts: Facts,
    /// As they were read, with what a later version wrote.
    stored: Value,
}

impl Config {
    /// Reads the record.
    ///
    /// # Errors
    /// `corrupted` when it cannot be read; `schema_too_new` when a later version wrote it.
    pub fn of(row: &RecordRow) -> Result<Self> {
        let (facts, body): (Facts, Body) = Body::read(row, VERSION)?;
        Ok(Self { row: row.clone(), facts, stored: body.facts })
    }

    /// The settings of a book that has none yet.
    #[must_use]
    pub fn empty(book: &Book, at: Time) -> Self {
        let (book, kind, id) = key(book);
        let row = RecordRow {
            book,
            kind,
            id,
            state: "active".into(),
            owner: None,
            peer: None,
            reference: None,
            salt: None,
            due_at: None,
            body: "".into(),
            version: 0,
            created_at: at,
            stamp: at,
            at: None,
        };
        Self { row, facts: Facts::default(), stored: Value::Null }
    }

    /// Counts every change.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.row.version
    }

    /// The record after a change.
    ///
    /// # Errors
    /// `corrupted` when the settings have no JSON form.
    pub fn into_row(self) -> Result<RecordRow> {
        let body = Body::write(VERSION, self.stored, &self.facts, std::collections::BTreeMap::new())?;
        Ok(RecordRow { body, version: self.row.version + 1, ..self.row })
    }
}

/// The key of a book's settings.
#[must_use]
pub fn key(book: &Book) -> RecordKey {
    // read with every group: the name is made once
    static CONFIG: LazyLock<Arc<str>> = LazyLock::new(|| KIND.into());
    (book.clone(), CONFIG.clone(), Uuid::nil())
}
