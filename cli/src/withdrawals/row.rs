//! A withdrawal on one line, for lists and for what is watched.

use earnest::{Span, Time};
use serde_json::Value;

use crate::evidence::{Reader, text};
use crate::output::{Failure, Paint, Say};

/// The columns, in their order.
const COLUMNS: [&str; 8] = ["id", "state", "why", "amount", "chain", "to", "lane/nonce", "age"];

/// The column that is coloured.
const STATE: usize = 1;

/// A withdrawal on one line.
pub(super) struct Row {
    cells: [String; 8],
    paint: Option<Paint>,
}

impl Row {
    /// The line of a withdrawal at this time.
    pub(super) fn of(withdrawal: &Value, reader: &Reader, now: Time) -> Self {
        let asked = withdrawal["created_at"].as_str().and_then(|at| at.parse::<Time>().ok());
        let cells = [
            text(&withdrawal["id"]),
            text(&withdrawal["state"]),
            why(withdrawal),
            reader.amount(&withdrawal["amount"]),
            text(&withdrawal["chain"]),
            shortened(&text(&withdrawal["to"])),
            place(withdrawal),
            asked.map(|asked| age(now.since(asked))).unwrap_or_default(),
        ];
        let paint = match withdrawal["state"].as_str() {
            _ if !withdrawal["attention"].is_null() || withdrawal["unsettled"] == true => Some(Paint::Bad),
            Some("confirmed") => Some(Paint::Good),
            Some("failed") => Some(Paint::Bad),
            _ => None,
        };
        Self { cells, paint }
    }

    /// The line as it is watched: without its age, which is that of the withdrawal and not of the change.
    pub(super) fn watched(&self, say: Say) -> String {
        let [id, state, why, amount, chain, to, place, _] = &self.cells;
        let state = self.painted(say, &format!("{state:<12}"));
        let place = if place.is_empty() { String::new() } else { format!("  {place}") };
        let why = if why.is_empty() { String::new() } else { format!("  {why}") };
        format!("{id}  {state}  {amount} to {to} on {chain}{place}{why}")
    }

    fn painted(&self, say: Say, state: &str) -> String {
        self.paint.map_or_else(|| state.to_owned(), |paint| say.paint(paint, state))
    }
}

/// Prints rows below the names of their columns.
pub(super) fn table(say: Say, rows: &[Row]) -> Result<(), Failure> {
    let width = |column: usize, title: &str| {
        let cells = rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| cell.chars().count());
        cells.chain([title.len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = COLUMNS.iter().enumerate().map(|(column, title)| width(column, title)).collect();
    let padded = |text: &str, width: usize| format!("{text:<width$}");
    let titles = COLUMNS.iter().zip(&widths).map(|(title, width)| padded(title, *width));
    say.line(say.paint(Paint::Faint, titles.collect::<Vec<_>>().join("  ").trim_end()))?;
    for row in rows {
        let mut cells: Vec<String> =
            row.cells.iter().zip(&widths).map(|(cell, width)| padded(cell, *width)).collect();
        if let Some(state) = cells.get_mut(STATE) {
            // a colour has no width
            *state = row.painted(say, state);
        }
        say.line(cells.join("  "))?;
    }
    Ok(())
}

/// Says why somebody should look, what it waits for, and how it failed.
pub(super) fn why(withdrawal: &Value) -> String {
    let words = |name: &str| name.replace('_', " ");
    let mut said = Vec::new();
    if let Some(code) = withdrawal["attention"]["code"].as_str() {
        said.push(format!("look: {}", words(code)));
    }
    if withdrawal["unsettled"] == true {
        said.push("unsettled".to_owned());
    }
    if withdrawal["cancelling"] == true && !is_over(withdrawal) {
        said.push("cancelling".to_owned());
    }
    if let Some(what) = withdrawal["waiting"].as_str() {
        said.push(format!("waits: {}", words(what)));
    }
    if let Some(code) = withdrawal["failure"]["code"].as_str() {
        said.push(words(code));
    }
    if withdrawal["state"] == "confirming" {
        said.push(format!("{} blocks", withdrawal["confirmations"]));
    }
    said.join(", ")
}

/// Whether nothing more happens to it, unless the chain changes its mind.
pub(super) fn is_over(withdrawal: &Value) -> bool {
    let ended = ["confirmed", "failed"].iter().any(|state| withdrawal["state"] == *state);
    ended && withdrawal["unsettled"] != true
}

/// The end of the lane's id, and the nonce; nothing without one.
fn place(withdrawal: &Value) -> String {
    let (lane, nonce) = (text(&withdrawal["lane"]), text(&withdrawal["nonce"]));
    if nonce.is_empty() {
        return String::new();
    }
    let from = lane.len().saturating_sub(6);
    format!("…{}/{nonce}", lane.get(from..).unwrap_or(&lane))
}

/// The two ends of an address.
fn shortened(address: &str) -> String {
    let ends = address.get(..6).zip(address.len().checked_sub(4).and_then(|from| address.get(from..)));
    match ends {
        Some((head, tail)) if address.len() > 12 => format!("{head}…{tail}"),
        _ => address.to_owned(),
    }
}

/// How long ago something was, in its largest unit.
fn age(span: Span) -> String {
    let seconds = span.micros() / 1_000_000;
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        for (seconds, told) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h"), (172_800, "2 d")]
        {
            assert_eq!(age(Span::from_secs(seconds)), told);
        }
    }

    #[test]
    fn an_address_is_known_by_its_ends() {
        assert_eq!(shortened("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), "0x5aAe…eAed");
        for short in ["", "0x00", "…………"] {
            assert_eq!(shortened(short), short);
        }
    }

    #[test]
    fn all_that_keeps_it_is_said() {
        let withdrawal = json!({ "state": "broadcasted", "attention": { "code": "not_proved" },
            "cancelling": true, "waiting": null, "failure": null, "unsettled": false });
        assert_eq!(why(&withdrawal), "look: not proved, cancelling");
        let over = json!({ "state": "failed", "cancelling": true, "failure": { "code": "nonce_taken" } });
        assert_eq!((why(&over), is_over(&over)), ("nonce taken".to_owned(), true));
        let gone = json!({ "state": "confirmed", "unsettled": true });
        assert_eq!((why(&gone), is_over(&gone)), ("unsettled".to_owned(), false));
    }
}
