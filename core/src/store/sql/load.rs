//! Reading and locking the rows of a group in one statement.
//!
//! **Lock order.** Rows are locked in the order of [the kinds](crate::rows::kinds), and within a kind in the
//! order of keys. The union reads one common table expression for each kind (`lr`, `lt` and so on) in that
//! order, and each walks its keys as they were sent, which is sorted. Shared rows of a kind follow its
//! written ones. Idempotency keys and heads are never locked here.
//!
//! SKIP LOCKED alone would make a busy row look absent. So a second, plain leg names the rows that exist; the
//! difference is busy. Locking legs see rows as of after the lock, plain legs as of the statement's
//! beginning. A streaming account is locked only to be drained. A second statement ([`drain`]) then takes its
//! pending rows: its snapshot begins after the lock, so fold and pending rows fit together.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Cells, Dialect, Keys, Leg, Names, Output, SYSTEM, Script, Statement, Wire, columns, output, union,
};
use crate::currency::Currencies;
use crate::error::Error;
use crate::ids::{AccountId, Book};
use crate::rows::codec::{Cell, Kind, UNREGISTERED, Value};
use crate::rows::identity::Identity;
use crate::rows::kinds::{Lockable, each_kind};
use crate::rows::loaded::{Loaded, Marked};
use crate::rows::needs::{Access, AccountKey, CounterKey, DRAIN, DRAIN_ALL, DUE_LIMIT, Needs};
use crate::rows::row::{Row, Table};
use crate::rows::tables::{
    AccountRow, CounterRow, EntryRow, HeadRow, HoldRow, KeyRow, StreamRow, TransferRow,
};
use crate::rows::unreadable::{Unreadable, taken};
use crate::sorting::{Gathering, Sorting};
use crate::store::Wait;
use crate::store::fault::{Fault, FaultKind};
use crate::time::Time;

/// The store's clock in microseconds.
pub(super) const NOW: &str = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS int8)";

/// The number of the open transaction, with as many digits as the longest. A transaction that has none yet
/// takes it here and not with its first row.
const XACT: &str = "lpad(CAST(pg_current_xact_id() AS text), 20, '0')";

/// The marks that the last loads of the open transaction have left and that were not taken back since, and
/// the same with one more at the end. A setting until the end of the transaction is gone with a rollback to
/// a savepoint before it, and stays when a savepoint is released. Eight are kept: calls by several handles of
/// a host may have taken turns in the middle.
const MARKS: [&str; 2] = [
    "coalesce(current_setting('earnest.loads', true), '')",
    "set_config('earnest.loads', right(concat(current_setting('earnest.loads', true), \
     CAST(gen_random_uuid() AS text)), 288), true)",
];

/// The columns that a load in a host's transaction answers beside its rows: the number of the transaction,
/// the marks of loads before it, and then those with its own.
pub(super) fn xact_columns() -> [String; 3] {
    [XACT, MARKS[0], MARKS[1]].map(str::to_owned)
}

/// The condition that the mark of a load, which is `$2`, was not taken back.
pub(super) const SAME_LOAD: &str = "strpos(current_setting('earnest.loads', true), CAST($2 AS text)) > 0";

/// The tag of an account row that is followed by the sum of its pending rows.
pub(super) const SUMMED: char = '+';

/// The differences between the loads of the executors.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'n> {
    /// The SQL spoken.
    pub dialect: Dialect,
    /// How parameters travel.
    pub wire: Wire,
    /// The tables.
    pub names: &'n Names,
    /// The time to judge due holds by; `None` asks the store's own clock and reports it.
    pub now: Option<Time>,
    /// How rows are locked; `None` where nothing will be written, or where a transaction excludes all others.
    pub lock: Option<Wait>,
    /// Whether the answer names the open transaction, so that the write can be tied to it.
    pub xact: bool,
}

