//! Sessions: transactions, their isolation, and who has to wait.

use std::time::Duration;

use super::samples::{account, begin, book, hold, key, named, one_of_each, usd, writes};
use super::{Bench, Checked, Wrong, ensure, same};
use crate::ids::Book;
use crate::rows::kinds::each_kind;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::row::Row;
use crate::store::{FaultKind, Session, Wait, Written};

/// Long enough to see that a session waits, short enough not to be noticed.
const MOMENT: Duration = Duration::from_millis(50);

async fn accounts(bench: &Bench) -> Result<usize, Wrong> {
    let mut needs = Needs::default();
    for id in ["a", "b", "c"] {
        needs.account(key_of(id), Access::Read);
    }
    Ok(bench.load(&needs).await?.accounts.len())
}

fn key_of(id: &str) -> AccountKey {
    account(&book("main"), id, usd(), 0).key()
}

fn adding(id: &str) -> crate::rows::writes::Writes {
    let mut writes = writes();
    writes.accounts.insert.push(account(&book("main"), id, usd(), 1));
    writes
}

async fn begun(bench: &Bench) -> Result<Box<dyn Session>, Wrong> {
    let mut session = bench.store.writer().await?;
    session.begin().await?;
    Ok(session)
}

pub(super) async fn writing_needs_a_transaction(bench: &Bench) -> Checked {
    bench.write(&begin(&book("main"))).await?;
    let mut session = bench.store.writer().await?;
    match session.write(&adding("a")).await {
        Err(fault) => same("the fault of writing outside", &fault.kind, &FaultKind::NotInTransaction)?,
        Ok(written) => return Err(Wrong(format!("writing outside a transaction answered {written:?}"))),
    }
    drop(session);
    same("accounts", &accounts(bench).await?, &0)
}

pub(super) async fn what_is_rolled_back_never_was(bench: &Bench) -> Checked {
    bench.write(&begin(&book("main"))).await?;
    let mut session = begun(bench).await?;
    same("writing", &session.write(&adding("a")).await?, &Written::All)?;
    session.rollback().await?;
    same("accounts after a rollback", &accounts(bench).await?, &0)?;
    // the same session continues, and a rollback of nothing does nothing
    session.rollback().await?;
    session.begin().await?;
    same("writing again", &session.write(&adding("a")).await?, &Written::All)?;
    session.commit().await?;
    same("accounts after a commit", &accounts(bench).await?, &1)
}

pub(super) async fn a_dropped_session_leaves_nothing(bench: &Bench) -> Checked {
    bench.write(&begin(&book("main"))).await?;
    for _ in 0..20 {
        let mut session = begun(bench).await?;
        same("writing", &session.write(&adding("a")).await?, &Written::All)?;
        drop(session);
        // a session that is dropped while it waits for the writer's turn does not keep the turn
        let waiting = tokio::time::timeout(Duration::from_micros(200), begun(bench)).await;
        drop(waiting);
    }
    same("accounts after dropped sessions", &accounts(bench).await?, &0)?;
    bench.write(&adding("a")).await?;
    same("accounts after a commit", &accounts(bench).await?, &1)
}

pub(super) async fn readers_see_what_was_committed(bench: &Bench) -> Checked {
    bench.write(&begin(&book("main"))).await?;
    let mut session = begun(bench).await?;
    same("writing", &session.write(&adding("a")).await?, &Written::All)?;
    // a reader neither waits nor sees
    same("accounts before a commit", &accounts(bench).await?, &0)?;
    session.commit().await?;
    same("accounts after a commit", &accounts(bench).await?, &1)
}

pub(super) async fn a_store_stands_still_and_goes_on(bench: &Bench) -> Checked {
    let store = &bench.store;
    bench.write(&begin(&book("main"))).await?;
    bench.write(&adding("a")).await?;
    if !store.can_pause() {
        return ensure(store.pause().await.is_err(), "a store that cannot stand still says so");
    }
    let before = store.identity().await?;
    let mut session = begun(bench).await?;
    same("writing", &session.write(&adding("b")).await?, &Written::All)?;
    if store.capabilities().verified_writes {
        // a transaction under way keeps the turn until it notices the pause
        let (paused, ()) = tokio::join!(store.pause(), async move {
            tokio::time::sleep(MOMENT).await;
            drop(session);
        });
        paused?;
    } else {
        session.rollback().await?;
        store.pause().await?;
    }
    let refused = match store.writer().await {
        Err(fault) => fault,
        Ok(mut session) => match session.begin().await {
            Err(fault) => fault,
            Ok(()) => return Err(Wrong("a store that stands still is written".into())),
        },
    };
    same("the fault of a store that stands still", &refused.kind, &FaultKind::Unavailable)?;
    ensure(accounts(bench).await.is_err(), "a store that stands still is read")?;
    store.pause().await?;
    store.resume().await?;
    same("the store that goes on", &store.identity().await?, &before)?;
    same("accounts of what was committed", &accounts(bench).await?, &1)?;
    bench.write(&adding("b")).await?;
    same("accounts after a commit", &accounts(bench).await?, &2)
}

