//! Every column of every table, changed to junk and to another value that it may have: `verify` finds it and
//! names the row, also after calls have written that row again, or the page says that it does not see it.

use std::collections::BTreeSet;

use super::objects::{found, report};
use super::wide::{Sample, Wide};
use crate::support::soak::rounds;
use crate::support::{Kind, json};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operating.md");

/// The columns that the page names behind a mark, as `table.column` or `table, rows.column`.
fn on_the_page(mark: &str) -> BTreeSet<String> {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let from = page.split(&format!("<!-- columns that verify {mark} -->")).nth(1).unwrap();
    let lines = from.lines().skip_while(|line| !line.starts_with("| `"));
    let mut told = BTreeSet::new();
    for line in lines.take_while(|line| line.starts_with("| `")) {
        let mut cells = line.split('|').skip(1).map(str::trim);
        let rows = cells.next().unwrap().replace('`', "");
        let columns = cells.next().unwrap().split(',').map(|column| column.trim().trim_matches('`'));
        for column in columns {
            assert!(told.insert(format!("{rows}.{column}")), "{rows}.{column} stands there twice");
        }
        assert!(cells.next().is_some_and(|why| !why.is_empty()), "{line}");
    }
    told
}

/// Values that a column may have, and values that it never has: of each the first that the database takes.
fn values(sample: &Sample, column: &str) -> [[String; 4]; 2] {
    let table = &sample.table;
    let other = format!("(SELECT max(y.{column}) FROM {{p}}{table} AS y WHERE y.{column} <> x.{column})");
    let more = format!("{column} + 1");
    let one = |text: &str| text.to_owned();
    [
        [other, more, one("'01980000-0000-7000-8000-000000000001'"), one("7")],
        [one("'zz'"), one("-7"), one("'\\x07'"), one("NULL")],
    ]
}

/// The end of one change.
struct Outcome {
    seen: bool,
    /// It was seen, and is not any more after calls have used the row.
    lost: bool,
    /// Complaints about a change that was seen.
    wrong: Vec<String>,
}

struct Trial<'w> {
    wide: &'w mut Wide,
    seed: u64,
    /// One of so many changes is followed by calls that use the row.
    uses_one_of: u64,
}

impl Trial<'_> {
    /// Whether a line of the report is about the row: it has a part of its key, before or after the change,
    /// or the table's name.
    fn is_named(sample: &Sample, key: &[String], value: &str, report: &[String]) -> bool {
        // every line has the name of the book
        let parts = || key.iter().zip(&sample.key).filter(|(_, name)| *name != "book" || key.len() == 1);
        let new = Some(value.trim_matches('\'')).filter(|new| value.starts_with('\'') && new.len() > 1);
        // an event has a place, a key what was made by it, and the salt of the rules is that of the counters
        let other = match (&*sample.table, sample.label) {
            ("event" | "event_seq", _) => Some("the chain breaks at"),
            ("idempotency", _) => Some("account carol"),
            (_, "risk") => Some("counter of"),
            _ => None,
        };
        let has = |line: &String| {
            parts().any(|(part, _)| line.contains(part.as_str()))
                || line.contains(&format!("`{}`", sample.table))
                || new.into_iter().chain(other).any(|new| line.contains(new))
                || line.ends_with("is missing from the list of books")
        };
        report.iter().any(has)
    }

    /// The findings. A store that cannot be told from others is refused as a whole.
    async fn report(&self, sample: &Sample) -> Vec<String> {
        match self.wide.stage().call("admin.verify", json!({})).await {
            Ok(verify) => found(&verify),
            Err(error) => vec![format!("`{}` is refused: {error}", sample.table)],
        }
    }

    /// Changes a column, and puts everything back; `None` where the database refuses the value.
    async fn one(&mut self, sample: &Sample, column: &str, value: &str) -> Option<Outcome> {
        let key = self.wide.key_of(sample, column).await?;
        if !self.wide.change(sample, column, value).await {
            return None;
        }
        let found = self.report(sample).await;
        let (seen, mut lost, mut wrong) = (!found.is_empty(), false, Vec::new());
        if seen && !Self::is_named(sample, &key, value, &found) {
            wrong.push(format!("no line names {key:?}: {found:?}"));
        }
        self.seed += 1;
        if seen && sample.is_used() && self.seed.is_multiple_of(self.uses_one_of) {
            let stuck = self.wide.used(false, self.seed).await;
            wrong.extend(stuck.into_iter().filter(|_| !Wide::is_shared(sample)));
            let found = self.report(sample).await;
            lost = found.is_empty();
            if !lost && !Self::is_named(sample, &key, value, &found) {
                wrong.push(format!("not named after its row was used: {found:?}"));
            }
        }
        self.wide.restore().await;
        Some(Outcome { seen, lost, wrong })
    }
}

