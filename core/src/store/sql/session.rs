//! One connection that reads, locks, writes and lists: the order of statements, the same for all three
//! executors.

use std::sync::{Arc, RwLock};

use async_trait::async_trait;
use uuid::Uuid;

use super::load::{self, Reading};
use super::write::Within;
use super::{
    Cells, Dialect, Flavour, Names, Statement, Texts, Wire, homes, list, migrate, orphans, outdated, rows_of,
    single, texts, write,
};
use crate::currency::{Currencies, Currency};
use crate::env::Clock;
use crate::error::{Detail, Error};
use crate::rows::codec::UNREGISTERED;
use crate::rows::identity::Identity;
use crate::rows::listing::{Listed, Listing};
use crate::rows::loaded::Loaded;
use crate::rows::needs::Needs;
use crate::rows::row::Row as _;
use crate::rows::tables::{AccountRow, MarkRow};
use crate::rows::writes::Writes;
use crate::store::fault::{Fault, FaultKind};
use crate::store::reachable_books::Home;
use crate::store::{
    Erasure, Homes, Outdated, Session, Strays, Tally, Wait, Writer, Written, write_and_commit,
};
use crate::time::Time;

/// The abilities that a session needs of a connection.
#[async_trait]
pub trait Exec: Send {
    /// The SQL that it speaks.
    fn dialect(&self) -> Dialect;
    /// How it sends parameters.
    fn wire(&self) -> Wire;
    /// Whether a transaction is open. Always true on a host's connection: the host answers for its
    /// transaction.
    fn is_writing(&self) -> bool;
    /// Whether it may read currencies that its own transaction registered and that may be rolled back.
    fn reads_unfinished(&self) -> bool {
        false
    }
    /// Whether the transaction is a host's, which may end between two statements, as a block in it may, and a
    /// server can tell which one is open and what was taken back.
    fn names_xact(&self) -> bool {
        false
    }
    /// A statement that sets how long the open transaction waits for locks, if that is not the connection's
    /// default.
    fn patience(&self, _: Wait) -> Option<String> {
        None
    }
    /// Whether it has [`Exec::alone`].
    fn writes_alone(&self) -> bool {
        false
    }
    /// Notes the book that the next transactions and statements are about, as
    /// [`Session::concerns`].
    fn concerns(&mut self, _book: Option<&crate::ids::Book>) {}
    /// Notes that the next statements write, all of them or none.
    fn writes(&mut self) {}
    /// Handles an answer to a statement that writes which cannot be judged.
    async fn doubted(&mut self, fault: Fault) -> Fault {
        fault
    }
    /// Opens a transaction.
    async fn begin(&mut self) -> Result<(), Fault>;
    /// Opens a read-only transaction on one snapshot; does nothing where one is open, or in a host's
    /// transaction.
    async fn snapshot(&mut self) -> Result<(), Fault> {
        Ok(())
    }
    /// Makes it durable.
    async fn commit(&mut self) -> Result<(), Fault>;
    /// Rolls it back.
    async fn rollback(&mut self) -> Result<(), Fault>;
    /// The known statement texts, for a host's connection.
    fn texts(&self) -> Option<&Texts> {
        None
    }
    /// Notes how many events a book has.
    fn grown(&mut self, _events: i64) {}
    /// Sends a statement and takes its rows.
    async fn query(&mut self, statement: &Statement) -> Result<Vec<Cells>, Fault>;
    /// Sends a statement that is a transaction by itself: it is durable when this returns.
    async fn alone(&mut self, _statement: &Statement) -> Result<Vec<Cells>, Fault> {
        Err(not_in_transaction())
    }
    /// Sends statements that return no rows, and returns how many rows each touched. It may stop early, with
    /// fewer counts, after one whose count is not the expected one.
    async fn batch(&mut self, statements: &[Statement], expected: &[Option<u64>]) -> Result<Vec<u64>, Fault>;
}

