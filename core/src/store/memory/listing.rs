//! Listings of the memory store.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use hashbrown::HashMap;

use super::tables::{EntryPlace, Ranks, Tables};
use crate::ids::{AccountId, Book, EventId, TransferId};
use crate::rows::delta_rows::DELTA;
use crate::rows::listing::{AccountCursor, AccountOrder, FIRST_LEGS};
use crate::rows::listing::{Listed, Listing, PartyColumn, Records};
use crate::rows::needs::AccountKey;
use crate::rows::sink::SinkState;
use crate::rows::tables::{AccountRow, CounterRow, EntryRow, EventRow, JobRow, KeyRow, SinkRow, TransferRow};
use crate::sorting::{Gathering, Sorting};
use crate::time::Time;

type AccountPlace<'r> = (&'r str, Time, &'r str, &'r str);

fn account_place<'r>(
    order: AccountOrder,
    search: &'r str,
    created: Time,
    id: &'r str,
    code: &'r str,
) -> AccountPlace<'r> {
    let start = Time::from_micros(0);
    match order {
        AccountOrder::Id => ("", start, id, code),
        AccountOrder::Name => (search, start, id, code),
        AccountOrder::Created => ("", created, id, code),
    }
}

fn place_of(order: AccountOrder, row: &AccountRow) -> AccountPlace<'_> {
    account_place(order, &row.search, row.created_at, row.id.as_str(), row.currency.code())
}

fn place_after(order: AccountOrder, cursor: &AccountCursor) -> AccountPlace<'_> {
    account_place(order, &cursor.search, cursor.created_at, cursor.id.as_str(), &cursor.currency)
}

fn within(time: Time, from: Option<Time>, to: Option<Time>) -> bool {
    from.is_none_or(|from| time >= from) && to.is_none_or(|to| time < to)
}

fn same<T: PartialEq>(asked: Option<&T>, found: Option<&T>) -> bool {
    asked.is_none() || asked == found
}

impl Tables {
    pub(super) fn list(&self, listing: &Listing) -> Listed {
        match listing {
            Listing::Accounts { .. } => self.list_accounts(listing),
            Listing::Entries { .. } => self.list_entries(listing),
            Listing::Transfers { .. } => self.list_transfers(listing),
            Listing::Holds { .. } | Listing::Records(_) => self.list_objects(listing),
            Listing::Still { book, kind, state, before, limit } => {
                let fits = self.records.values().filter(|row| {
                    (&row.book, &row.kind, &row.state) == (book, kind, state)
                        && row.created_at < *before
                        && row.stamp < *before
                });
                let mut records: Vec<_> = fits.cloned().collect();
                records.order_by_key(|row| (row.created_at, row.id));
                records.truncate(*limit);
                Listed { records, ..Listed::default() }
            }
            Listing::Events { .. } => self.list_events(listing),
            Listing::EventsById { book, ids } => self.list_events_by_id(book, ids),
            Listing::EventsAsWritten { book, ids } => {
                let ids: BTreeSet<&EventId> = ids.iter().gathered();
                let events = ids.into_iter().filter_map(|id| self.events.get(&(book.clone(), *id)).cloned());
                Listed { events: events.collect(), ..Listed::default() }
            }
            Listing::RecordCounts { book, kind, of, parties } => {
                let mut counts = BTreeMap::new();
                for row in self.records.values().filter(|row| (&row.book, &row.kind) == (book, kind)) {
                    let party = match of {
                        PartyColumn::Owner => &row.owner,
                        PartyColumn::Peer => &row.peer,
                    };
                    if let Some(party) = party.as_ref().filter(|party| parties.contains(party)) {
                        *counts.entry(party.clone()).or_insert(0) += 1;
                    }
                }
                Listed { record_counts: counts.into_iter().collect(), ..Listed::default() }
            }
            Listing::DueRecords { book, now, limit } => {
                let due = self.indexes.due_records.iter().take_while(|(at, _)| at <= now);
                let rows = due.filter_map(|(_, key)| self.records.get(key));
                let of = rows.filter(|row| book.as_ref().is_none_or(|book| *book == row.book));
                Listed { records: of.take(*limit).cloned().collect(), ..Listed::default() }
            }
            Listing::DueHolds { book, now, limit } => {
                let due = self.indexes.due_holds.iter().take_while(|(at, _)| at <= now);
                let rows = due.filter_map(|(_, key)| self.holds.get(key));
                let of = rows.filter(|row| book.as_ref().is_none_or(|book| *book == row.book));
                Listed { holds: of.take(*limit).cloned().collect(), ..Listed::default() }
            }
            Listing::OffClock { book } => {
                let off = self.transfers.values().find(|row| row.book == *book && row.at.is_some());
                Listed { transfers: off.into_iter().cloned().collect(), ..Listed::default() }
            }
            Listing::Owned { .. } => self.list_owned(listing),
            Listing::DueJobs { .. }
            | Listing::JobKinds { .. }
            | Listing::Jobs { .. }
            | Listing::JobCounts { .. } => self.list_jobs(listing),
            Listing::Sinks { .. } | Listing::LeftBehind { .. } => self.list_sinks(listing),
            Listing::Ranked { book, currency, owner, after, limit } => {
                self.list_ranks(&(book.clone(), *currency, owner.clone()), after.as_ref(), *limit)
            }
            // nothing is ever pending here: each commit has its places and sums already
            Listing::Pending { .. } | Listing::PendingBooks { .. } | Listing::Streams { .. } => {
                Listed::default()
            }
            _ => self.list_all(listing),
        }
    }