pub(super) async fn a_writer_excludes_the_next(bench: &Bench) -> Checked {
    bench.write(&begin(&book("main"))).await?;
    let mut first = begun(bench).await?;
    same("writing", &first.write(&adding("a")).await?, &Written::All)?;
    let mut second = bench.store.writer().await?;
    match tokio::time::timeout(MOMENT, second.begin()).await {
        Err(_) => {}
        Ok(Err(fault)) => same("the fault of the second writer", &fault.kind, &FaultKind::LockTimeout)?,
        Ok(Ok(())) => return Err(Wrong("two transactions that write are open at once".into())),
    }
    drop(second);
    first.commit().await?;
    bench.write(&adding("b")).await?;
    same("accounts of both", &accounts(bench).await?, &2)
}

fn rows_to_lock() -> Needs {
    let mut needs = named(&one_of_each(&book("main")));
    (needs.keys, needs.heads) = Default::default();
    needs
}

async fn lockable(bench: &Bench) -> Checked {
    let main = book("main");
    let mut first = one_of_each(&main);
    first.accounts.insert.push(account(&main, "b", usd(), 1));
    bench.write(&first).await
}

pub(super) async fn locked_rows_are_busy(bench: &Bench) -> Checked {
    lockable(bench).await?;
    let mut first = begun(bench).await?;
    let loaded = first.lock(&rows_to_lock(), Wait::Skip).await?;
    same("rows of the first", &(loaded.accounts.len(), loaded.busy.accounts.len()), &(1, 0))?;
    let mut needs = rows_to_lock();
    needs.account(key_of("b"), Access::Write);
    needs.account(key_of("c"), Access::Write);
    needs.keys.insert(key(&book("main"), "k", None).key());
    let mut second = begun(bench).await?;
    let loaded = second.lock(&needs, Wait::Skip).await?;
    let ids: Vec<&str> = loaded.accounts.iter().map(|row| row.id.as_str()).collect();
    same("accounts that are free", &ids, &vec!["b"])?;
    same("accounts that are busy", &loaded.busy.accounts, &vec![key_of("a")])?;
    let free = |what, rows: usize| usize::from(what == "accounts" && rows == 1);
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {$(
        let (what, busy, found) = (stringify!($rows), loaded.busy.$rows.len(), loaded.$rows.len());
        same(&format!("busy and free {what}"), &(busy, found), &(1, free(what, found)))?;
    )*} }
    same("keys are never locked", &loaded.keys.len(), &1)?;
    // a lock lasts until its transaction ends
    first.rollback().await?;
    second.rollback().await?;
    let mut third = begun(bench).await?;
    let loaded = third.lock(&needs, Wait::Skip).await?;
    same("accounts after the locks", &(loaded.accounts.len(), loaded.busy.accounts.len()), &(2, 0))?;
    // a blocking session gets the row in the end, or a lock timeout
    let mut needs = Needs::default();
    needs.account(key_of("a"), Access::Write);
    let mut fourth = begun(bench).await?;
    match tokio::time::timeout(MOMENT, fourth.lock(&needs, Wait::Block)).await {
        Err(_) => {}
        Ok(Err(fault)) => same("the fault of waiting", &fault.kind, &FaultKind::LockTimeout)?,
        Ok(Ok(_)) => return Err(Wrong("a locked row was locked by another".into())),
    }
    drop(fourth);
    Ok(third.rollback().await?)
}

pub(super) async fn rows_that_are_only_read_are_not_busy(bench: &Bench) -> Checked {
    lockable(bench).await?;
    let mut first = begun(bench).await?;
    first.lock(&rows_to_lock(), Wait::Skip).await?;
    let mut needs = Needs::default();
    needs.account(key_of("a"), Access::Read);
    needs.hold(hold(&book("main"), 1, "a", 1).key(), Access::Read);
    let mut second = begun(bench).await?;
    let loaded = second.lock(&needs, Wait::Skip).await?;
    same("rows that are only read", &(loaded.accounts.len(), loaded.holds.len()), &(1, 1))?;
    ensure(
        loaded.busy.accounts.is_empty() && loaded.busy.holds.is_empty(),
        "a reader does not find rows busy",
    )?;
    second.rollback().await?;
    Ok(first.rollback().await?)
}

pub(super) async fn several_books_share_a_transaction(bench: &Bench) -> Checked {
    let books: Vec<Book> = ["a", "b"].map(book).to_vec();
    let mut both = crate::rows::writes::Writes::default();
    for book in &books {
        both.heads.insert.push(super::samples::head(book));
        both.accounts.insert.push(account(book, "x", usd(), 1));
        both.keys.insert.push(key(book, "k", None));
    }
    bench.write(&both).await?;
    let mut needs = Needs::default();
    for book in &books {
        needs.account(account(book, "x", usd(), 0).key(), Access::Write);
        needs.keys.insert(key(book, "k", None).key());
    }
    let loaded = bench.load(&needs).await?;
    same("rows of two books", &(loaded.accounts.len(), loaded.keys.len()), &(2, 2))
}