/// A session over any connection.
#[derive(Debug)]
pub struct SqlSession<E> {
    exec: E,
    names: Arc<Names>,
    clock: Clock,
    currencies: Arc<RwLock<Currencies>>,
    /// Whether a write of the open transaction failed, was stale or was given up half-way: it must not be
    /// committed.
    spoilt: bool,
    /// The mark of the last load since [`Session::begin`] in the host's transaction: a write takes place
    /// where the mark still is, or nowhere.
    mark: Option<Uuid>,
}

impl<E: Exec> SqlSession<E> {
    /// A session that sends its statements through `exec`.
    #[must_use]
    pub fn over(exec: E, names: Arc<Names>, clock: Clock, currencies: Arc<RwLock<Currencies>>) -> Self {
        Self { exec, names, clock, currencies, spoilt: false, mark: None }
    }

    /// The connection, for work beyond a session.
    pub fn exec(&mut self) -> &mut E {
        &mut self.exec
    }

    fn reading(&self, lock: Option<Wait>) -> Reading<'_> {
        let dialect = self.exec.dialect();
        // SQLite has no clock of its own, and a test clock replaces that of PostgreSQL
        let given = dialect == Dialect::Sqlite || self.clock.is_test();
        let lock = lock.filter(|_| dialect == Dialect::Postgres);
        Reading {
            dialect,
            wire: self.exec.wire(),
            names: &self.names,
            now: given.then(|| self.clock.now()),
            lock,
            xact: lock.is_some() && self.exec.names_xact(),
        }
    }

    /// Reads rows with the currencies known now. A currency that another engine registered meanwhile is
    /// looked up once: `with` is told whether it may ask for that.
    async fn read<T>(
        &mut self,
        mut with: impl FnMut(&Currencies, bool) -> Result<T, Fault> + Send,
    ) -> Result<T, Fault> {
        // a panic during a registration leaves the currencies usable
        let poisoned = std::sync::PoisonError::into_inner;
        match with(&self.currencies.read().unwrap_or_else(poisoned), true) {
            Err(fault) if fault.reason.contains(UNREGISTERED) => {}
            done => return done,
        }
        let rows = self.exec.query(&migrate::registered(&self.names)).await?;
        let mut own = self.currencies.read().unwrap_or_else(poisoned).clone();
        let learned = super::register(&mut own, &rows);
        if !self.exec.reads_unfinished() {
            let mut shared = self.currencies.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            // a difference is reported below
            super::register(&mut shared, &rows).ok();
        }
        // a row of a currency that nobody registered cannot be read; a difference on one is told
        match with(&own, learned.is_err()) {
            Err(fault) if fault.reason.contains(UNREGISTERED) => learned.and(Err(fault)),
            done => done,
        }
    }

    /// Refuses to open accounts in a currency that the store does not know: nobody could say later what
    /// their amounts mean.
    async fn meant(&mut self, writes: &Writes) -> Result<(), Fault> {
        let unknown = |currencies: &Currencies, _| {
            let known = |row: &AccountRow| currencies.known(row.currency.code()) == Some(row.currency);
            if writes.accounts.insert.iter().all(known) {
                return Ok(());
            }
            Err(Fault::new(FaultKind::Corrupt, UNREGISTERED))
        };
        match self.read(unknown).await {
            Err(fault) if fault.reason.contains(UNREGISTERED) => {
                Err(Error::from(Detail::Contention { reason: "currency".into() }).into())
            }
            done => done,
        }
    }

    /// Whether a batch of SQLite touched as many rows as it had to.
    async fn write_batch(&mut self, writes: &Writes) -> Result<Written, Fault> {
        if let Some((statement, expected)) = write::relied(self.exec.wire(), &self.names, &writes.guards) {
            let rows = self.exec.query(&statement).await?;
            let found =
                rows.iter().flatten().map(|cell| cell.as_deref().and_then(|count| count.parse().ok()));
            if !found.eq(expected.into_iter().map(Some)) {
                return Ok(Written::Stale);
            }
        }
        let batch = match self.exec.texts() {
            Some(known) => texts::sqlite(known, &self.names, writes),
            None => write::sqlite(self.exec.wire(), &self.names, writes),
        };
        let counts = self.exec.batch(&batch.statements, &batch.expected).await?;
        let touched = |(want, got): (&Option<u64>, &u64)| want.is_none_or(|want| want == *got);
        let complete =
            counts.len() == batch.expected.len() && batch.expected.iter().zip(&counts).all(touched);
        Ok(if complete { Written::All } else { Written::Stale })
    }

    /// Whether the statements of PostgreSQL touched as many rows as they had to.
    async fn write_together(&mut self, writes: &Writes) -> Result<Written, Fault> {
        let within = self.mark.map_or(Within::Transaction, Within::Host);
        let batch = match self.exec.texts() {
            Some(known) => texts::postgres(known, &self.names, writes, within)?,
            None => write::postgres(self.exec.wire(), &self.names, writes, within)?,
        };
        let mut answers = Vec::with_capacity(batch.statements.len());
        for statement in &batch.statements {
            match self.exec.query(statement).await {
                Err(fault) if fault.kind == FaultKind::Stale => return Ok(Written::Stale),
                rows => answers.push(rows?),
            }
            match batch.judge(&answers) {
                Ok(Written::All) => {}
                Err(fault) if fault.kind != FaultKind::NotInTransaction => {
                    return Err(self.exec.doubted(fault).await);
                }
                refused => return refused,
            }
        }
        Ok(Written::All)
    }

    /// The one statement of a write, where it can be a transaction by itself.
    fn single(&self, writes: &Writes) -> Result<Option<write::Batch>, Fault> {
        if !self.exec.writes_alone() {
            return Ok(None);
        }
        let batch = write::postgres(self.exec.wire(), &self.names, writes, Within::Itself)?;
        Ok(Some(batch).filter(|batch| batch.statements.len() == 1))
    }

    fn read_mark(&self, cells: &Cells) -> Result<Time, Error> {
        let poisoned = std::sync::PoisonError::into_inner;
        Ok(MarkRow::take(cells, &self.currencies.read().unwrap_or_else(poisoned))?.stamp)
    }

    async fn rows(&mut self, statement: &Statement) -> Result<Vec<Cells>, Fault> {
        let answer = self.exec.query(statement).await?;
        rows_of(self.exec.dialect(), answer)
    }

    /// Reads the rows of a listing. If plain rows cannot be parsed, a text may include a separator: they are
    /// read again as JSON.
    async fn listed(&mut self, statement: impl Fn(Reading<'_>) -> Statement + Sync) -> Result<Listed, Fault> {
        let dialect = self.exec.dialect();
        let answer = self.exec.query(&statement(self.reading(None))).await?;
        let listed =
            self.read(|currencies, may_learn| list::listed(dialect, &answer, currencies, may_learn)).await;
        if listed.is_ok() || dialect == Dialect::Postgres || self.exec.wire() == Wire::Text {
            return listed;
        }
        let answer = self.exec.query(&statement(Reading { wire: Wire::Text, ..self.reading(None) })).await?;
        self.read(|currencies, may_learn| list::listed(dialect, &answer, currencies, may_learn)).await
    }

    /// Reads places, then their events. Neither ever changes, so the two need no common snapshot.
    async fn walk(&mut self, mut walk: list::events::Walk<'_>) -> Result<Listed, Fault> {
        while !walk.is_done() {
            let places = self.listed(|reading| walk.next_places(reading)).await?;
            let links = walk.step(places);
            if !links.is_empty() {
                let events = self.listed(|reading| walk.events(reading, &links)).await?;
                walk.take(links, events);
            }
        }
        Ok(walk.finish())
    }

    async fn load(&mut self, needs: &Needs, lock: Option<Wait>) -> Result<Loaded, Fault> {
        let rows = match single::load(self.reading(lock), needs, self.exec.texts())? {
            Some(statement) => single::rows(self.exec.query(&statement).await?)?,
            None => {
                let statement = load::load(self.reading(lock), needs)?;
                self.rows(&statement).await?
            }
        };
        let loaded = self.read(|currencies, may_learn| load::loaded(&rows, currencies, may_learn)).await?;
        if let Some(events) = loaded.heads.iter().map(|head| head.seq).max() {
            self.exec.grown(events);
        }
        Ok(loaded)
    }
}