    fn list_accounts(&self, listing: &Listing) -> Listed {
        let Listing::Accounts { book, owner, search, order, after, limit } = listing else {
            return Listed::default();
        };
        let fits = |row: &&AccountRow| {
            row.book == *book
                && same(owner.as_ref(), row.owner.as_ref())
                && search.as_ref().is_none_or(|search| row.search.starts_with(search.as_ref()))
                && after.as_ref().is_none_or(|after| place_of(*order, row) > place_after(*order, after))
        };
        if *order == AccountOrder::Id {
            let rows = self.accounts_from(book, after.as_ref()).filter(fits).take(*limit);
            return Listed { accounts: rows.cloned().collect(), ..Listed::default() };
        }
        let mut rows: Vec<&AccountRow> = self.accounts.values().filter(fits).collect();
        let by_place = |a: &&AccountRow, b: &&AccountRow| place_of(*order, a).cmp(&place_of(*order, b));
        if *limit < rows.len() {
            rows.select_nth_unstable_by(*limit, by_place);
            rows.truncate(*limit);
        }
        rows.order_by(by_place);
        Listed { accounts: rows.into_iter().cloned().collect(), ..Listed::default() }
    }

    /// The accounts of a book by id and currency, from the id of the last one of a page. Trial balances and
    /// `verify` read all of them so, page by page.
    fn accounts_from(&self, book: &Book, after: Option<&AccountCursor>) -> impl Iterator<Item = &AccountRow> {
        let first = after.map_or_else(|| AccountId::stored(""), |after| after.id.clone());
        let ids = self.indexes.currencies.range((book.clone(), first)..);
        let of_book = ids.take_while(move |((of, _), _)| of == book);
        of_book.flat_map(|((book, id), currencies)| {
            let keys = currencies.iter().map(|currency| AccountKey::new(book.clone(), id.clone(), *currency));
            keys.filter_map(|key| self.accounts.get(&key))
        })
    }

    fn list_entries(&self, listing: &Listing) -> Listed {
        let Listing::Entries { book, account, currency, from, to, newest_first, after, limit } = listing
        else {
            return Listed::default();
        };
        let key = AccountKey::new(book.clone(), account.clone(), *currency);
        let Some(places) = self.entries_by_account.get(&key) else { return Listed::default() };
        let next = |place: &EntryPlace| match after {
            None => true,
            Some(after) if *newest_first => place < after,
            Some(after) => place > after,
        };
        let fits = |place: &&EntryPlace| {
            next(place) && self.entry(book, place).is_some_and(|row| within(row.time(), *from, *to))
        };
        let places: Vec<&EntryPlace> = if *newest_first {
            places.iter().rev().filter(fits).take(*limit).collect()
        } else {
            places.iter().filter(fits).take(*limit).collect()
        };
        let entries: Vec<EntryRow> =
            places.into_iter().filter_map(|place| self.entry(book, place).cloned()).collect();
        let mut ids: Vec<TransferId> = entries.iter().map(|row| row.transfer).collect();
        ids.dedup();
        let transfers =
            ids.iter().filter_map(|id| self.transfers.get(&(book.clone(), *id)).cloned()).collect();
        let of = |id: &TransferId| self.entries.get(&(book.clone(), *id)).into_iter().flatten();
        let legs = ids.iter().flat_map(of).filter(|leg| leg.leg < FIRST_LEGS).cloned().collect();
        Listed { entries, transfers, legs, ..Listed::default() }
    }

