//! The store on a real server: what both databases refuse, several connections at once, and connections that
//! die.

use std::time::Duration;

use crate::env::Clock;
use crate::ids::{AccountId, Book};
use crate::rows::codec::Kind;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::AccountRow;
use crate::rows::writes::Writes;
use crate::store::postgres::{PostgresOptions, PostgresStore};
use crate::store::sql::session::Exec as _;
use crate::store::sql::write::Within;
use crate::store::sql::{Dialect, Statement, Wire, tests as common, write};
use crate::store::{FaultKind, SCHEMA, Session, Store as _, Wait, Written};

#[path = "../../../tests/support/postgres.rs"]
mod support;

pub(crate) use support::database;

/// Longer than a busy machine keeps anybody waiting: only a test that waits in vain is less patient.
const PATIENCE: Duration = Duration::from_secs(60);

fn options() -> PostgresOptions {
    waiting_for(PATIENCE)
}

/// A single call waits so long for a lock.
fn waiting_for(lock_timeout: Duration) -> PostgresOptions {
    PostgresOptions { clock: Clock::test(common::at(12)), lock_timeout, ..PostgresOptions::default() }
}

async fn opened() -> PostgresStore {
    opened_with(options()).await
}

async fn opened_with(options: PostgresOptions) -> PostgresStore {
    let store = PostgresStore::open(&database(), options).await.unwrap();
    store.migrate().await.unwrap();
    store
}

async fn filled() -> (PostgresStore, Book) {
    filled_with(options()).await
}

async fn filled_with(options: PostgresOptions) -> (PostgresStore, Book) {
    let (store, book) = (opened_with(options).await, Book::stored("b"));
    assert_eq!(common::put(&store, &common::everything(&book)).await, Written::All);
    (store, book)
}

/// Returns when the statement of this task waits for a lock.
async fn waits<T>(store: &PostgresStore, task: &tokio::task::JoinHandle<T>) {
    let ask = write::bare(
        "SELECT CAST(count(*) AS text) AS c0 FROM pg_stat_activity WHERE datname = current_database() \
         AND wait_event_type = 'Lock'",
    );
    let nobody = vec![vec![Some("0".to_owned())]];
    while store.exec().query(&ask).await.unwrap() == nobody && !task.is_finished() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!task.is_finished(), "it waited for nobody");
}

async fn writing(store: &PostgresStore) -> Box<dyn Session> {
    let mut session = store.writer().await.unwrap();
    session.begin().await.unwrap();
    session
}

fn of_account(book: &Book, id: &str, access: Access) -> Needs {
    let mut needs = Needs::default();
    needs.account(AccountKey::new(book.clone(), AccountId::stored(id), common::usd()), access);
    needs
}

fn update(row: AccountRow, seen: &AccountRow) -> Writes {
    Writes { accounts: common::changed(seen, row), ..Writes::default() }
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let store = opened().await;
    common::refusals(&store).await;
    store.ping().await.unwrap();
}