#[async_trait]
impl<E: Exec> Session for SqlSession<E> {
    async fn begin(&mut self) -> Result<(), Fault> {
        self.mark = None;
        self.exec.begin().await?;
        self.spoilt = false;
        Ok(())
    }

    async fn snapshot(&mut self) -> Result<(), Fault> {
        self.exec.snapshot().await
    }

    async fn peek(&mut self, needs: &Needs) -> Result<Loaded, Fault> {
        Ok(self.load(needs, None).await?.whole()?)
    }

    async fn peek_readable(&mut self, needs: &Needs) -> Result<Loaded, Fault> {
        self.load(needs, None).await
    }

    async fn lock(&mut self, needs: &Needs, wait: Wait) -> Result<Loaded, Fault> {
        if !self.exec.is_writing() {
            return Err(not_in_transaction());
        }
        if let Some(patience) = self.exec.patience(wait) {
            self.exec.query(&write::bare(patience)).await?;
        }
        let mut loaded = self.load(needs, Some(wait)).await?.whole()?;
        if let Some(marked) = &loaded.marked {
            let before = self.mark.replace(marked.own);
            if before.is_some_and(|before| !marked.before.contains(&before.to_string())) {
                return Err(write::ended());
            }
        }
        let accounts = load::to_drain(needs, &loaded, self.exec.dialect() == Dialect::Sqlite);
        if !accounts.is_empty() {
            let statement = load::drain(self.reading(None), needs, &accounts);
            let rows = self.rows(&statement).await?;
            self.read(|currencies, _| load::drained(&mut loaded, &rows, &accounts, currencies)).await?;
        }
        Ok(loaded)
    }