    fn with_entries(&self, transfers: Vec<TransferRow>) -> Listed {
        let of =
            |row: &TransferRow| self.entries.get(&(row.book.clone(), row.id)).cloned().unwrap_or_default();
        Listed { entries: transfers.iter().flat_map(of).collect(), transfers, ..Listed::default() }
    }

    fn list_transfers(&self, listing: &Listing) -> Listed {
        let Listing::Transfers { book, account, reference, owner, from, to, after, limit } = listing else {
            return Listed::default();
        };
        let touches = |id: &TransferId| {
            let legs = self.entries.get(&(book.clone(), *id));
            account
                .as_ref()
                .is_none_or(|account| legs.into_iter().flatten().any(|leg| leg.account == *account))
        };
        let newest_first = self.indexes.transfers_by_time.iter().rev();
        let places = newest_first.filter(|(in_book, stamp, id)| {
            in_book == book && after.is_none_or(|after| (*stamp, *id) < after) && touches(id)
        });
        let rows = places.filter_map(|(book, _, id)| self.transfers.get(&(book.clone(), *id)));
        let fits = |row: &&TransferRow| {
            within(row.time(), *from, *to)
                && same(reference.as_ref(), row.reference.as_ref())
                && same(owner.as_ref(), row.owned_by.as_ref())
        };
        self.with_entries(rows.filter(fits).take(*limit).cloned().collect())
    }

    fn list_owned(&self, listing: &Listing) -> Listed {
        let Listing::Owned { book, owner, kinds, from, to, after, limit } = listing else {
            return Listed::default();
        };
        let newest_first = self.indexes.transfers_by_time.iter().rev();
        let places = newest_first.filter(|(in_book, stamp, id)| {
            in_book == book && after.is_none_or(|after| (*stamp, *id) < after)
        });
        let rows = places.filter_map(|(book, _, id)| self.transfers.get(&(book.clone(), *id)));
        let fits = |row: &&TransferRow| {
            within(row.time(), *from, *to)
                && kinds.contains(&row.kind)
                && row.owned_by.is_some()
                && same(owner.as_ref(), row.owned_by.as_ref())
        };
        let mut listed = self.with_entries(rows.filter(fits).take(*limit).cloned().collect());
        let event = |row: &TransferRow| (book.clone(), crate::ids::EventId::from_uuid(row.id.uuid()));
        let events = listed.transfers.iter().filter_map(|row| self.events.get(&event(row)));
        listed.events = events.cloned().collect();
        listed
    }

    fn list_objects(&self, listing: &Listing) -> Listed {
        match listing {
            Listing::Holds { book, account, state, after, limit } => {
                let fits = self.holds.values().filter(|row| {
                    row.book == *book
                        && account.as_ref().is_none_or(|account| row.account == *account)
                        && state.is_none_or(|state| row.state == state)
                        && after.is_none_or(|after| (row.created_at, row.id) < after)
                });
                let mut rows: Vec<_> = fits.cloned().collect();
                rows.order_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
                rows.truncate(*limit);
                Listed { holds: rows, ..Listed::default() }
            }
            Listing::Records(Records {
                book,
                kind,
                state,
                owner,
                peer,
                reference,
                updated_since,
                due_before,
                after,
                limit,
            }) => {
                let fits = self.records.values().filter(|row| {
                    row.book == *book
                        && row.kind == *kind
                        && same(state.as_ref(), Some(&row.state))
                        && same(owner.as_ref(), row.owner.as_ref())
                        && same(peer.as_ref(), row.peer.as_ref())
                        && same(reference.as_ref(), row.reference.as_ref())
                        && updated_since.is_none_or(|since| row.time() >= since)
                        && due_before.is_none_or(|before| row.due_at.is_some_and(|at| at < before))
                        && after.is_none_or(|after| (row.created_at, row.id) < after)
                });
                let mut rows: Vec<_> = fits.cloned().collect();
                rows.order_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
                rows.truncate(*limit);
                Listed { records: rows, ..Listed::default() }
            }
            _ => Listed::default(),
        }
    }

