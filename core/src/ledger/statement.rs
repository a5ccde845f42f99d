//! Statements: opening and closing balance of a span of time, with every entry between, also as CSV; long
//! ones in pages.

use super::model::money;
use super::queries::{PageContext, balance_at, own};
use crate::error::{Error, Result};
use crate::ids::TransferId;
use crate::ledger::requests::GetStatement;
use crate::ledger::views::{Entry, Statement};
use crate::money::Money;
use crate::request::reading::{Reading, cursor, opaque};
use crate::rows::listing::Listing;
use crate::rows::needs::AccountKey;
use crate::rows::row::Row;
use crate::rows::tables::{AccountRow, EntryRow};
use crate::time::Time;

/// Entries of a page when the request has no limit.
const LIMIT: usize = 100_000;
/// Entries read at once.
const BATCH: usize = 1_000;

/// Where a page ended: its last entry, and the balance after it in minor units.
type Place = (Time, TransferId, i64, String);

/// `ledger.statement`.
pub async fn statement(reading: &mut Reading<'_>, request: &GetStatement) -> Result<Statement> {
    let (from, to) = (request.from_time, request.to_time);
    if from >= to {
        return Err(Error::invalid("to_time", "must be after `from_time`"));
    }
    let as_csv = match request.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => return Err(Error::invalid("format", "must be `json` or `csv`")),
    };
    let limit = request.limit.map_or(LIMIT, |limit| limit as usize);
    let after = cursor::<Place>(request.after.as_deref())?;
    let (row, _) = own(reading, &request.account, request.currency.as_ref()).await?;
    let (opening, after) = match after {
        None => (balance_at(reading, &row, from).await?, None),
        Some((stamp, transfer, leg, balance)) => {
            let wrong = |_| Error::invalid("after", "must be the `next` of a page");
            (balance.parse::<i128>().map_err(wrong)?, Some((stamp, transfer, leg)))
        }
    };
    let first = after.is_none();
    let StatementEntries { entries, last, more } = entries(reading, &row, from, to, after, limit).await?;
    // the balance in a cursor is used only where entries have no balance of their own
    let opening = entries.first().and_then(|entry| entry.balance_before).map_or(opening, Money::minor_units);
    let sum = |credits: bool| {
        let side =
            entries.iter().map(|entry| entry.amount.minor_units()).filter(|minor| (*minor > 0) == credits);
        side.fold(0_i128, i128::saturating_add)
    };
    let (credits, debits) = (sum(true), sum(false));
    let closing = opening.saturating_add(credits).saturating_add(debits);
    let place =
        last.filter(|_| more).map(|(stamp, transfer, leg)| (stamp, transfer, leg, closing.to_string()));
    let key = row.key();
    let csv = if as_csv { Some(csv_of(&entries, first)) } else { None };
    Ok(Statement {
        account: row.id.to_string(),
        currency: row.currency.code().to_owned(),
        from_time: from,
        to_time: to,
        opening: money(&key, opening)?,
        credits: money(&key, credits)?,
        debits: money(&key, -debits)?,
        closing: money(&key, closing)?,
        entries,
        csv,
        next: place.as_ref().map(opaque).transpose()?,
    })
}

/// Entries of a page.
struct StatementEntries {
    entries: Vec<Entry>,
    last: Option<(Time, TransferId, i64)>,
    more: bool,
}

async fn entries(
    reading: &mut Reading<'_>,
    row: &AccountRow,
    from: Time,
    to: Time,
    mut last: Option<(Time, TransferId, i64)>,
    limit: usize,
) -> Result<StatementEntries> {
    let (mut entries, mut left) = (Vec::new(), limit);
    loop {
        let AccountKey { book, account, currency } = row.key();
        // one more than is shown tells whether there are more
        let batch = BATCH.min(left.saturating_add(1));
        let listing = Listing::Entries {
            book,
            account,
            currency,
            from: Some(from),
            to: Some(to),
            newest_first: false,
            after: last,
            limit: batch,
        };
        let mut listed = reading.list(&listing).await?;
        let rows: Vec<EntryRow> = std::mem::take(&mut listed.entries);
        let (context, wanted) = (PageContext::of(listed), rows.len().min(left));
        for row in rows.iter().take(wanted) {
            entries.push(context.view(row)?);
            last = Some((row.stamp, row.transfer, row.leg));
        }
        left -= wanted;
        if rows.len() < batch || rows.len() > wanted {
            return Ok(StatementEntries { entries, last, more: rows.len() > wanted });
        }
    }
}

/// The prefix for a text that a spreadsheet would take for a formula.
fn guard(text: &str) -> &'static str {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" }
}

/// CSV by RFC 4180. References are quoted.
fn csv_of(entries: &[Entry], first: bool) -> String {
    let header = "time,transfer,kind,amount,balance_after,currency,counterparty,deal,reference\r\n";
    // the pages of one statement, one after the other, are one file
    let mut csv = String::from(if first { header } else { "" });
    for entry in entries {
        let after = entry.balance_after.map(crate::money::Money::amount_string).unwrap_or_default();
        let deal = entry.deal.map(|deal| deal.to_string()).unwrap_or_default();
        let reference = entry.reference.as_deref().unwrap_or_default();
        let other = entry.counterparty.as_deref().unwrap_or_default();
        csv.push_str(&format!(
            "{},{},{},{},{after},{},{}{other},{deal},\"{}{}\"\r\n",
            entry.created_at,
            entry.transfer,
            entry.kind,
            entry.amount.amount_string(),
            entry.currency,
            guard(other),
            guard(reference),
            reference.replace('"', "\"\""),
        ));
    }
    csv
}