/// The statement that reads (and locks) what `needs` names.
///
/// # Errors
/// `Constraint` when PostgreSQL is asked for several books at once.
pub fn load(reading: Reading<'_>, needs: &Needs) -> Result<Statement, Fault> {
    let script = match reading.dialect {
        Dialect::Postgres if !needs.is_empty() => {
            Script::of_book(reading.dialect, reading.wire, reading.names, &one_book(needs)?)
        }
        _ => Script::new(reading.dialect, reading.wire, reading.names),
    };
    let (with, legs, plain, keys) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
    let mut load = Load { reading, script, with, legs, plain, keys };
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(load.lockable::<$Row>(&needs.$rows);)*
    } }
    load.entries();
    load.accounts(needs);
    load.counter_deltas(needs);
    load.plain::<KeyRow>('k', &needs.keys);
    load.plain::<HeadRow>('d', &needs.heads);
    if !needs.heads.is_empty() {
        load.plain.push(identity_leg(reading.names));
    }
    load.due(needs);
    if reading.xact {
        let columns = xact_columns().iter().map(Output::of).collect();
        load.plain.push(Leg { tag: 'x', columns, rest: String::new() });
    }
    if reading.now.is_none() || (load.legs.is_empty() && load.plain.is_empty()) {
        // the last leg, so that the clock is read when all locks are held
        let now = if reading.now.is_none() && reading.dialect == Dialect::Postgres { NOW } else { "NULL" };
        load.plain.push(Leg { tag: 'n', columns: vec![Output::of(now)], rest: String::new() });
    }
    let mut legs = load.legs;
    legs.append(&mut load.plain);
    let with = if load.with.is_empty() { String::new() } else { format!("WITH {} ", load.with.join(", ")) };
    Ok(load.script.finish(with + &union(reading.dialect, &legs)))
}

struct Load<'n> {
    reading: Reading<'n>,
    script: Script<'n>,
    with: Vec<String>,
    /// Legs that lock, in lock order.
    legs: Vec<Leg>,
    /// Legs that only read; they follow the locking ones.
    plain: Vec<Leg>,
    /// The keys of each kind that was asked for.
    keys: BTreeMap<char, Keys>,
}