    fn list_jobs(&self, listing: &Listing) -> Listed {
        let mut listed = Listed::default();
        match listing {
            Listing::DueJobs { book, kinds, now, limit } => {
                let due = self.indexes.due_jobs.iter().take_while(|(at, _)| at <= now);
                let rows = due.filter_map(|(_, key)| self.jobs.get(key));
                let fits = |row: &&JobRow| {
                    kinds.contains(&row.kind) && book.as_ref().is_none_or(|book| row.book == *book)
                };
                listed.jobs = rows.filter(fits).take(*limit).cloned().collect();
            }
            Listing::JobKinds { limit } => {
                let rows = self.indexes.due_jobs.iter().filter_map(|(_, key)| self.jobs.get(key));
                let kinds: BTreeSet<_> = rows.map(|row| row.kind.clone()).gathered();
                listed.job_kinds = kinds.into_iter().take(*limit).collect();
            }
            Listing::Jobs { book, kind, state, after, limit } => {
                let fits = |row: &&JobRow| {
                    row.book == *book
                        && same(kind.as_ref(), Some(&row.kind))
                        && state.is_none_or(|state| row.state == state)
                        && after.is_none_or(|after| row.id < after)
                };
                listed.jobs = self.jobs.values().rev().filter(fits).take(*limit).cloned().collect();
            }
            Listing::JobCounts { book } => {
                let mut counts = BTreeMap::new();
                for row in self.jobs.values().filter(|row| row.book == *book) {
                    *counts.entry((row.kind.clone(), row.state.as_str(), row.state)).or_insert(0) += 1;
                }
                let counts = counts.into_iter().map(|((kind, _, state), count)| (kind, state, count));
                listed.job_counts = counts.collect();
            }
            _ => {}
        }
        listed
    }

    fn list_events(&self, listing: &Listing) -> Listed {
        let Listing::Events { book, after_seq, types, object, limit } = listing else {
            return Listed::default();
        };
        let fits = |row: &EventRow| {
            (types.is_empty() || types.contains(&row.kind))
                && object.as_ref().is_none_or(|(kind, id)| row.object == *kind && row.object_id() == **id)
        };
        let mut listed = Listed::default();
        let mut after = *after_seq;
        loop {
            let links = self.links(book, after.saturating_add(1));
            let Some(last) = links.last() else { return listed };
            let next = std::mem::replace(&mut after, last.seq);
            for link in links.into_iter().filter(|link| link.seq > next) {
                if listed.events.len() == *limit {
                    return listed;
                }
                if let Some(row) = self.events.get(&(book.clone(), link.event)).filter(|row| fits(row)) {
                    listed.events.push(row.clone());
                    listed.sequence.push(link);
                }
            }
        }
    }

    fn list_events_by_id(&self, book: &Book, ids: &[EventId]) -> Listed {
        let found = |id: &EventId| self.events.get(&(book.clone(), *id));
        let events: HashMap<EventId, &EventRow> =
            ids.iter().filter_map(found).map(|row| (row.id, row)).collect();
        let place = |row: &&EventRow| self.places.get(&(book.clone(), row.commit_id)).copied();
        let commits: BTreeSet<i64> = events.values().filter_map(place).gathered();
        let mut listed = Listed::default();
        for link in commits.into_iter().flat_map(|seq| self.links(book, seq)) {
            if let Some(event) = events.get(&link.event) {
                listed.events.push((*event).clone());
                listed.sequence.push(link);
            }
        }
        listed
    }

    fn list_sinks(&self, listing: &Listing) -> Listed {
        let mut sinks: Vec<SinkRow> = match listing {
            Listing::Sinks { book, after, .. } => {
                let fits = |row: &&SinkRow| {
                    row.object.is_empty()
                        && !row.is_removed()
                        && row.book == *book
                        && after.as_ref().is_none_or(|name| row.name > *name)
                };
                self.sinks.values().filter(fits).cloned().collect()
            }
            Listing::LeftBehind { book, sink, due, after, .. } => {
                let fits = |row: &&SinkRow| {
                    let place = (&row.object, &row.object_id);
                    let listed = match due {
                        Some(now) => row.due_at.is_some_and(|at| at <= *now),
                        None => row.state != SinkState::Clear,
                    };
                    (&row.book, &row.name) == (book, sink)
                        && !row.object.is_empty()
                        && listed
                        && after.as_ref().is_none_or(|(object, id)| place > (object, id))
                };
                let mut rows: Vec<SinkRow> = self.sinks.values().filter(fits).cloned().collect();
                if due.is_some() {
                    rows.order_by_cached_key(|row| (row.due_at, row.object.clone(), row.object_id.clone()));
                }
                rows
            }
            _ => Vec::new(),
        };
        if let Listing::Sinks { limit, .. } | Listing::LeftBehind { limit, .. } = listing {
            sinks.truncate(*limit);
        }
        Listed { sinks, ..Listed::default() }
    }

