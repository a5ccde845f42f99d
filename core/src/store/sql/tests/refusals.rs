//! Writes that both databases refuse, whatever the program does. All else that stores must do is in
//! [`contract`](crate::store::contract).

use super::samples::*;
use crate::ids::Book;
use crate::rows::needs::Needs;
use crate::rows::tables::*;
use crate::rows::writes::Writes;
use crate::store::{FaultKind, Store, Wait, Written};

/// Everything that both refuse.
pub(crate) async fn refusals(store: &dyn Store) {
    let book = Book::stored("shop-1");
    assert_eq!(put(store, &everything(&book)).await, Written::All);
    constraints(store, &book).await;
    half_a_group(store, &book).await;
}

pub(crate) async fn put(store: &dyn Store, writes: &Writes) -> Written {
    let mut session = store.writer().await.unwrap();
    session.begin().await.unwrap();
    let written = session.write(writes).await.unwrap();
    match written {
        Written::All => session.commit().await.unwrap(),
        Written::Stale | Written::Claimed => session.rollback().await.unwrap(),
    }
    written
}

/// The database refuses these rows, whatever the program does.
async fn constraints(store: &dyn Store, book: &Book) {
    let (bob, his) = (account(book, "bob", 0, 1), hold(book, 22, "bob", None));
    let of_account = |row| Writes { accounts: changed(&bob, row), ..Writes::default() };
    let of_hold = |row| Writes { holds: changed(&his, row), ..Writes::default() };
    let nothing = HoldRow { amount: 0, ..hold(book, 29, "bob", None) };
    // a reversal is once
    let reversal = |n| Writes {
        transfers: new(vec![transfer(book, n, TransferKind::Reversal, Some(10))]),
        ..Writes::default()
    };
    assert_eq!(put(store, &reversal(60)).await, Written::All);
    assert_eq!(put(store, &reversal(61)).await, Written::Stale);
    for (name, wrong) in [
        ("headroom", of_account(AccountRow { headroom: -1, ..account(book, "bob", 0, 2) })),
        ("held", of_account(AccountRow { held: -1, ..account(book, "bob", 0, 2) })),
        ("parts", of_hold(HoldRow { captured: 95, released: 10, ..his.clone() })),
        ("amount", Writes { holds: new(vec![nothing]), ..Writes::default() }),
        ("entry", Writes { entries: entries(book, 10, "alice", "bob", 1), ..Writes::default() }),
    ] {
        let mut session = store.writer().await.unwrap();
        session.begin().await.unwrap();
        let fault = session.write(&wrong).await.expect_err(name);
        assert_eq!(fault.kind, FaultKind::Constraint, "{name}: {fault}");
        session.rollback().await.unwrap();
    }
}

/// A group that must not be committed is not, whatever the caller asks.
async fn half_a_group(store: &dyn Store, book: &Book) {
    let mut session = store.writer().await.unwrap();
    let fresh = Writes { keys: new(vec![key(book, "half", 1, None)]), ..Writes::default() };
    assert_eq!(session.write(&fresh).await.unwrap_err().kind, FaultKind::NotInTransaction);
    assert_eq!(
        session.lock(&Needs::default(), Wait::Skip).await.unwrap_err().kind,
        FaultKind::NotInTransaction
    );
    let stale = Writes {
        keys: new(vec![key(book, "half", 1, None), key(book, "key-1", 1, None)]),
        ..Writes::default()
    };
    session.begin().await.unwrap();
    assert_eq!(session.write(&stale).await.unwrap(), Written::Stale);
    assert_eq!(session.commit().await.unwrap_err().kind, FaultKind::Aborted);
    session.rollback().await.unwrap();
    let twice = Writes {
        keys: fresh.keys.clone(),
        entries: entries(book, 10, "alice", "bob", HUGE),
        ..Writes::default()
    };
    session.begin().await.unwrap();
    assert_eq!(session.write(&twice).await.unwrap_err().kind, FaultKind::Constraint);
    assert_eq!(session.commit().await.unwrap_err().kind, FaultKind::Aborted);
    session.rollback().await.unwrap();
    assert_eq!(put(store, &fresh).await, Written::All);
}