    async fn currencies(&mut self, register: &[Currency]) -> Result<Vec<Currency>, Fault> {
        if !register.is_empty() {
            let rows = super::currency_rows(register);
            let (dialect, wire) = (self.exec.dialect(), self.exec.wire());
            self.exec.query(&write::currencies(dialect, wire, &self.names, &rows)).await?;
        }
        super::registered(&self.exec.query(&migrate::registered(&self.names)).await?)
    }

    async fn write(&mut self, writes: &Writes) -> Result<Written, Fault> {
        if !self.exec.is_writing() {
            return Err(not_in_transaction());
        }
        self.meant(writes).await?;
        // set before it is true, because this future may be dropped at any point
        self.spoilt = true;
        let written = match self.exec.dialect() {
            Dialect::Sqlite => self.write_batch(writes).await?,
            Dialect::Postgres => {
                self.exec.writes();
                self.write_together(writes).await?
            }
        };
        self.spoilt = written == Written::Stale;
        Ok(written)
    }

    async fn write_autocommit(&mut self, writes: &Writes) -> Result<Written, Fault> {
        self.meant(writes).await?;
        if let Some(batch) = self.single(writes)? {
            let mut answers = Vec::with_capacity(1);
            for statement in &batch.statements {
                match self.exec.alone(statement).await {
                    Err(fault) if fault.kind == FaultKind::Stale => return Ok(Written::Stale),
                    rows => answers.push(rows?),
                }
            }
            let written = batch.judge(&answers)?;
            let wrong = || Error::corrupted("a statement was committed although a count was wrong").into();
            return if written == Written::All { Ok(written) } else { Err(wrong()) };
        }
        write_and_commit(self, writes).await
    }

