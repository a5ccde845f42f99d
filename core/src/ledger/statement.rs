//! Statements: opening and closing balance of a span of time, with every entry between, also as CSV.

use super::model::money;
use super::queries::{balance_at, entry_view, own};
use crate::api::query::Reading;
use crate::api::requests::GetStatement;
use crate::api::views::ledger::{Entry, Statement};
use crate::error::{Error, Result};
use crate::store::rows::{AccountRow, Row};
use crate::store::{Listed, Listing};
use crate::time::Time;

/// Entries that one statement may hold; a longer span is asked for in parts.
const LIMIT: usize = 100_000;

/// `ledger.statement`.
///
/// # Errors
/// `account_not_found`; `overflow` when a sum reaches the bound of money; `invalid_request` for a span that is empty or too long, or an unknown format.
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
    let (row, _) = own(reading, &request.account, request.currency.as_ref()).await?;
    let opening = balance_at(reading, &row, Time::from_micros(from.micros().saturating_sub(1))).await?;
    let entries = all_entries(reading, &row, from, to).await?;
    let sum = |credits: bool| {
        let side = entries.iter().map(|entry| entry.amount.minor()).filter(|minor| (*minor > 0) == credits);
        side.fold(0_i128, i128::saturating_add)
    };
    let (credits, debits) = (sum(true), sum(false));
    let closing = opening.saturating_add(credits).saturating_add(debits);
    let key = row.key();
    let csv = if as_csv { Some(csv_of(&entries)) } else { None };
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
    })
}

async fn all_entries(
    reading: &mut Reading<'_>,
    row: &AccountRow,
    from: Time,
    to: Time,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut after = None;
    loop {
        let (book, account, currency) = row.key();
        let (from, to, after_this) = (Some(from), Some(to), after.take());
        let listing = Listing::Entries {
            book,
            account,
            currency,
            from,
            to,
            newest_first: false,
            after: after_this,
            limit: 1_000,
        };
        let Listed { entries: rows, transfers, .. } = reading.list(&listing).await?;
        for row in &rows {
            entries.push(entry_view(row, &transfers)?);
        }
        if entries.len() > LIMIT {
            return Err(Error::invalid("to_time", "must leave at most 100000 entries"));
        }
        match rows.last().filter(|_| rows.len() == 1_000) {
            Some(last) => after = Some((last.stamp, last.transfer, last.leg)),
            None => return Ok(entries),
        }
    }
}

/// CSV by RFC 4180. Names and references are quoted; a leading `=`, `+`, `-` or `@` of a reference is kept from
/// being read as a formula by a spreadsheet.
fn csv_of(entries: &[Entry]) -> String {
    let mut csv = String::from("time,transfer,kind,amount,balance_after,currency,reference\r\n");
    for entry in entries {
        let after = entry.balance_after.map(crate::money::Money::amount_string).unwrap_or_default();
        let reference = entry.reference.as_deref().unwrap_or_default();
        let guard = if reference.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        csv.push_str(&format!(
            "{},{},{},{},{after},{},\"{guard}{}\"\r\n",
            entry.created_at,
            entry.transfer,
            entry.kind,
            entry.amount.amount_string(),
            entry.currency,
            reference.replace('"', "\"\""),
        ));
    }
    csv
}
