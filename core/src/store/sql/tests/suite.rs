//! The contract of both SQL stores: rows come back as they went in, and nothing is written twice or
//! overwrites another's change.

use std::sync::Arc;

use uuid::Uuid;

use super::samples::*;
use crate::ids::{AccountId, Book, HoldId, Key, TransferId};
use crate::rows::events::{Link, links};
use crate::rows::listing::{AccountCursor, AccountOrder, Listing, PartyColumn, Records};
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::*;
use crate::rows::writes::Writes;
use crate::store::{FaultKind, Session, Store, Wait, Written};

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

/// Everything that holds for both stores. The store's clock is a test clock at `at(12)`.
pub(crate) async fn suite(store: &dyn Store) {
    let book = Book::stored("shop-1");
    round_trip(store, &book).await;
    claims_and_versions(store, &book).await;
    constraints(store, &book).await;
    listings(store, &book).await;
    walks(store, &book).await;
    pages(store, &book).await;
    sequencing(store, &book).await;
    half_a_group(store, &book).await;
}

async fn round_trip(store: &dyn Store, book: &Book) {
    let wrote = everything(book);
    assert_eq!(put(store, &wrote).await, Written::All);
    let mut session = store.reader().await.unwrap();
    let found = session.peek(&all(book, Access::Read)).await.unwrap();
    assert_eq!(found.accounts, wrote.accounts.insert);
    assert_eq!(found.transfers, wrote.transfers.insert);
    assert_eq!(found.entries, wrote.entries);
    assert_eq!(found.holds, wrote.holds.insert);
    assert_eq!(found.records, wrote.records.insert);
    assert_eq!(found.jobs, wrote.jobs.insert);
    assert_eq!(found.keys, wrote.keys.insert);
    assert_eq!(found.heads, wrote.heads.insert);
    assert_eq!(found.streams, [((book.clone(), AccountId::stored("@world"), usd()), HUGE - 4)]);
    // due at 10 but not at 15, by the clock at 12
    assert_eq!(found.due.iter().map(Row::key).collect::<Vec<_>>(), [hold(book, 21, "alice", None).key()]);
    assert!(found.busy.accounts.is_empty() && found.now.is_none());

    session.begin().await.unwrap();
    let locked = session.lock(&all(book, Access::Drain), Wait::Skip).await.unwrap();
    assert_eq!(locked.accounts, wrote.accounts.insert);
    assert_eq!((locked.holds, locked.records), (wrote.holds.insert, wrote.records.insert));
    assert_eq!(locked.jobs, wrote.jobs.insert);
    assert_eq!(locked.drained, wrote.streams);
    assert_eq!(locked.streams, found.streams);
    assert!(locked.busy.accounts.is_empty() && locked.busy.records.is_empty());
    session.rollback().await.unwrap();
    // nothing asked, nothing found
    assert!(session.peek(&Needs::default()).await.unwrap().accounts.is_empty());
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

/// Writes that make what [`everything`] has made, or saw it otherwise.
fn already_there(book: &Book) -> Vec<Writes> {
    vec![
        Writes { heads: new(vec![head(book, 0, 1)]), ..Writes::default() },
        Writes { accounts: new(vec![account(book, "bob", 0, 1)]), ..Writes::default() },
        Writes {
            transfers: new(vec![transfer(book, 10, TransferKind::Post, None)]),
            entries: entries(book, 10, "a", "b", 1),
            ..Writes::default()
        },
        Writes { holds: new(vec![hold(book, 22, "bob", None)]), ..Writes::default() },
        Writes { records: new(vec![record(book, 30, "paid", None)]), ..Writes::default() },
        Writes { counters: new(vec![counter(book, "daily", "alice")]), ..Writes::default() },
        Writes { jobs: new(vec![job(book, 60, "mail", None)]), ..Writes::default() },
        Writes { sinks: new(vec![sink(book, "mailer", "")]), ..Writes::default() },
        Writes { ranks: new(vec![rank(book, "bob", 1)]), ..Writes::default() },
        Writes {
            jobs: changed(vec![(
                JobRow { version: 3, ..job(book, 60, "mail", Some(20)) },
                job(book, 60, "mail", None),
            )]),
            ..Writes::default()
        },
    ]
}

async fn claims_and_versions(store: &dyn Store, book: &Book) {
    let rich = account(book, "alice", HUGE - 1, 2);
    let update = |seen| Writes { accounts: changed(vec![(seen, rich.clone())]), ..Writes::default() };
    let stored = account(book, "alice", HUGE, 1);
    assert_eq!(put(store, &update(AccountRow { version: 7, ..stored.clone() })).await, Written::Stale);
    assert_eq!(put(store, &update(AccountRow { stamp: at(77), ..stored.clone() })).await, Written::Stale);
    let mut with_key = update(stored);
    with_key.keys.insert = vec![key(book, "key-1", 2, None)];
    assert_eq!(put(store, &with_key).await, Written::Stale);
    with_key.keys.insert = vec![key(book, "key-0", 2, None), key(book, "key-1", 2, None)];
    assert_eq!(put(store, &with_key).await, Written::Stale);
    for stale in already_there(book) {
        assert_eq!(put(store, &stale).await, Written::Stale, "{stale:?}");
    }
    // nothing of all that stayed
    let mut session = store.reader().await.unwrap();
    let found = session.peek(&all(book, Access::Read)).await.unwrap();
    assert_eq!(found.accounts, everything(book).accounts.insert);
    with_key.keys.insert = vec![key(book, "key-3", 2, None)];
    assert_eq!(put(store, &with_key).await, Written::All);
    let found = session.peek(&all(book, Access::Read)).await.unwrap();
    assert_eq!(found.accounts[1], rich);
}

/// The database refuses these rows, whatever the program does.
async fn constraints(store: &dyn Store, book: &Book) {
    let bob = || account(book, "bob", 0, 1);
    // a reversal is once
    let reversal = |n| Writes {
        transfers: new(vec![transfer(book, n, TransferKind::Reversal, Some(10))]),
        ..Writes::default()
    };
    assert_eq!(put(store, &reversal(60)).await, Written::All);
    assert_eq!(put(store, &reversal(61)).await, Written::Stale);
    for (name, wrong) in [
        (
            "headroom",
            Writes {
                accounts: changed(vec![(bob(), AccountRow { headroom: -1, ..account(book, "bob", 0, 2) })]),
                ..Writes::default()
            },
        ),
        (
            "held",
            Writes {
                accounts: changed(vec![(bob(), AccountRow { held: -1, ..account(book, "bob", 0, 2) })]),
                ..Writes::default()
            },
        ),
        (
            "parts",
            Writes {
                holds: changed(vec![(
                    hold(book, 22, "bob", None),
                    HoldRow { captured: 95, ..hold(book, 22, "bob", None) },
                )]),
                ..Writes::default()
            },
        ),
        (
            "amount",
            Writes {
                holds: new(vec![HoldRow {
                    amount: 0,
                    captured: 0,
                    released: 0,
                    ..hold(book, 29, "bob", None)
                }]),
                ..Writes::default()
            },
        ),
        ("entry", Writes { entries: entries(book, 10, "alice", "bob", 1), ..Writes::default() }),
    ] {
        let mut session = store.writer().await.unwrap();
        session.begin().await.unwrap();
        let fault = session.write(&wrong).await.expect_err(name);
        assert_eq!(fault.kind, crate::store::FaultKind::Constraint, "{name}: {fault}");
        session.rollback().await.unwrap();
    }
}

async fn listings(store: &dyn Store, book: &Book) {
    let mut session = store.reader().await.unwrap();
    let (alice, limit) = (AccountId::stored("alice"), 10);
    let listing = Listing::Accounts {
        book: book.clone(),
        owner: text("owner-1"),
        search: text("name a"),
        order: AccountOrder::Name,
        after: None,
        limit,
    };
    let page = session.list(&listing).await.unwrap();
    assert_eq!(page.accounts.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["alice"]);
    let listing = Listing::Entries {
        book: book.clone(),
        account: alice.clone(),
        currency: usd(),
        from: Some(at(10)),
        to: Some(at(11)),
        newest_first: true,
        after: None,
        limit,
    };
    let page = session.list(&listing).await.unwrap();
    assert_eq!((page.entries.len(), page.transfers.len()), (1, 1));
    let listing = Listing::Transfers {
        book: book.clone(),
        account: Some(alice.clone()),
        reference: None,
        owner: None,
        from: None,
        to: None,
        after: None,
        limit,
    };
    let page = session.list(&listing).await.unwrap();
    let ids: Vec<Uuid> = page.transfers.iter().map(|row| row.id.uuid()).collect();
    assert_eq!((ids, page.entries.len()), (vec![uuid(11), uuid(10)], 4));
    let listing = Listing::Transfers {
        book: book.clone(),
        account: Some(alice.clone()),
        reference: text("ref"),
        owner: Some("dl_901".into()),
        from: None,
        to: None,
        after: Some((at(11), TransferId::from_uuid(uuid(11)))),
        limit,
    };
    assert_eq!(session.list(&listing).await.unwrap().transfers.len(), 1);
    records_and_holds(&mut *session, book, alice).await;
}

async fn records_and_holds(session: &mut dyn Session, book: &Book, alice: AccountId) {
    let limit = 10;
    let listing = Listing::Holds {
        book: book.clone(),
        account: Some(alice),
        state: Some(HoldState::PartiallyCaptured),
        after: Some((at(21), HoldId::from_uuid(uuid(21)))),
        limit,
    };
    assert_eq!(session.list(&listing).await.unwrap().holds, [hold(book, 20, "alice", Some(15))]);
    let listing = Listing::Records(Records {
        book: book.clone(),
        kind: "deal".into(),
        state: text("paid"),
        owner: text("buyer"),
        peer: text("seller"),
        reference: text("order-1"),
        updated_since: Some(at(7)),
        due_before: Some(at(21)),
        after: None,
        limit,
    });
    assert_eq!(session.list(&listing).await.unwrap().records, [record(book, 30, "paid", Some(20))]);
    let listing = Listing::DueRecords { book: None, now: at(20), limit };
    assert_eq!(session.list(&listing).await.unwrap().records.len(), 1);
    let listing = Listing::DueHolds { book: None, now: at(15), limit };
    let due = session.list(&listing).await.unwrap().holds;
    assert_eq!(due.iter().map(|row| row.id.uuid()).collect::<Vec<_>>(), [uuid(21), uuid(20)]);
}

fn links_of(writes: &Writes) -> Vec<Link> {
    writes.sequence.iter().flat_map(|row| links(row).unwrap()).collect()
}

async fn walks(store: &dyn Store, book: &Book) {
    let mut session = store.reader().await.unwrap();
    let limit = 10;
    let events = |types: &[&str], object: Option<(&str, String)>, after_seq| Listing::Events {
        book: book.clone(),
        after_seq,
        types: types.iter().map(|name| Arc::from(*name)).collect(),
        object: object.map(|(kind, id)| (kind.into(), id.into())),
        limit,
    };
    let page = session.list(&events(&[], None, 0)).await.unwrap();
    assert_eq!((page.events, page.sequence), (everything(book).events, links_of(&everything(book))));
    let posted = TransferId::from_uuid(uuid(10)).to_string();
    assert_eq!(session.list(&events(&[], Some(("transfer", posted)), 0)).await.unwrap().events.len(), 1);
    assert_eq!(
        session
            .list(&events(&["hold.changed", "x"], Some(("hold", "h-1".into())), 1))
            .await
            .unwrap()
            .sequence,
        links_of(&everything(book))[1..]
    );
    assert!(session.list(&events(&["x"], None, 0)).await.unwrap().events.is_empty());
    assert_eq!(
        session.list(&Listing::Books { after: None, limit }).await.unwrap().books,
        std::slice::from_ref(book)
    );
    assert_eq!(
        session
            .list(&Listing::AllKeys { book: book.clone(), after: Some(Key::stored("key-1")), limit })
            .await
            .unwrap()
            .keys
            .len(),
        2
    );
    assert_eq!(
        session
            .list(&Listing::AllHolds { book: book.clone(), after: None, limit })
            .await
            .unwrap()
            .holds
            .len(),
        3
    );
    let after = Some(("deal".into(), uuid(30)));
    assert_eq!(
        session.list(&Listing::AllRecords { book: book.clone(), after, limit }).await.unwrap().records.len(),
        1
    );
    let page =
        session.list(&Listing::AllTransfers { book: book.clone(), after: None, limit: 2 }).await.unwrap();
    assert_eq!((page.transfers.len(), page.entries.len()), (2, 4));
}

/// Pages of one row each name every row once, in order.
async fn pages(store: &dyn Store, book: &Book) {
    let mut session = store.reader().await.unwrap();
    for order in [AccountOrder::Id, AccountOrder::Name, AccountOrder::Created] {
        let mut after = None;
        let mut names = Vec::new();
        loop {
            let listing = Listing::Accounts {
                book: book.clone(),
                owner: None,
                search: None,
                order,
                after: after.clone(),
                limit: 1,
            };
            let page = session.list(&listing).await.unwrap();
            let Some(row) = page.accounts.first() else { break };
            names.push(row.id.as_str().to_owned());
            after = Some(AccountCursor {
                id: row.id.clone(),
                currency: row.currency.code().into(),
                search: row.search.clone(),
                created_at: row.created_at,
            });
        }
        assert_eq!(names, ["@world", "alice", "bob"]);
    }
    for newest_first in [false, true] {
        let mut after = None;
        let mut seen = Vec::new();
        loop {
            let listing = Listing::Entries {
                book: book.clone(),
                account: AccountId::stored("alice"),
                currency: usd(),
                from: None,
                to: None,
                newest_first,
                after,
                limit: 1,
            };
            let page = session.list(&listing).await.unwrap();
            let Some(row) = page.entries.first() else { break };
            seen.push(row.transfer.uuid());
            after = Some((row.stamp, row.transfer, row.leg));
        }
        let mut expected = vec![uuid(10), uuid(11)];
        if newest_first {
            expected.reverse();
        }
        assert_eq!(seen, expected);
    }
    pages_of_transfers(&mut *session, book).await;
}

async fn pages_of_transfers(session: &mut dyn Session, book: &Book) {
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let listing = Listing::Transfers {
            book: book.clone(),
            account: Some(AccountId::stored("alice")),
            reference: None,
            owner: None,
            from: None,
            to: None,
            after,
            limit: 1,
        };
        let page = session.list(&listing).await.unwrap();
        let Some(row) = page.transfers.first() else { break };
        seen.push(row.id.uuid());
        after = Some((row.stamp, row.id));
    }
    assert_eq!(seen, [uuid(11), uuid(10)]);
}

