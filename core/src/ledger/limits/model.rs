//! The state of a treasury: its limits, and what has left its account today and this month.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::calendar::{Range, Zone};
use crate::currency::Currency;
use crate::error::{Error, Result};
use crate::money::minor::Part;
use crate::rows::needs::{AccountKey, RecordKey};
use crate::rows::object::{ListedBy, Object, Stored};
use crate::rows::tables::Tier;
use crate::time::Time;

/// The kind of its records.
pub const KIND: &str = "treasury";

/// The key of the record of an account: found from the account's name alone.
pub fn key(account: &AccountKey) -> RecordKey {
    let AccountKey { book, account: id, currency } = account;
    let text = format!("{KIND} {} {}", id.as_str(), currency.code());
    let digest = Sha256::digest(text.as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    RecordKey::new(book.clone(), KIND.into(), uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// A span of the calendar in which debits are counted. The first one begins when the tier is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// From this time on.
    pub from: Time,
    /// Before this time.
    pub until: Time,
    /// Only entries above this number: those before the tier was set are not counted.
    #[serde(default)]
    pub above: i64,
}

impl Window {
    const fn has(self, at: Time) -> bool {
        self.from.micros() <= at.micros() && at.micros() < self.until.micros()
    }
}

/// The count of a window that the clock has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub window: Window,
    /// The amount that had left the account in it.
    pub used: Part,
}

/// The windows that are counted now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    pub day: Window,
    pub month: Window,
    /// Days that the clock has been in lately, newest last: it may go back to one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Left>,
    /// Months that the clock has been in lately, newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub months: Vec<Left>,
}

/// How many earlier windows are kept in addition to the current one.
const REMEMBERED: usize = 3;

/// Switches to the window of a time: one that is kept, or a new one.
fn enter(window: &mut Window, used: &mut Part, left: &mut Vec<Left>, at: Time, range: Range) {
    let Range { from, until } = range;
    if window.has(at) {
        return;
    }
    let went_back = at < window.from;
    if went_back && window.until == until {
        // the same day, which began to be counted later
        window.from = at;
        return;
    }
    let is_known = |left: &Left| left.window.has(at) || at < left.window.from && left.window.until == until;
    let known = left.iter().position(is_known).map(|place| left.remove(place));
    left.push(Left { window: *window, used: *used });
    if left.len() > REMEMBERED {
        left.remove(0);
    }
    let fresh = || Window { from: if went_back { at } else { from }, until, above: 0 };
    // one that was left too long ago begins again
    (*window, *used) = known.map_or_else(|| (fresh(), Part(0)), |left| (left.window, left.used));
    window.from = at.min(window.from);
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreasuryFacts {
    pub account: String,
    pub currency: String,
    /// Decimal places of the currency.
    pub scale: u8,
    /// The most that may leave in a day.
    pub daily_limit: Option<Part>,
    /// The most that may leave in a month.
    pub monthly_limit: Option<Part>,
    /// The most that a hot account should have.
    pub ceiling: Option<Part>,
    /// Where its day begins.
    pub time_zone: String,
    /// The amount that has left in the day of `times`.
    pub day: Part,
    /// The amount that has left in the month of `times`.
    pub month: Part,
    /// The day and the month that are counted.
    pub times: Windows,
}

/// A treasury, read from its record. Its state is the tier of its account.
pub type Treasury = Stored<TreasuryFacts>;

impl Object for TreasuryFacts {
    const KIND: &'static str = KIND;
    const VERSION: u32 = 1;
    type State = Tier;
    type Id = Uuid;
    type Name<'n> = Uuid;
    type Currency = Currency;

    fn currency(&self) -> Option<Currency> {
        Currency::new(&self.currency, self.scale)
    }
}

impl Treasury {
    /// A new treasury, before its first change: it counts from a time on, after `entries` entries of the
    /// account.
    pub fn set(account: &AccountKey, tier: Tier, zone: &Zone, at: Time, entries: i64) -> Result<Self> {
        let listed_by = ListedBy { owner: Some(account.account.as_str().into()), ..ListedBy::default() };
        let (day, month) = zone.ranges(at);
        let window = |range: Range| Window { from: at, until: range.until, above: entries };
        let facts = TreasuryFacts {
            account: account.account.to_string(),
            currency: account.currency.code().to_owned(),
            scale: account.currency.scale(),
            daily_limit: None,
            monthly_limit: None,
            ceiling: None,
            time_zone: zone.name().to_owned(),
            day: Part(0),
            month: Part(0),
            times: Windows { day: window(day), month: window(month), days: Vec::new(), months: Vec::new() },
        };
        Self::begin(key(account), listed_by, tier, facts, at)
    }

    /// Its time zone.
    pub fn zone(&self) -> Result<Zone> {
        Zone::named(&self.facts.time_zone)
            .ok_or_else(|| Error::corrupted(format!("the time zone of treasury {}", self.row.id)))
    }

    /// Switches to the day and the month of a time, if they are not the current ones: forward, or back to one
    /// that was left when a clock was wrong.
    pub fn roll(&mut self, at: Time) -> Result<()> {
        let times = &self.facts.times;
        if times.day.has(at) && times.month.has(at) {
            return Ok(());
        }
        let (of_day, of_month) = self.zone()?.ranges(at);
        let TreasuryFacts { times, day, month, .. } = &mut self.facts;
        enter(&mut times.day, day, &mut times.days, at, of_day);
        enter(&mut times.month, month, &mut times.months, at, of_month);
        Ok(())
    }

    /// Switches to another calendar. The counts stay until the new day and the new month end: a change of
    /// zone lets nothing out.
    pub fn move_to(&mut self, zone: &Zone, at: Time) {
        if self.facts.time_zone == zone.name() {
            return;
        }
        let (day, month) = zone.ranges(at);
        self.facts.time_zone = zone.name().to_owned();
        (self.facts.times.day.until, self.facts.times.month.until) = (day.until, month.until);
    }
}
