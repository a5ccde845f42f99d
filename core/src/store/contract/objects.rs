//! Listings of holds, records, events and books.

use std::sync::Arc;

use super::listings::{PAGES, walk};
use super::samples::{
    at, begin, book, event, far, full, head, hold, inserts, links_of, places, record, text, transfer_id,
    updates, writes,
};
use super::{Bench, Checked, Wrong, same};
use crate::ids::{AccountId, EventId};
use crate::rows::listing::{Listing, PartyColumn, Records};
use crate::rows::tables::{EventRow, HoldRow, HoldState, RecordRow};
use crate::time::Time;

pub(super) async fn holds_are_found_by_account_and_state(bench: &Bench) -> Checked {
    let main = book("main");
    let mut written = begin(&main);
    for n in 1..=9_u128 {
        let mut row = hold(&main, n, if n % 2 == 0 { "a" } else { "b" }, 1);
        row.state = HoldState::ALL[usize::try_from(n).unwrap_or(0) % HoldState::ALL.len()];
        row.created_at = at([3, 1, 3, 2, 2, 9, 1, 3, 4][usize::try_from(n - 1).unwrap_or(0)]);
        written.holds.insert.push(row);
    }
    bench.write(&written).await?;
    bench.write(&full(&book("main2"))).await?;
    let states = [None].into_iter().chain(HoldState::ALL.iter().copied().map(Some));
    for (account, state) in
        states.flat_map(|state| [None, Some("a"), Some("A")].map(|account| (account, state)))
    {
        let fits = |row: &&HoldRow| {
            account.is_none_or(|account| row.account.as_str() == account)
                && state.is_none_or(|state| row.state == state)
        };
        let mut expected: Vec<HoldRow> = written.holds.insert.iter().filter(fits).cloned().collect();
        expected.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
        for limit in PAGES {
            let make = |after| Listing::Holds {
                book: book("main"),
                account: account.map(AccountId::stored),
                state,
                after,
                limit,
            };
            let found = walk(bench, limit, make, |page| page.holds, |row| (row.created_at, row.id)).await?;
            same(&format!("holds of {account:?} in {state:?}"), &found, &expected)?;
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, Default)]
struct Filter {
    state: Option<&'static str>,
    owner: Option<&'static str>,
    peer: Option<&'static str>,
    reference: Option<&'static str>,
    updated_since: Option<Time>,
    due_before: Option<Time>,
}

impl Filter {
    fn fits(&self, row: &RecordRow) -> bool {
        let same = |asked: Option<&str>, found: Option<&Arc<str>>| {
            asked.is_none_or(|asked| found.is_some_and(|found| &**found == asked))
        };
        row.kind.as_ref() == "deal"
            && same(self.state, Some(&row.state))
            && same(self.owner, row.owner.as_ref())
            && same(self.peer, row.peer.as_ref())
            && same(self.reference, row.reference.as_ref())
            && self.updated_since.is_none_or(|since| row.stamp >= since)
            && self.due_before.is_none_or(|before| row.due_at.is_some_and(|at| at < before))
    }

    fn listing(&self, after: Option<(Time, uuid::Uuid)>, limit: usize) -> Listing {
        Listing::Records(Records {
            book: book("main"),
            kind: "deal".into(),
            state: self.state.map(Into::into),
            owner: self.owner.map(Into::into),
            peer: self.peer.map(Into::into),
            reference: self.reference.map(Into::into),
            updated_since: self.updated_since,
            due_before: self.due_before,
            after,
            limit,
        })
    }

    /// Each filter alone, pairs, and all at once.
    fn all() -> Vec<Self> {
        let one = Self::default();
        let (state, owner, peer) = (Some("pending"), Some("o-1"), Some("p-1"));
        let (reference, since, due) = (Some("r-1"), Some(at(5)), Some(at(50)));
        vec![
            one,
            Self { state, ..one },
            Self { owner, ..one },
            Self { peer, ..one },
            Self { reference, ..one },
            Self { updated_since: since, ..one },
            Self { due_before: due, ..one },
            Self { state, owner, ..one },
            Self { peer, reference, ..one },
            Self { owner, due_before: due, ..one },
            Self { state, updated_since: since, due_before: due, ..one },
            Self { state, owner, peer, reference, updated_since: since, due_before: due },
            Self { state: Some("Pending"), ..one },
        ]
    }
}

pub(super) async fn records_are_found_by_every_filter(bench: &Bench) -> Checked {
    let main = book("main");
    let mut written = begin(&main);
    for n in 1..=64_u128 {
        let bit = |place: u32| n & (1 << place) != 0;
        let mut row = record(&main, "deal", n);
        row.state = if bit(0) { "pending" } else { "paid" }.into();
        row.owner = if bit(1) { text("o-1") } else { None };
        row.peer = if bit(2) { text("p-1") } else { text("p-2") };
        row.reference = if bit(3) { text("r-1") } else { None };
        row.stamp = at(if bit(4) { 5 } else { 4 });
        row.due_at = if bit(5) { Some(at(49)) } else { [None, Some(at(50))][usize::from(bit(0))] };
        row.created_at = at(i64::try_from(n * 7 % 16).unwrap_or(0));
        written.records.insert.push(row);
    }
    written.records.insert.push(record(&main, "dispute", 1));
    bench.write(&written).await?;
    bench.write(&full(&book("main2"))).await?;
    for filter in Filter::all() {
        let mut expected: Vec<RecordRow> =
            written.records.insert.iter().filter(|row| filter.fits(row)).cloned().collect();
        expected.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
        for limit in PAGES {
            let make = |after| filter.listing(after, limit);
            let found = walk(bench, limit, make, |page| page.records, |row| (row.created_at, row.id)).await?;
            same(&format!("records, {filter:?}, {limit} a page"), &found, &expected)?;
        }
    }
    for (of, parties) in [
        (PartyColumn::Owner, vec!["o-1", "o-2"]),
        (PartyColumn::Peer, vec!["p-2", "p-1"]),
        (PartyColumn::Peer, vec![]),
    ] {
        let parties: Vec<Arc<str>> = parties.into_iter().map(Arc::from).collect();
        let mut expected: Vec<(Arc<str>, i64)> = Vec::new();
        for party in &parties {
            let party_of = |row: &&RecordRow| match of {
                PartyColumn::Owner => row.owner.as_ref() == Some(party),
                PartyColumn::Peer => row.peer.as_ref() == Some(party),
            };
            let deals = written.records.insert.iter().filter(|row| row.kind.as_ref() == "deal");
            let count = i64::try_from(deals.filter(party_of).count()).unwrap_or(0);
            expected.extend((count > 0).then(|| (party.clone(), count)));
        }
        expected.sort();
        let listing = Listing::RecordCounts { book: main.clone(), kind: "deal".into(), of, parties };
        same(&format!("counts, {of:?}"), &bench.list(&listing).await?.record_counts, &expected)?;
    }
    // deals at a standstill, oldest first: a young deal is not listed, and neither is one that has moved
    let stand = |row: &&RecordRow| {
        row.kind.as_ref() == "deal"
            && row.state.as_ref() == "paid"
            && row.created_at < at(5)
            && row.stamp < at(5)
    };
    let mut expected: Vec<RecordRow> = written.records.insert.iter().filter(stand).cloned().collect();
    expected.sort_by_key(|row| (row.created_at, row.id));
    for limit in [3, 500] {
        let (kind, state) = ("deal".into(), "paid".into());
        let listing = Listing::Still { book: main.clone(), kind, state, before: at(5), limit };
        let found = bench.list(&listing).await?.records;
        same("records that stand still", &found, &expected.iter().take(limit).cloned().collect())?;
    }
    Ok(())
}

/// Events of several kinds and objects, sequenced in another order than that of their ids.
fn happenings() -> crate::rows::writes::Writes {
    let main = book("main");
    let mut written = begin(&main);
    let posted = transfer_id(3).to_string();
    let events = [
        (9, "account.opened", ("account", "a"), 1),
        // the event of a posted transfer has the transfer's own uuid
        (3, "transfer.posted", ("transfer", posted.as_str()), 1),
        (7, "transfer.refunded", ("transfer", posted.as_str()), 2),
        (4, "transfer.posted", ("transfer", &transfer_id(4).to_string()), 1),
        (8, "deal.opened", ("deal", "a"), 1),
        (2, "account.locked", ("account", "a"), 2),
        (6, "account.opened", ("account", "A"), 1),
        (5, "transfer.refunded", ("transfer", posted.as_str()), 3),
    ];
    let mut rows = events.map(|(n, kind, object, version)| event(&main, n, kind, object, version));
    // commits of one event, of three and of two
    let mut rest = &mut rows[..];
    for (commit, count) in [(101, 1), (102, 3), (103, 2), (104, 1), (105, 1)] {
        let (of_commit, others) = rest.split_at_mut(count);
        of_commit.iter_mut().for_each(|row| row.commit_id = super::samples::uuid(commit));
        let seq = written.events.len() + count;
        written.sequence.push(places(of_commit, i64::try_from(seq).unwrap_or(0)));
        written.events.extend(of_commit.iter().cloned());
        rest = others;
    }
    // one that waits for its place is not listed
    written.events.push(event(&main, 10, "account.opened", ("account", "a"), 9));
    written
}

/// Walks events from a place in the sequence.
async fn events(
    bench: &Bench,
    after: i64,
    limit: usize,
    types: &[&str],
    object: Option<(&str, &str)>,
) -> Result<Vec<(i64, EventRow)>, Wrong> {
    let make = |place: Option<i64>| Listing::Events {
        book: book("main"),
        after_seq: place.unwrap_or(after),
        types: types.iter().map(|name| Arc::from(*name)).collect(),
        object: object.map(|(kind, id)| (kind.into(), id.into())),
        limit,
    };
    let take = |page: crate::rows::listing::Listed| {
        let events = page.events.into_iter().zip(page.sequence);
        events
            .filter(|(event, link)| event.id == link.event)
            .map(|(event, link)| (link.seq, event))
            .collect::<Vec<_>>()
    };
    walk(bench, limit, make, take, |(seq, _)| *seq).await
}

fn sequenced(
    written: &crate::rows::writes::Writes,
    fits: impl Fn(i64, &EventRow) -> bool,
) -> Vec<(i64, EventRow)> {
    let all =
        links_of(written).into_iter().zip(&written.events).map(|(link, event)| (link.seq, event.clone()));
    all.filter(|(seq, event)| fits(*seq, event)).collect()
}

pub(super) async fn events_follow_their_sequence(bench: &Bench) -> Checked {
    let written = happenings();
    bench.write(&written).await?;
    bench.write(&full(&book("main2"))).await?;
    for (after, limit) in [0, 3, 8, 100].into_iter().flat_map(|after| PAGES.map(|limit| (after, limit))) {
        let found = events(bench, after, limit, &[], None).await?;
        same(&format!("events after {after}"), &found, &sequenced(&written, |seq, _| seq > after))?;
    }
    let listing =
        Listing::Events { book: book("main"), after_seq: 0, types: Vec::new(), object: None, limit: 100 };
    same("their links", &bench.list(&listing).await?.sequence, &links_of(&written))?;
    // by id: out of order, one of them twice, one without a place, and one that does not exist
    let ids = [8, 3, 10, 4, 3, 99].map(|n| EventId::from_uuid(super::samples::uuid(n)));
    let found = bench.list(&Listing::EventsById { book: book("main"), ids: ids.to_vec() }).await?;
    let wanted = sequenced(&written, |_, event| ids.contains(&event.id));
    let seqs: Vec<i64> = wanted.iter().map(|(seq, _)| *seq).collect();
    same("events by id", &found.events, &wanted.into_iter().map(|(_, event)| event).collect())?;
    same("links by id", &found.sequence.iter().map(|link| link.seq).collect(), &seqs)?;
    // as they were written: also the one without a place
    let found = bench.list(&Listing::EventsAsWritten { book: book("main"), ids: ids.to_vec() }).await?;
    let mut wanted: Vec<EventRow> =
        written.events.iter().filter(|event| ids.contains(&event.id)).cloned().collect();
    wanted.sort_by_key(|event| event.id);
    same("events as written", &found.events, &wanted)?;
    let none = Listing::EventsById { book: book("main2"), ids: vec![ids[1]] };
    same("events of another book", &bench.list(&none).await?.sequence, &Vec::new())
}

pub(super) async fn events_are_found_by_type_and_object(bench: &Bench) -> Checked {
    let written = happenings();
    bench.write(&written).await?;
    let posted = transfer_id(3).to_string();
    let types: [&[&str]; 4] =
        [&[], &["account.opened"], &["transfer.posted", "transfer.refunded"], &["nothing"]];
    let objects = [
        None,
        Some(("account", "a")),
        Some(("deal", "a")),
        Some(("transfer", posted.as_str())),
        Some(("hold", "a")),
    ];
    for (types, object) in types.into_iter().flat_map(|types| objects.map(|object| (types, object))) {
        let fits = |event: &EventRow| {
            (types.is_empty() || types.contains(&&*event.kind))
                && object.is_none_or(|(kind, id)| &*event.object == kind && event.object_id() == id)
        };
        for (after, limit) in [(0, 1), (0, 2), (2, 1_000)] {
            let found = events(bench, after, limit, types, object).await?;
            let expected = sequenced(&written, |seq, event| seq > after && fits(event));
            same(&format!("events of {object:?}, types {types:?}, after {after}"), &found, &expected)?;
        }
    }
    Ok(())
}

pub(super) async fn books_are_listed(bench: &Bench) -> Checked {
    let mut names = vec!["b", "B", "a_b", "a-b", "ab", "a", "a:b", "9"];
    for name in &names {
        bench.write(&begin(&book(name))).await?;
    }
    names.sort_unstable();
    for limit in PAGES {
        let make = |after| Listing::Books { after, limit };
        let found = walk(bench, limit, make, |page| page.books, Clone::clone).await?;
        let found: Vec<&str> = found.iter().map(crate::ids::Book::as_str).collect();
        same("books in byte order", &found, &names)?;
    }
    // a book is there once, however often it is written to
    let mut changes = writes();
    let mut moved = head(&book("a"));
    moved.version = 1;
    changes.heads = updates(&head(&book("a")), moved);
    changes.records = inserts(vec![RecordRow { due_at: Some(far()), ..record(&book("a"), "deal", 1) }]);
    bench.write(&changes).await?;
    same("books", &bench.list(&Listing::Books { after: None, limit: 100 }).await?.books.len(), &names.len())
}