async fn sequencing(store: &dyn Store, book: &Book) {
    let mut session = store.reader().await.unwrap();
    assert_eq!(
        session.list(&Listing::PendingBooks { after: None, limit: 10 }).await.unwrap().books,
        std::slice::from_ref(book)
    );
    let work = session.list(&Listing::Pending { book: book.clone(), limit: 10 }).await.unwrap();
    assert_eq!(
        (&work.pending, &work.streams),
        (&vec![pending(book, 50), pending(book, 51)], &everything(book).streams)
    );
    let refunded = event(book, 41, "transfer", &TransferId::from_uuid(uuid(10)).to_string(), 2);
    let pass = Writes {
        heads: changed(vec![(head(book, 2, 1), head(book, 3, 2))]),
        accounts: changed(vec![(account(book, "@world", -HUGE, 1), account(book, "@world", -4, 2))]),
        sequence: vec![place(3, &refunded)],
        events: vec![refunded],
        folded: work.streams.iter().map(Row::key).collect(),
        sequenced: work.pending.iter().map(Row::key).collect(),
        ..Writes::default()
    };
    assert_eq!(put(store, &pass).await, Written::All);
    assert_eq!(put(store, &pass).await, Written::Stale);
    let gone = Writes { folded: pass.folded.clone(), ..Writes::default() };
    assert_eq!(put(store, &gone).await, Written::Stale);
    assert!(session.list(&Listing::PendingBooks { after: None, limit: 10 }).await.unwrap().books.is_empty());
    assert!(
        session.list(&Listing::Streams { book: book.clone(), limit: 10 }).await.unwrap().streams.is_empty()
    );
    let object = Some(("transfer".into(), TransferId::from_uuid(uuid(10)).to_string().into()));
    let history = session
        .list(&Listing::Events { book: book.clone(), after_seq: 0, types: vec![], object, limit: 10 })
        .await
        .unwrap();
    assert_eq!(history.sequence.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 3]);
}