impl Load<'_> {
    fn leg(&mut self, tag: char, table: Table, rest: String) {
        self.plain.push(Leg { tag, columns: columns(self.reading.dialect, table, "x"), rest });
    }

    fn plain<R: Row>(&mut self, tag: char, keys: &BTreeSet<R::Key>) {
        if !keys.is_empty() {
            let rows: Vec<Vec<Value>> = keys.iter().map(R::key_values).collect();
            let keys = self.script.rows(&key_columns(R::IN), rows);
            self.found(tag, R::IN, &keys, "");
        }
    }

    fn lockable<R: Lockable>(&mut self, asked: &BTreeMap<R::Key, Access>) {
        if !asked.is_empty() {
            let asked = asked.iter().map(|(key, access)| (R::key_values(key), *access));
            self.asked(R::TAG, R::IN, asked.collect());
        }
    }

    /// Adds legs for rows, which are locked if they will be written. A row to which others append is locked
    /// only to be drained.
    fn asked(&mut self, tag: char, table: Table, asked: Vec<(Vec<Value>, Access)>) {
        let (locked, found) = match table.appended {
            None => ("u.mode > 0".to_owned(), "u.mode = 0".to_owned()),
            Some((flag, _)) => (
                format!("(u.mode > 1 OR (u.mode = 1 AND x.{flag} = 0))"),
                format!("(u.mode = 0 OR (u.mode = 1 AND x.{flag} = 1))"),
            ),
        };
        let written = asked.iter().any(|(_, access)| access.changes());
        let shared = asked.iter().any(|(_, access)| *access == Access::Share);
        let only_read = asked.iter().any(|(_, access)| *access == Access::Read);
        let keys = self.keyed(table, asked);
        match self.reading.lock {
            None => self.found(tag, table, &keys, ""),
            Some(wait) => {
                if written {
                    self.locking(tag, table, &keys, &locked, "NO KEY UPDATE", wait);
                }
                if shared {
                    self.locking(tag, table, &keys, "u.mode < 0", "SHARE", wait);
                }
                if table.appended.is_some() || only_read {
                    self.found(tag, table, &keys, &found);
                }
            }
        }
        self.keys.insert(tag, keys);
    }

    /// A table `u` of keys with the column `mode` behind them: -1 shares, 0 reads, 1 writes, 2 and more
    /// drain.
    fn keyed(&mut self, table: Table, asked: Vec<(Vec<Value>, Access)>) -> Keys {
        let mut names: Vec<(&str, Kind)> = key_columns(table);
        names.push(("mode", Kind::Int));
        let with_mode = |(mut row, access): (Vec<Value>, Access)| {
            row.push(Value::Int(match access {
                Access::Share => -1,
                Access::Read => 0,
                Access::Write => 1,
                Access::Drain => 2,
                Access::DrainAll => 3,
            }));
            row
        };
        self.script.rows(&names, asked.into_iter().map(with_mode).collect())
    }

    /// The entries of the transfers that are asked for.
    fn entries(&mut self) {
        if let Some(keys) = self.keys.get(&TransferRow::TAG) {
            let rest = self.script.lookup(EntryRow::TABLE, keys, &["book", "transfer"], "");
            self.leg('e', EntryRow::IN, rest);
        }
    }

    /// Adds a plain leg over the rows of `keys` that meet `only`.
    fn found(&mut self, tag: char, table: Table, keys: &Keys, only: &str) {
        let rest = self.script.lookup(table.name, keys, &key_names(table), only);
        self.leg(tag, table, rest);
    }

    /// Adds a leg that locks rows in the order of their keys. With SKIP LOCKED a plain leg names all of them
    /// too.
    fn locking(&mut self, tag: char, table: Table, keys: &Keys, only: &str, strength: &str, wait: Wait) {
        let skips = if wait == Wait::Block { "" } else { " SKIP LOCKED" };
        let lock = &format!("FOR {strength} OF x{skips}");
        let name = if strength == "SHARE" { format!("s{tag}") } else { format!("l{tag}") };
        // the keys are sorted, and each is locked before the next is looked at
        let locked = self.script.lookup_with(table.name, keys, &key_names(table), only, lock);
        self.with.push(format!("{name} AS MATERIALIZED (SELECT x.* FROM {locked})"));
        let columns = columns(self.reading.dialect, table, "x");
        self.legs.push(Leg { tag, columns, rest: format!("{name} AS x") });
        if wait != Wait::Block {
            let columns = table.keys().map(|column| output(self.reading.dialect, "x", column)).collect();
            let rest = self.script.lookup(table.name, keys, &key_names(table), only);
            self.plain.push(Leg { tag: tag.to_ascii_uppercase(), columns, rest });
        }
    }

    /// Adds legs for the pending sums of the accounts asked for, and for the accounts of ids.
    fn accounts(&mut self, needs: &Needs) {
        if let Some(keys) = self.keys.remove(&AccountRow::TAG) {
            let only = if self.reading.lock.is_some() { "u.mode < 2" } else { "" };
            self.streams('s', &keys, &["book", "account", "currency"], only);
        }
        if !needs.accounts_of.is_empty() {
            let rows: Vec<Vec<Value>> =
                needs.accounts_of.iter().map(|(book, id)| vec![book.put(), id.put()]).collect();
            let keys = self.script.rows(&[("book", Kind::Text), ("id", Kind::Text)], rows);
            let rest = self.script.lookup(AccountRow::TABLE, &keys, &["book", "id"], "");
            self.leg('b', AccountRow::IN, rest);
            self.streams('S', &keys, &["book", "account"], "");
        }
    }

    /// Adds a leg for the deltas of counters: one range of the primary key for each counter.
    fn counter_deltas(&mut self, needs: &Needs) {
        if needs.counter_deltas.is_empty() {
            return;
        }
        let range = |key: &CounterKey| {
            let (first, beyond) = CounterRow::range_under(key);
            vec![key.book.put(), key.rule.put(), Value::Text(first.into()), Value::Text(beyond.into())]
        };
        let rows: Vec<Vec<Value>> = needs.counter_deltas.iter().map(range).collect();
        let columns = ["book", "rule", "first", "beyond"].map(|name| (name, Kind::Text));
        let keys = self.script.rows(&columns, rows);
        let (first, beyond) = (&keys.exprs[2], &keys.exprs[3]);
        let only = format!("x.subject >= {first} AND x.subject < {beyond}");
        let rest = self.script.lookup(CounterRow::TABLE, &keys, &["book", "rule"], &only);
        self.leg('g', CounterRow::IN, rest);
    }

    /// Adds a leg for the pending sums of streaming accounts. PostgreSQL sums; SQLite lists the amounts: it
    /// has no numbers of that size, and no pending rows but those that another writer of the file may have
    /// left.
    fn streams(&mut self, tag: char, keys: &Keys, on: &[&str], only: &str) {
        let rest = self.script.lookup(StreamRow::TABLE, keys, on, only);
        let (sum, group) = match self.reading.dialect {
            Dialect::Sqlite => ("x.amount", ""),
            Dialect::Postgres => ("sum(x.amount)", " GROUP BY x.book, x.account, x.currency"),
        };
        self.plain.push(Leg { tag, columns: sums(sum), rest: rest + group });
    }

    fn due(&mut self, needs: &Needs) {
        if needs.due_holds.is_empty() {
            return;
        }
        let rows: Vec<Vec<Value>> = needs.due_holds.iter().map(AccountRow::key_values).collect();
        let keys = self
            .script
            .rows(&[("book", Kind::Text), ("account", Kind::Text), ("currency", Kind::Text)], rows);
        let now = match self.reading.now {
            Some(now) => self.script.int(now.micros()),
            // a subquery runs once and allows an index; the bare function does neither
            None => format!("(SELECT {NOW})"),
        };
        let (on, only) = (["book", "account", "currency"], format!("x.due_at <= {now}"));
        let oldest = format!("ORDER BY x.due_at, x.id LIMIT {DUE_LIMIT}");
        let rest = self.script.lookup_with(HoldRow::TABLE, &keys, &on, &only, &oldest);
        let rest = match self.reading.dialect {
            Dialect::Postgres => rest,
            Dialect::Sqlite => format!(
                "(SELECT x.*, row_number() OVER (PARTITION BY x.book, x.account, x.currency ORDER BY x.due_at, x.id) \
                 AS place FROM {rest}) AS x WHERE x.place <= {DUE_LIMIT}"
            ),
        };
        self.leg('u', HoldRow::IN, rest);
    }
}