    fn list_ranks(&self, of: &Ranks, after: Option<&(Arc<str>, AccountId)>, limit: usize) -> Listed {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let places = self.indexes.ranks.get(of).into_iter();
        let places = places.flat_map(|places| places.range((from, Bound::Unbounded))).take(limit);
        let key = |account: &AccountId| (of.0.clone(), of.1, account.clone());
        let ranks = places.filter_map(|(_, account)| self.ranks.get(&key(account)).cloned()).collect();
        Listed { ranks, ..Listed::default() }
    }

    fn list_all(&self, listing: &Listing) -> Listed {
        match listing {
            Listing::Books { after, limit } => {
                let books = self
                    .heads
                    .keys()
                    .map(|(book,)| book)
                    .filter(|book| after.as_ref().is_none_or(|after| *book > after));
                Listed { books: books.take(*limit).cloned().collect::<Vec<Book>>(), ..Listed::default() }
            }
            Listing::AllTransfers { book, after, limit } => {
                let rows = self
                    .transfers
                    .values()
                    .filter(|row| row.book == *book && after.is_none_or(|after| row.id > after));
                self.with_entries(rows.take(*limit).cloned().collect())
            }
            Listing::AllHolds { book, after, limit } => {
                let rows = self
                    .holds
                    .values()
                    .filter(|row| row.book == *book && after.is_none_or(|after| row.id > after));
                Listed { holds: rows.take(*limit).cloned().collect(), ..Listed::default() }
            }
            Listing::AllRecords { book, after, limit } => {
                let next = |row: &&crate::rows::tables::RecordRow| {
                    let place = (&row.kind, row.id);
                    row.book == *book && after.as_ref().is_none_or(|(kind, id)| place > (kind, *id))
                };
                Listed {
                    records: self.records.values().filter(next).take(*limit).cloned().collect(),
                    ..Listed::default()
                }
            }
            Listing::AllKeys { book, after, limit } => {
                let next =
                    |row: &&KeyRow| row.book == *book && after.as_ref().is_none_or(|key| row.key > *key);
                let mut rows: Vec<&KeyRow> = self.keys.values().filter(next).collect();
                // the page first, then its order
                if rows.len() > *limit {
                    rows.select_nth_unstable_by(*limit, |a, b| a.key.cmp(&b.key));
                    rows.truncate(*limit);
                }
                rows.order_by(|a, b| a.key.cmp(&b.key));
                Listed { keys: rows.into_iter().cloned().collect(), ..Listed::default() }
            }
            Listing::BooksWithDeltas { after, limit } => {
                let rows = self.counters.values().filter(|row| row.rule.starts_with(DELTA));
                let next = |book: &&Book| after.as_ref().is_none_or(|after| *book > after);
                let books: BTreeSet<&Book> = rows.map(|row| &row.book).filter(next).gathered();
                Listed { books: books.into_iter().take(*limit).cloned().collect(), ..Listed::default() }
            }
            Listing::Counters { book, after, limit } => self.list_counters(book, "", after.as_ref(), *limit),
            Listing::Deltas { book, after, limit } => self.list_counters(book, DELTA, after.as_ref(), *limit),
            _ => Listed::default(),
        }
    }

    /// Counters whose rule begins with a prefix.
    fn list_counters(
        &self,
        book: &Book,
        prefix: &str,
        after: Option<&(Arc<str>, Arc<str>)>,
        limit: usize,
    ) -> Listed {
        let next = |row: &&CounterRow| {
            let place = (&row.rule, &row.subject);
            row.book == *book
                && row.rule.starts_with(prefix)
                && after.is_none_or(|(rule, subject)| place > (rule, subject))
        };
        let mut rows: Vec<&CounterRow> = self.counters.values().filter(next).collect();
        // the page first, then its order
        if rows.len() > limit {
            rows.select_nth_unstable_by_key(limit, |row| (&row.rule, &row.subject));
            rows.truncate(limit);
        }
        rows.order_by_key(|row| (&row.rule, &row.subject));
        Listed { counters: rows.into_iter().cloned().collect(), ..Listed::default() }
    }
}