#[tokio::test]
async fn columns_are_those_declared() {
    let store = opened().await;
    let type_of = |kind| match kind {
        Kind::Text => "text C",
        Kind::Int => "bigint",
        Kind::Minor => "numeric(38,0)",
        Kind::Id => "uuid",
        Kind::Bytes => "bytea",
    };
    for (table, columns) in common::tables() {
        let text = format!(
            "SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN l.collname IS NULL OR l.collname \
             = 'default' THEN '' ELSE ' ' || l.collname END FROM pg_attribute a LEFT JOIN pg_collation l ON l.oid = \
             a.attcollation WHERE a.attrelid = 'earnest.{table}'::regclass AND a.attnum > 0 ORDER BY a.attnum"
        );
        let rows = store.exec().query(&write::bare(text)).await.unwrap();
        // the leg of an entry is two bytes, so that a column that is NULL costs none (ADR 30)
        let found =
            rows.into_iter().flatten().flatten().map(|found| found.replace("leg smallint", "leg bigint"));
        let found: Vec<String> = found.collect();
        common::same_columns(table, columns, &found, type_of);
    }
    // every primary and unique key begins with the book
    let text = "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = \
                c.relnamespace JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] \
                WHERE n.nspname = 'earnest' AND i.indisunique AND a.attname <> 'book'";
    assert!(store.exec().query(&write::bare(text)).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn migrates_once_however_many_try() {
    let url = database();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let url = url.clone();
        tasks.spawn(async move {
            let store = PostgresStore::open(&url, options()).await?;
            store.migrate().await
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    let store = PostgresStore::open(&url, options()).await.unwrap();
    store.migrate().await.unwrap();
    assert_eq!(store.schema().await.unwrap().unwrap().schema, SCHEMA);
    // another schema in the same database; a table of our name that is not ours is refused
    let other =
        PostgresStore::open(&url, PostgresOptions { schema: "money".into(), ..options() }).await.unwrap();
    other.migrate().await.unwrap();
    store.exec().query(&write::bare("CREATE SCHEMA alien")).await.unwrap();
    store.exec().query(&write::bare("CREATE TABLE alien.account (x int)")).await.unwrap();
    let alien = PostgresStore::open(&url, PostgresOptions { schema: "alien".into(), ..options() }).await;
    assert_eq!(alien.unwrap_err().kind, FaultKind::Corrupt);
    store.exec().query(&write::bare("UPDATE earnest.migration SET checksum = '\\x00'")).await.unwrap();
    assert_eq!(PostgresStore::open(&url, options()).await.unwrap_err().kind, FaultKind::Schema);
}

#[tokio::test]
async fn rows_that_somebody_holds_are_busy_and_not_absent() {
    let (store, book) = filled_with(waiting_for(Duration::from_millis(300))).await;
    let mut holder = writing(&store).await;
    let mut mine = Needs::default();
    mine.account(AccountKey::new(book.clone(), AccountId::stored("bob"), common::usd()), Access::Write);
    mine.hold(common::hold(&book, 20, "alice", None).key(), Access::Write);
    mine.record(common::record(&book, "deal", 30).key(), Access::Write);
    holder.lock(&mine, Wait::Block).await.unwrap();

    let mut session = writing(&store).await;
    let seen = session.lock(&common::all(&book, Access::Write), Wait::Skip).await.unwrap();
    assert_eq!(seen.accounts.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["@world", "alice"]);
    assert_eq!(seen.busy.accounts, mine.accounts.keys().cloned().collect::<Vec<_>>());
    assert_eq!(seen.busy.holds, mine.holds.keys().copied_keys());
    assert_eq!(seen.busy.records, mine.records.keys().cloned().collect::<Vec<_>>());
    assert!(seen.busy.transfers.is_empty());
    session.rollback().await.unwrap();
    // a reader does not wait, and a writer that waits gets a lock timeout
    session.begin().await.unwrap();
    let seen = session.lock(&common::all(&book, Access::Read), Wait::Skip).await.unwrap();
    assert_eq!((seen.accounts.len(), seen.busy.accounts.len()), (3, 0));
    assert_eq!(session.lock(&mine, Wait::Block).await.unwrap_err().kind, FaultKind::LockTimeout);
    // the transaction is lost, and the commit fails instead of committing nothing
    assert_eq!(session.commit().await.unwrap_err().kind, FaultKind::Aborted);
    session.rollback().await.unwrap();
    holder.rollback().await.unwrap();
}

trait CopiedKeys<K> {
    fn copied_keys(self) -> Vec<K>;
}

impl<'k, K: Clone + 'k, I: Iterator<Item = &'k K>> CopiedKeys<K> for I {
    fn copied_keys(self) -> Vec<K> {
        self.cloned().collect()
    }
}

#[tokio::test]
async fn whoever_waited_sees_what_was_committed_meanwhile() {
    let (store, book) = filled().await;
    let mut first = writing(&store).await;
    first.lock(&of_account(&book, "bob", Access::Write), Wait::Block).await.unwrap();
    let mut second = writing(&store).await;
    let needs = of_account(&book, "bob", Access::Write);
    let waiting = tokio::spawn(async move {
        let loaded = second.lock(&needs, Wait::Block).await.unwrap();
        (second, loaded)
    });
    waits(&store, &waiting).await;
    assert_eq!(
        first
            .write(&update(common::account(&book, "bob", 7, 2), &common::account(&book, "bob", 0, 1)))
            .await
            .unwrap(),
        Written::All
    );
    first.commit().await.unwrap();
    let (mut second, loaded) = waiting.await.unwrap();
    assert_eq!(loaded.accounts, [common::account(&book, "bob", 7, 2)]);
    // the version guards the row even without the lock
    assert_eq!(
        second
            .write(&update(common::account(&book, "bob", 8, 2), &common::account(&book, "bob", 0, 1)))
            .await
            .unwrap(),
        Written::Stale
    );
    second.rollback().await.unwrap();
}

#[tokio::test]
async fn the_same_key_twice_at_once_is_one_effect() {
    let (store, book) = filled().await;
    let claim = Writes {
        keys: common::new(vec![common::key(&book, "twice", 20, None)]),
        ..update(common::account(&book, "bob", 1, 2), &common::account(&book, "bob", 0, 1))
    };
    let mut first = writing(&store).await;
    assert_eq!(first.write(&claim).await.unwrap(), Written::All);
    // its twin waits for the first, as long as the time-out allows
    let mut second = writing(&store).await;
    assert_eq!(second.write(&claim).await.unwrap_err().kind, FaultKind::LockTimeout);
    second.rollback().await.unwrap();
    second.begin().await.unwrap();
    // now as a single call does, and not as a group
    second.lock(&of_account(&book, "alice", Access::Read), Wait::Block).await.unwrap();
    let (mut moved, twin) = (second, claim.clone());
    let waiting = tokio::spawn(async move {
        let written = moved.write(&twin).await.unwrap();
        moved.rollback().await.unwrap();
        written
    });
    waits(&store, &waiting).await;
    first.commit().await.unwrap();
    assert_eq!(waiting.await.unwrap(), Written::Stale);
}

#[tokio::test]
async fn draining_holds_the_fold_and_nothing_else() {
    let (store, book) = filled().await;
    let mut drainer = writing(&store).await;
    let drained = drainer.lock(&of_account(&book, "@world", Access::Drain), Wait::Skip).await.unwrap();
    assert_eq!(drained.drained, common::everything(&book).streams);
    // credits append meanwhile
    let append = Writes { streams: vec![common::stream(&book, "@world", 70, 9)], ..Writes::default() };
    assert_eq!(common::put(&store, &append).await, Written::All);
    let mut other = writing(&store).await;
    let seen = other.lock(&of_account(&book, "@world", Access::Write), Wait::Skip).await.unwrap();
    assert_eq!((seen.accounts.len(), seen.busy.accounts.len()), (1, 0));
    assert_eq!(seen.streams.first().map(|(_, sum)| *sum), Some(common::HUGE + 5));
    let seen = other.lock(&of_account(&book, "@world", Access::Drain), Wait::Skip).await.unwrap();
    assert_eq!((seen.accounts.len(), seen.busy.accounts.len(), seen.drained.len()), (0, 1, 0));
    other.rollback().await.unwrap();
    let fold = Writes {
        folded: drained.drained.iter().map(Row::key).collect(),
        ..update(common::account(&book, "@world", -4, 2), &common::account(&book, "@world", -common::HUGE, 1))
    };
    assert_eq!(drainer.write(&fold).await.unwrap(), Written::All);
    drainer.commit().await.unwrap();
    let seen = store.reader().await.unwrap().peek(&of_account(&book, "@world", Access::Read)).await.unwrap();
    assert_eq!((seen.accounts[0].posted, seen.streams[0].1), (-4, 9));
}

#[tokio::test]
async fn only_so_many_pending_rows_are_taken_at_once() {
    let (store, book) = filled().await;
    let streams = (1000..2500).map(|n| common::stream(&book, "@world", n, 1)).collect();
    assert_eq!(common::put(&store, &Writes { streams, ..Writes::default() }).await, Written::All);
    let mut session = writing(&store).await;
    let seen = session.lock(&of_account(&book, "@world", Access::Drain), Wait::Skip).await.unwrap();
    assert_eq!((seen.drained.len(), seen.streams[0].1), (1000, common::HUGE - 4 + 1500));
    let seen = session.lock(&of_account(&book, "@world", Access::DrainAll), Wait::Skip).await.unwrap();
    assert_eq!((seen.drained.len(), seen.streams[0].1), (1502, common::HUGE - 4 + 1500));
    session.rollback().await.unwrap();
}

#[tokio::test]
async fn the_store_has_a_clock() {
    let url = database();
    let store = PostgresStore::open(&url, PostgresOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    let mut session = writing(&store).await;
    let needs = common::all(&Book::stored("b"), Access::Write);
    let first = session.lock(&needs, Wait::Skip).await.unwrap().now.unwrap();
    let second = session.lock(&Needs::default(), Wait::Skip).await.unwrap().now.unwrap();
    assert!(second > first && first > common::at(0));
    session.rollback().await.unwrap();
}

#[tokio::test]
async fn a_session_that_dies_is_replaced() {
    let (store, book) = filled().await;
    let kill = Statement {
        text: "SELECT CAST(pg_terminate_backend(pid) AS text) FROM pg_stat_activity WHERE datname = current_database() AND pid \
               <> pg_backend_pid() AND application_name = 'earnest'"
            .into(),
        params: vec![],
    };
    let mut session = writing(&store).await;
    store.exec().query(&kill).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    // in a transaction it is a failure, and nothing was committed
    let fault = session.peek(&of_account(&book, "bob", Access::Read)).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unavailable, "{fault}");
    session.rollback().await.unwrap();
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(writing(&store).await);
    }
    let mut killer = others.pop().unwrap();
    killer.rollback().await.unwrap();
    for other in &mut others {
        other.rollback().await.unwrap();
    }
    store.exec().query(&kill).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    // outside of one the loss does not show
    for _ in 0..4 {
        session.begin().await.unwrap();
        session.rollback().await.unwrap();
        session.peek(&of_account(&book, "bob", Access::Read)).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_dropped_half_way_is_undone() {
    let (store, book) = filled().await;
    for micros in (0..2000).step_by(40) {
        let mut session = store.writer().await.unwrap();
        let work = async {
            session.begin().await.unwrap();
            session.lock(&of_account(&book, "bob", Access::Write), Wait::Block).await.unwrap();
            let _ = session
                .write(&update(common::account(&book, "bob", 7, 2), &common::account(&book, "bob", 0, 1)))
                .await
                .unwrap();
        };
        let _ = tokio::time::timeout(Duration::from_micros(micros), work).await;
    }
    let mut session = writing(&store).await;
    let seen = session.lock(&of_account(&book, "bob", Access::Write), Wait::Block).await.unwrap();
    assert_eq!(seen.accounts[0].version, 1);
    session.rollback().await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let mut options = options();
    options.connect_timeout = Duration::from_millis(500);
    let fault = PostgresStore::open("postgres://u@127.0.0.1:1/db", options).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unavailable);
}

/// In another transaction than the host's a write touches no row, whatever its parts are: the server would
/// have numbered the transaction.
#[tokio::test]
async fn a_write_of_another_transaction_touches_nothing() {
    let (store, book) = filled().await;
    let everything = common::all_writes(&book);
    let mut absent_first = everything.clone();
    absent_first.guards.records.retain(|guard| guard.seen.is_none());
    for writes in [everything, absent_first] {
        assert!(!writes.guards.records.is_empty());
        let batch =
            write::postgres(Wire::Typed, &store.shared.names, &writes, Within::Host(uuid::Uuid::nil()))
                .unwrap();
        let (mut exec, mut answers) = (store.exec(), Vec::new());
        exec.begin().await.unwrap();
        for statement in &batch.statements {
            let answer = exec.query(statement).await.unwrap();
            let mut counts = answer.iter().flatten();
            assert!(counts.all(|count| count.as_deref() == Some("0")), "{answer:?}: {}", statement.text);
            answers.push(answer);
        }
        assert_ne!(batch.judge(&answers).unwrap(), Written::All);
        let number = write::bare("SELECT CAST(pg_current_xact_id_if_assigned() AS text) AS c0");
        assert_eq!(exec.query(&number).await.unwrap(), vec![vec![None]]);
        exec.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a_group_is_four_round_trips() {
    let (store, book) = filled().await;
    let before = store.counters().read();
    let mut session = writing(&store).await;
    session.lock(&common::all(&book, Access::Write), Wait::Skip).await.unwrap();
    let mut writes = update(common::account(&book, "bob", 7, 2), &common::account(&book, "bob", 0, 1));
    writes.keys.insert = vec![common::key(&book, "new", 1, None)];
    assert_eq!(session.write(&writes).await.unwrap(), Written::All);
    session.commit().await.unwrap();
    let after = store.counters().read();
    assert_eq!((after.round_trips - before.round_trips, after.commits - before.commits), (4, 1));
}

/// Every statement looks its rows up by index, in the order asked for, even by a plan that was made while the
/// tables were empty: a keyed lookup takes the key's index.
#[tokio::test]
async fn nothing_is_scanned_or_sorted() {
    let (store, book) = filled().await;
    let names = &store.shared.names;
    let mut statements = common::every_statement(Dialect::Postgres, Wire::Typed, names);
    for within in [Within::Transaction, Within::Itself] {
        let writes = common::all_writes(&book);
        statements.extend(write::postgres(Wire::Typed, names, &writes, within).unwrap().statements);
    }
    for mut statement in statements {
        statement.text.insert_str(0, "EXPLAIN ");
        let rows = store.exec().query(&statement).await.unwrap();
        let plan: Vec<String> = rows.into_iter().flatten().flatten().collect();
        let (text, shown) = (&statement.text, plan.join("\n"));
        assert!(!shown.contains("Seq Scan"), "{shown}\n{text}");
        // sums and counts are sorted for, and the events of one object
        let sorts = text.contains("sum(") || text.contains("CAST(count(") || text.contains(" AS o ");
        let sort = |lines: &[String]| {
            lines[0].contains("Sort  (")
                && !["Key: y", "Key: e.book", "Key: e.kind"].iter().any(|ids| lines[1].contains(ids))
        };
        assert!(sorts || !plan.windows(2).any(sort), "{shown}\n{text}");
        // an index of the whole book is right only where a page is walked in its order
        let walks = (text.contains("LIMIT") || text.contains("CAST(count(")) && !text.contains("FOR NO KEY");
        for lines in plan.windows(2).filter(|lines| !walks && lines[0].contains("Scan using")) {
            let fits = ["_pkey", "hold_account_due_idx", "entry_transfer_idx", "event_seq_commit_idx"]
                .iter()
                .any(|index| lines[0].contains(index));
            let by_book =
                ["head_pkey", "book_pkey", "meta_pkey"].iter().any(|index| lines[0].contains(index));
            assert!(fits && (by_book || lines[1].contains("AND")), "{lines:?}\n{shown}\n{text}");
        }
    }
}