pub(crate) fn key_columns(table: Table) -> Vec<(&'static str, Kind)> {
    table.keys().map(|column| (column.name, column.kind)).collect()
}

pub(crate) fn key_names(table: Table) -> Vec<&'static str> {
    table.keys().map(|column| column.name).collect()
}

/// The leg of a load that reads the identity of the store.
pub(crate) fn identity_leg(names: &Names) -> Leg {
    let columns = ["i.store", "i.timeline"].map(Output::of).into();
    Leg { tag: 'i', columns, rest: format!("{} AS i WHERE i.book = '{SYSTEM}'", names.table("meta")) }
}

/// The one book that a statement of PostgreSQL works in.
pub(super) fn one_book(needs: &Needs) -> Result<String, Fault> {
    only_book(needs.books().into_iter())
}

/// The book that all of these are; empty when there are none.
pub(crate) fn only_book<'b>(mut books: impl Iterator<Item = &'b Book>) -> Result<String, Fault> {
    let Some(book) = books.next() else { return Ok(String::new()) };
    if books.any(|other| other != book) {
        return Err(Fault::new(
            FaultKind::Constraint,
            "one transaction of this store cannot hold several books",
        ));
    }
    Ok(book.as_str().to_owned())
}

/// Reads the answer to [`load`]. Rows that cannot be read are named.
///
/// # Errors
/// `Corrupt` when the answer is none, and for a currency that is not registered, if `may_learn`.
pub fn loaded(rows: &[Cells], currencies: &Currencies, may_learn: bool) -> Result<Loaded, Fault> {
    let mut loaded = Loaded::default();
    let mut unreadable = Vec::new();
    macro_rules! into {
        ($rows:expr, $cells:ident) => {
            $rows.extend(taken($cells, currencies, may_learn, &mut unreadable)?)
        };
    }
    let mut of_ids: Vec<AccountRow> = Vec::new();
    let mut of_ranges: Vec<CounterRow> = Vec::new();
    let mut sums: BTreeMap<AccountKey, i128> = BTreeMap::new();
    let mut sums_of_ids: BTreeMap<AccountKey, i128> = BTreeMap::new();
    for row in rows {
        let (tag, cells) = tagged(row)?;
        if !of_kind(tag, cells, currencies, may_learn, &mut loaded)? {
            match tag {
                'b' => into!(of_ids, cells),
                'g' => into!(of_ranges, cells),
                'e' => into!(loaded.entries, cells),
                'k' => into!(loaded.keys, cells),
                'd' => into!(loaded.heads, cells),
                'u' => into!(loaded.due, cells),
                'p' => into!(loaded.drained, cells),
                's' => add(&mut sums, cells, currencies)?,
                SUMMED => match summed(&mut sums, cells, currencies) {
                    Ok(row) => loaded.accounts.push(row),
                    Err(error) if may_learn && error.message().contains(UNREGISTERED) => {
                        return Err(error.into());
                    }
                    Err(_) => unreadable.push(Unreadable::of::<AccountRow>(cells, currencies)),
                },
                'S' => add(&mut sums_of_ids, cells, currencies)?,
                'n' => loaded.now = now(cells, currencies)?,
                'i' => loaded.identity = Some(identity(cells)?),
                'x' => (loaded.xact, loaded.marked) = (Some(xact(cells)?), Some(marked(cells)?)),
                _ => return Err(Error::corrupted("an answer has a row of an unknown kind").into()),
            }
        }
    }
    loaded.unreadable.append(&mut unreadable);
    // an account that was asked for by its key and by its id has one sum, not two
    for (key, sum) in sums_of_ids {
        sums.entry(key).or_insert(sum);
    }
    loaded.streams = sums.into_iter().collect();
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(unlocked(&mut loaded.busy.$rows, &loaded.$rows);)*
        // finding an account by its id alone does not lock it
        loaded.accounts.append(&mut of_ids);
        loaded.counters.append(&mut of_ranges);
        $(in_order(&mut loaded.$rows);)*
    } }
    in_order(&mut loaded.entries);
    loaded
        .due
        .order_by(|a, b| (&a.book, &a.account, a.due_at, a.id).cmp(&(&b.book, &b.account, b.due_at, b.id)));
    Ok(loaded)
}

