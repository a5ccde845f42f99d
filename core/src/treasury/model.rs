//! The state of a treasury: its limits, and what has left its account today and this month.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::calendar::{Range, Zone};
use crate::currency::Currency;
use crate::error::{Error, Result};
use crate::escrow::model::Part;
use crate::kernel::body::Body;
use crate::kernel::needs::{AccountKey, RecordKey};
use crate::store::rows::{RecordRow, Tier};
use crate::time::Time;

/// The kind of its records.
pub const KIND: &str = "treasury";
/// The version of the body that is written.
const VERSION: u32 = 1;

/// The key of the record of an account: found from the account's name alone.
#[must_use]
pub fn key(account: &AccountKey) -> RecordKey {
    let (book, id, currency) = account;
    let text = format!("{KIND} {} {}", id.as_str(), currency.code());
    let digest = Sha256::digest(text.as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    (book.clone(), KIND.into(), uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// A span of the calendar in which debits are counted. The first one begins when the tier is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// From this stamp on.
    pub from: Time,
    /// Before this stamp.
    pub until: Time,
}

/// The windows that are counted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// The day.
    pub day: Window,
    /// The month.
    pub month: Window,
}

/// What is kept of a treasury.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The account.
    pub account: String,
    /// Its currency.
    pub currency: String,
    /// Decimal places of the currency.
    pub scale: u8,
    /// What may leave in a day.
    pub daily_limit: Option<Part>,
    /// What may leave in a month.
    pub monthly_limit: Option<Part>,
    /// What a hot account should not have more of.
    pub ceiling: Option<Part>,
    /// Where its day begins.
    pub time_zone: String,
    /// What has left in the day of `times`.
    pub day: Part,
    /// What has left in the month of `times`.
    pub month: Part,
    /// The day and the month that are counted.
    pub times: Windows,
}

/// A treasury, read from its record.
#[derive(Clone, Debug)]
pub struct Treasury {
    /// The record; its body is written back by [`Treasury::into_row`].
    pub row: RecordRow,
    /// Hot or cold.
    pub tier: Tier,
    /// The account's currency.
    pub currency: Currency,
    /// Limits and counts.
    pub facts: Facts,
    /// The facts as they were read, with what a later version wrote.
    stored: Value,
}

impl Treasury {
    /// Reads a record.
    ///
    /// # Errors
    /// `corrupted` when it is not a treasury; `schema_too_new` when a later version wrote it.
    pub fn of(row: &RecordRow) -> Result<Self> {
        let (facts, body): (Facts, Body) = Body::read(row, VERSION)?;
        let currency = Currency::new(&facts.currency, facts.scale)
            .ok_or_else(|| Error::corrupted(format!("currency of treasury {}", row.id)))?;
        Ok(Self { tier: row.state.parse()?, currency, facts, stored: body.facts, row: row.clone() })
    }

    /// One that begins at a stamp, before its first change.
    #[must_use]
    pub fn begin(account: &AccountKey, (tier, zone): (Tier, &Zone), stamp: Time) -> Self {
        let (book, kind, id) = key(account);
        let row = RecordRow {
            book,
            kind,
            id,
            state: tier.as_str().into(),
            owner: Some(account.1.as_str().into()),
            peer: None,
            reference: None,
            salt: None,
            due_at: None,
            body: "".into(),
            version: 0,
            created_at: stamp,
            stamp,
        };
        let (day, month) = zone.ranges(stamp);
        let window = |(_, until): Range| Window { from: stamp, until };
        let facts = Facts {
            account: account.1.to_string(),
            currency: account.2.code().to_owned(),
            scale: account.2.scale(),
            daily_limit: None,
            monthly_limit: None,
            ceiling: None,
            time_zone: zone.name().to_owned(),
            day: Part(0),
            month: Part(0),
            times: Windows { day: window(day), month: window(month) },
        };
        Self { row, tier, currency: account.2, facts, stored: Value::Null }
    }

    /// The record with its body; its version rises.
    ///
    /// # Errors
    /// `corrupted` when the facts have no JSON form.
    pub fn into_row(self) -> Result<RecordRow> {
        let body = Body::write(VERSION, self.stored, &self.facts, std::collections::BTreeMap::new())?;
        let version = self.row.version + 1;
        Ok(RecordRow { state: self.tier.as_str().into(), body, version, ..self.row })
    }

    /// Its time zone.
    ///
    /// # Errors
    /// `corrupted` when the database has no such zone any more.
    pub fn zone(&self) -> Result<Zone> {
        Zone::named(&self.facts.time_zone)
            .ok_or_else(|| Error::corrupted(format!("the time zone of treasury {}", self.row.id)))
    }

    /// Goes on to the day and the month of a stamp, where those that are counted have ended.
    ///
    /// # Errors
    /// As [`Treasury::zone`].
    pub fn roll(&mut self, stamp: Time) -> Result<()> {
        let times = &mut self.facts.times;
        if stamp < times.day.until && stamp < times.month.until {
            return Ok(());
        }
        let (day, month) = Zone::named(&self.facts.time_zone)
            .ok_or_else(|| Error::corrupted(format!("the time zone of treasury {}", self.row.id)))?
            .ranges(stamp);
        let window = |(from, until): Range| Window { from, until };
        if stamp >= times.day.until {
            (times.day, self.facts.day) = (window(day), Part(0));
        }
        if stamp >= times.month.until {
            (times.month, self.facts.month) = (window(month), Part(0));
        }
        Ok(())
    }

    /// Counts by another calendar from now on. What was counted stays until the new day and the new month end: a change
    /// of zone lets nothing out.
    pub fn move_to(&mut self, zone: &Zone, stamp: Time) {
        if self.facts.time_zone == zone.name() {
            return;
        }
        let ((_, day), (_, month)) = zone.ranges(stamp);
        self.facts.time_zone = zone.name().to_owned();
        (self.facts.times.day.until, self.facts.times.month.until) = (day, month);
    }

    /// The id of the record.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.row.id
    }
}