    async fn lock_read_rows(&mut self) -> Result<(), Fault> {
        if self.exec.dialect() == Dialect::Postgres {
            return Ok(());
        }
        // a read transaction of SQLite blocks no one. This upgrades it to a write transaction, which fails if
        // another one has written since it read
        self.exec.query(&write::lock_read_rows(&self.names)).await.map(drop)
    }

    async fn start_timeline(
        &mut self,
        from: Identity,
        to: uuid::Uuid,
        server: Option<&str>,
    ) -> Result<Written, Fault> {
        if !self.exec.is_writing() {
            return Err(not_in_transaction());
        }
        for (place, statement) in
            migrate::start_timeline(self.exec.dialect(), &self.names, from, to, server).iter().enumerate()
        {
            let rows = self.exec.query(statement).await?;
            if place == 0 && rows.is_empty() {
                return Ok(Written::Stale);
            }
        }
        Ok(Written::All)
    }

    async fn commit(&mut self) -> Result<(), Fault> {
        if self.spoilt {
            return Err(Fault::new(FaultKind::Aborted, "a write of the transaction was not complete"));
        }
        self.exec.commit().await
    }

    async fn rollback(&mut self) -> Result<(), Fault> {
        self.exec.rollback().await?;
        self.spoilt = false;
        Ok(())
    }

    async fn list(&mut self, listing: &Listing) -> Result<Listed, Fault> {
        Ok(self.list_readable(listing).await?.whole()?)
    }

    async fn list_readable(&mut self, listing: &Listing) -> Result<Listed, Fault> {
        if let Some(walk) = list::events::Walk::of(listing) {
            return self.walk(walk).await;
        }
        let mut codes = Vec::new();
        if let Some((book, account)) = list::across_currencies(listing) {
            let statement = load::currencies_of(self.reading(None), book, account);
            codes = self.exec.query(&statement).await?.into_iter().flatten().flatten().collect();
        }
        let mut listed = self.listed(|reading| list::list(reading, listing, &codes)).await?;
        list::arrange(listing, &mut listed);
        Ok(listed)
    }

    async fn mark(&mut self, book: &crate::ids::Book, id: uuid::Uuid) -> Result<Option<Time>, Fault> {
        if self.exec.dialect() == Dialect::Sqlite {
            return Ok(None);
        }
        let statement = write::mark(self.exec.dialect(), self.exec.wire(), &self.names, book, id);
        let rows = self.exec.query(&statement).await?;
        let take = |cells: &Cells| self.read_mark(cells);
        Ok(rows.first().map(take).transpose()?)
    }

    async fn forget(&mut self, what: Outdated, limit: usize) -> Result<usize, Fault> {
        let rows = self.exec.query(&outdated::find(self.reading(None), what, limit)).await?;
        let mut gone = 0;
        for (book, keys) in outdated::found(what, rows)? {
            self.begin().await?;
            gone += self.exec.query(&outdated::forget(self.reading(None), what, &book, keys)).await?.len();
            self.commit().await?;
        }
        Ok(gone)
    }

    fn concerns(&mut self, book: Option<&crate::ids::Book>) {
        self.exec.concerns(book);
    }

    async fn homes(&mut self, of: Homes<'_>) -> Result<Vec<(crate::ids::Book, Home)>, Fault> {
        if self.names.flavour() != Flavour::Spread {
            return Ok(Vec::new());
        }
        let rows = self.exec.query(&homes::asked(self.reading(None), of)).await?;
        Ok(homes::read(rows))
    }

    async fn tally(&mut self, book: &crate::ids::Book) -> Result<Option<Tally>, Fault> {
        let rows = self.exec.query(&orphans::tally(self.reading(None), book)).await?;
        let cell = |n: usize| rows.first()?.get(n)?.as_deref()?.parse().ok();
        let counted = (|| Some(Tally { entries: cell(0)?, events: cell(1)? }))();
        counted.map(Some).ok_or_else(|| Error::corrupted("rows could not be counted").into())
    }