/// Reads the answer of [`read_identity`](super::migrate::read_identity).
pub(crate) fn identity(cells: &[Option<String>]) -> Result<Identity, Fault> {
    let id = |index: usize| cells.get(index)?.as_deref()?.parse().ok();
    match (id(0), id(1)) {
        (Some(store), Some(timeline)) => Ok(Identity { store, timeline }),
        _ => Err(Fault::new(FaultKind::Corrupt, "the store has no id")),
    }
}

/// Adds a row of a lockable kind, or the key of an existing row, which counts as busy until its lock is
/// found.
fn of_kind(
    tag: char,
    cells: &[Option<String>],
    currencies: &Currencies,
    may_learn: bool,
    loaded: &mut Loaded,
) -> Result<bool, Error> {
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(
            if tag == <$Row>::TAG {
                loaded.$rows.extend(taken(cells, currencies, may_learn, &mut loaded.unreadable)?);
                return Ok(true);
            }
            if tag == <$Row>::TAG.to_ascii_uppercase() {
                loaded.busy.$rows.push(<$Row>::take_key(cells, currencies)?);
                return Ok(true);
            }
        )*
    } }
    Ok(false)
}

/// Which rows an answer's row belongs to, and its columns.
pub(crate) fn tagged(row: &Cells) -> Result<(char, &[Option<String>]), Error> {
    let tag = row.first().and_then(Option::as_deref).and_then(|tag| tag.parse().ok());
    let tag = tag.ok_or_else(|| Error::corrupted("an answer has a row without a kind"))?;
    Ok((tag, row.get(1..).unwrap_or_default()))
}