/// Books in which something waits, and counters that are still to be added to others.
pub(super) fn by_book(book: &Book, limit: usize) -> Vec<Listing> {
    let to_add = |after| Listing::Deltas { book: book.clone(), after, limit };
    let mut all = vec![to_add(None), to_add(Some(("++daily".into(), "alice/1".into())))];
    for after in [None, Some(book.clone())] {
        let also = after.clone();
        all.extend([Listing::PendingBooks { after, limit }, Listing::BooksWithDeltas { after: also, limit }]);
    }
    all
}

/// What is due across books.
pub(super) fn due(limit: usize) -> [Listing; 2] {
    let (book, now) = (None, at(1));
    [Listing::DueRecords { book: book.clone(), now, limit }, Listing::DueHolds { book, now, limit }]
}

/// Counts of records, of several parties and of one.
pub(crate) fn counts(book: &Book) -> Vec<Listing> {
    let counts = |(of, parties): (PartyColumn, &[&str])| {
        let parties = parties.iter().map(|party| Arc::from(*party)).collect();
        Listing::RecordCounts { book: book.clone(), kind: "deal".into(), of, parties }
    };
    [(PartyColumn::Owner, &["a", "b"][..]), (PartyColumn::Peer, &["a"]), (PartyColumn::Peer, &[])]
        .map(counts)
        .to_vec()
}