    async fn writers(&mut self) -> Result<Vec<Writer>, Fault> {
        if self.exec.dialect() == Dialect::Sqlite {
            return Ok(Vec::new());
        }
        Ok(self.exec.query(&write::writers(&self.names)).await?.into_iter().map(writer).collect())
    }

    async fn orphans(&mut self, what: Strays<'_>) -> Result<Vec<String>, Fault> {
        if matches!(what, Strays::Marks(_)) && self.exec.dialect() == Dialect::Sqlite {
            return Ok(Vec::new());
        }
        let rows = self.exec.query(&orphans::orphans(self.reading(None), what)).await?;
        Ok(rows.into_iter().flatten().flatten().collect())
    }

    async fn erase_private(&mut self, erasure: &Erasure) -> Result<usize, Fault> {
        self.begin().await?;
        let erased = self.exec.query(&write::erase_private(self.reading(None), erasure)).await?.len();
        self.commit().await?;
        Ok(erased)
    }

    async fn forget_marks(
        &mut self,
        book: &crate::ids::Book,
        until: uuid::Uuid,
        before: Time,
    ) -> Result<(), Fault> {
        if self.exec.dialect() == Dialect::Sqlite {
            // SQLite keeps no marks
            return Ok(());
        }
        let (dialect, wire) = (self.exec.dialect(), self.exec.wire());
        let statement = outdated::forget_marks(dialect, wire, &self.names, book, until, before);
        self.exec.query(&statement).await.map(drop)
    }
}

/// Tests whether the store takes writes: durably writes a value that is there already.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) async fn probe_write(exec: &mut impl Exec, names: &Names) -> Result<bool, Fault> {
    let same = format!("UPDATE {} SET schema = schema WHERE book = '{}'", names.table("meta"), super::SYSTEM);
    exec.begin().await?;
    if let Err(fault) = exec.query(&write::bare(same)).await {
        // the first error matters, not that of the rollback
        drop(exec.rollback().await);
        return Err(fault);
    }
    exec.commit().await?;
    Ok(true)
}

/// Tests the locks that groups use, in a transaction that locks no row. A database that speaks PostgreSQL's
/// protocol but lacks transactions or SKIP LOCKED fails here, not when a row is first busy.
#[cfg(feature = "postgres")]
pub(crate) async fn try_locks(exec: &mut impl Exec, names: &Names) -> Result<(), Fault> {
    let nobody = crate::ids::Book::stored("@nobody");
    let script = super::Script::of_book(exec.dialect(), exec.wire(), names, nobody.as_str());
    let table = script.table::<crate::rows::tables::HeadRow>();
    let text = format!(
        "SELECT CAST(x.seq AS text) AS c0 FROM {table} AS x WHERE x.book = $1 FOR NO KEY UPDATE OF x SKIP LOCKED"
    );
    let statement = script.finish(text);
    let tried = match exec.begin().await {
        Ok(()) => exec.query(&statement).await.map(drop),
        Err(fault) => Err(fault),
    };
    // the first error matters more
    let ended = exec.rollback().await;
    match tried.and(ended) {
        // other failures show when something is written, such as those of a read-only role or a standby
        Err(fault) if fault.kind == FaultKind::Unsupported => Err(fault),
        _ => Ok(()),
    }
}

/// The fault of a call that needs an open transaction.
pub(crate) fn not_in_transaction() -> Fault {
    Fault::new(FaultKind::NotInTransaction, "no transaction is open")
}

/// A row of [`write::writers`].
fn writer(mut row: Vec<Option<String>>) -> Writer {
    let mut cell = |n: usize| row.get_mut(n).and_then(Option::take).unwrap_or_default();
    match (cell(1).as_str(), cell(0)) {
        ("open", transaction) => Writer::Open(transaction),
        ("prepared", transaction) => Writer::Prepared(transaction),
        _ => Writer::Unseen,
    }
}