fn take<C: Cell>(cells: &[Option<String>], index: usize, currencies: &Currencies) -> Result<C, Error> {
    C::take(cells.get(index).and_then(Option::as_deref), currencies)
}

fn now(cells: &[Option<String>], currencies: &Currencies) -> Result<Option<Time>, Error> {
    <Option<Time> as Cell>::take(cells.first().and_then(Option::as_deref), currencies)
}

/// The number of a transaction, as [`XACT`] writes it.
fn xact(cells: &[Option<String>]) -> Result<u64, Error> {
    let number = cells.first().and_then(|cell| cell.as_deref()?.parse().ok());
    number.ok_or_else(|| Error::corrupted("an answer names no transaction"))
}

/// The mark of a load, and those before it, as [`MARKS`] write them.
fn marked(cells: &[Option<String>]) -> Result<Marked, Error> {
    let text = |place: usize| cells.get(place).and_then(Option::as_deref);
    let own = text(2).and_then(|all| all.get(all.len().checked_sub(36)?..)?.parse().ok());
    let own = own.ok_or_else(|| Error::corrupted("an answer has no mark of its load"))?;
    Ok(Marked { own, before: text(1).unwrap_or_default().to_owned() })
}

/// An account, with the sum of what is appended to it behind its columns.
fn summed(
    sums: &mut BTreeMap<AccountKey, i128>,
    cells: &[Option<String>],
    currencies: &Currencies,
) -> Result<AccountRow, Error> {
    let (sum, columns) =
        cells.split_last().ok_or_else(|| Error::corrupted("an answer has an account without columns"))?;
    let row = AccountRow::take(columns, currencies)?;
    if sum.is_some() {
        sums.insert(row.key(), i128::take(sum.as_deref(), currencies)?);
    }
    Ok(row)
}

fn add(
    sums: &mut BTreeMap<AccountKey, i128>,
    cells: &[Option<String>],
    currencies: &Currencies,
) -> Result<(), Error> {
    let key = AccountKey::new(
        take(cells, 0, currencies)?,
        take(cells, 1, currencies)?,
        take(cells, 2, currencies)?,
    );
    let amount: i128 = take(cells, 3, currencies)?;
    let sum = sums.entry(key).or_default();
    *sum = sum.checked_add(amount).ok_or_else(|| Error::corrupted("pending amounts overflow"))?;
    Ok(())
}

/// Sorts by key. Where a row was read twice, the first reading stays: locking legs come first and are newer.
fn in_order<R: Row>(rows: &mut Vec<R>) {
    rows.order_by(R::cmp_key);
    rows.dedup_by(|later, earlier| later.cmp_key(earlier).is_eq());
}

/// Reduces the existing keys to those that were not locked: these are busy.
fn unlocked<R: Row>(exist: &mut Vec<R::Key>, locked: &[R]) {
    if !exist.is_empty() {
        let locked: BTreeSet<R::Key> = locked.iter().map(R::key).gathered();
        exist.retain(|key| !locked.contains(key));
    }
}