/// The changes of every column on some tables of a store.
#[derive(Default)]
struct Outcomes {
    unseen: BTreeSet<String>,
    lost: BTreeSet<String>,
    /// Tables without a row.
    empty: BTreeSet<String>,
    wrong: Vec<String>,
}

/// Changes every column of the samples of these tables.
async fn changed(kind: Kind, is_wanted: impl Fn(&str) -> bool, uses_one_of: u64, all: &mut Outcomes) {
    let mut wide = Wide::open(kind).await;
    wide.uses_its_rows().await;
    let samples: Vec<Sample> = wide.samples.iter().filter(|of| is_wanted(&of.table)).cloned().collect();
    let mut trial = Trial { wide: &mut wide, seed: 0, uses_one_of };
    let mut count = 0;
    for sample in &samples {
        if trial.wide.key_of(sample, &sample.key[0]).await.is_none() {
            all.empty.insert(sample.table.clone());
            continue;
        }
        all.empty.remove(&sample.table);
        for column in &sample.columns {
            for values in values(sample, column) {
                for value in values {
                    let Some(outcome) = trial.one(sample, column, &value).await else { continue };
                    count += 1;
                    for (is_so, columns) in [(!outcome.seen, &mut all.unseen), (outcome.lost, &mut all.lost)]
                    {
                        columns.extend(is_so.then(|| format!("{}.{column}", sample.name())));
                    }
                    let about = |what| format!("{kind:?} {}.{column} {value}: {what}", sample.name());
                    all.wrong.extend(outcome.wrong.into_iter().map(about));
                    break;
                }
            }
        }
    }
    println!("{count} changes on {kind:?}, {} columns unseen so far", all.unseen.len());
    let left = report(wide.stage()).await;
    all.wrong.extend(left.into_iter().map(|what| format!("{kind:?}: not every row was put back: {what}")));
    wide.stage().bank.close().await;
}

/// Half a minute: every column twice, and a tenth of the changed rows are used by another process. PostgreSQL
/// has the tables that SQLite has no rows in; all of its own, and all uses, are for the soak.
#[tokio::test(flavor = "multi_thread")]
async fn soak_every_column_is_found_or_on_the_page() {
    let long = rounds(1, 2) > 1;
    let uses_one_of = if long { 1 } else { 10 };
    let mut all = Outcomes::default();
    changed(Kind::Sqlite, |_| true, uses_one_of, &mut all).await;
    let empty = all.empty.clone();
    changed(Kind::Postgres, |table| long || empty.contains(table), uses_one_of, &mut all).await;
    let Outcomes { unseen, mut lost, empty, wrong } = all;
    lost.retain(|column| !unseen.contains(column));
    let [blind, fleeting] = ["does not see", "sees until a call uses the row"].map(on_the_page);
    let missed: Vec<_> = unseen.difference(&blind).chain(lost.difference(&fleeting)).collect();
    let seen: Vec<_> = blind.difference(&unseen).collect();
    let kept: Vec<_> = fleeting.difference(&lost).filter(|_| long).collect();
    assert!(
        missed.is_empty() && seen.is_empty() && kept.is_empty() && empty.is_empty() && wrong.is_empty(),
        "neither found by `verify` nor on the page: {missed:#?}\non the page, and found or no column: {seen:#?}\n\
         on the page, and found after calls have used the row: {kept:#?}\nwithout a row on any store: {empty:?}\n{}",
        wrong.join("\n")
    );
}