/// The accounts to drain: asked for, found, streaming and not busy. Where a transaction excludes all others,
/// only those with pending rows, which the first statement has shown.
#[must_use]
pub fn to_drain(needs: &Needs, loaded: &Loaded, exclusive: bool) -> Vec<AccountKey> {
    let drains = |key: &AccountKey| needs.accounts.get(key).is_some_and(|access| access.drains());
    let pending = |key: &AccountKey| !exclusive || loaded.streams.iter().any(|(stream, _)| stream == key);
    let found = loaded.accounts.iter().filter(|row| row.streaming).map(Row::key);
    found.filter(|key| drains(key) && !loaded.busy.accounts.contains(key) && pending(key)).collect()
}

/// Builds the statement that reads the pending rows of locked accounts, with their sums from the same
/// snapshot.
#[must_use]
pub fn drain(reading: Reading<'_>, needs: &Needs, accounts: &[AccountKey]) -> Statement {
    let book = accounts.first().map_or("", |key| key.book.as_str());
    let mut script = match reading.dialect {
        Dialect::Sqlite => Script::new(reading.dialect, reading.wire, reading.names),
        Dialect::Postgres => Script::of_book(reading.dialect, reading.wire, reading.names, book),
    };
    let table = script.table::<StreamRow>();
    let mut legs = Vec::with_capacity(accounts.len() * 2);
    for key @ AccountKey { book, account, currency } in accounts {
        let all = needs.accounts.get(key) == Some(&Access::DrainAll);
        let limit = if all { DRAIN_ALL } else { DRAIN };
        // SQLite may drain accounts of several books
        let book = match reading.dialect {
            Dialect::Postgres => "$1".to_owned(),
            Dialect::Sqlite => script.text(book.as_str()),
        };
        let account = script.text(account.as_str());
        let currency = script.text(currency.code());
        let of = format!(
            "{table} AS x WHERE x.book = {book} AND x.account = {account} AND x.currency = {currency}"
        );
        let page = format!("(SELECT x.* FROM {of} ORDER BY x.id LIMIT {limit}) AS x");
        legs.push(Leg { tag: 'p', columns: columns(reading.dialect, StreamRow::IN, "x"), rest: page });
        let sum = match reading.dialect {
            Dialect::Sqlite => Leg { tag: 's', columns: sums("x.amount"), rest: of },
            Dialect::Postgres => Leg {
                tag: 's',
                columns: sums("sum(x.amount)"),
                rest: format!("{of} GROUP BY x.book, x.account, x.currency"),
            },
        };
        legs.push(sum);
    }
    script.finish(union(reading.dialect, &legs))
}

fn sums(amount: &str) -> Vec<Output> {
    ["x.book", "x.account", "x.currency", amount].map(Output::of).into()
}

/// Merges the answer to [`drain`] into what was loaded before.
///
/// # Errors
/// `Corrupt` when a row does not hold what its table declares.
pub fn drained(
    loaded: &mut Loaded,
    rows: &[Cells],
    accounts: &[AccountKey],
    currencies: &Currencies,
) -> Result<(), Fault> {
    let of_drained = self::loaded(rows, currencies, false)?.whole()?;
    loaded.drained = of_drained.drained;
    loaded.streams.retain(|(key, _)| !accounts.contains(key));
    loaded.streams.extend(of_drained.streams);
    Ok(())
}

/// The accounts of one id in every currency: a listing across currencies walks through them.
#[must_use]
pub fn currencies_of(reading: Reading<'_>, book: &Book, account: &AccountId) -> Statement {
    let mut script = Script::of_book(reading.dialect, reading.wire, reading.names, book.as_str());
    let table = script.table::<AccountRow>();
    let account = script.text(account.as_str());
    script.finish(format!(
        "SELECT CAST(x.currency AS text) AS c0 FROM {table} AS x WHERE x.book = $1 AND x.id = {account} ORDER BY 1"
    ))
}
