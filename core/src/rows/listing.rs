//! The closed set of listings that a store answers, each by keyset page.

use std::sync::Arc;

use uuid::Uuid;

use crate::currency::Currency;
use crate::error::Error;
use crate::ids::{AccountId, Book, HoldId, JobId, TransferId};
use crate::rows::events::Link;
use crate::rows::owner::OwningObject;
use crate::rows::tables::{
    AccountRow, CounterRow, EntryRow, EventRow, HoldRow, HoldState, JobRow, JobState, KeyRow, PendingRow,
    RankRow, RecordRow, SinkRow, StreamRow, TransferKind, TransferRow,
};
use crate::rows::unreadable::Unreadable;
use crate::time::Time;

/// How accounts are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountOrder {
    /// By id, in byte order, then currency.
    Id,
    /// By folded display name, then id, then currency.
    Name,
    /// By the time of opening, then id, then currency.
    Created,
}

/// The last account of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountCursor {
    /// Its id.
    pub id: AccountId,
    /// Its currency code.
    pub currency: Arc<str>,
    /// Its folded name.
    pub search: Arc<str>,
    /// When it was opened.
    pub created_at: Time,
}

/// A listing: which rows, in which order, after which one. Every page has at most `limit` rows.
#[derive(Clone, Debug)]
pub enum Listing {
    /// Accounts, ascending.
    Accounts {
        /// The book.
        book: Book,
        /// Only with this owner.
        owner: Option<Arc<str>>,
        /// Only whose folded name begins so.
        search: Option<Arc<str>>,
        /// Order.
        order: AccountOrder,
        /// After this one.
        after: Option<AccountCursor>,
        /// Page size.
        limit: usize,
    },
    /// Entries of an account in one currency, with their transfers.
    Entries {
        /// The book.
        book: Book,
        /// The account.
        account: AccountId,
        /// The currency.
        currency: Currency,
        /// From this time on.
        from: Option<Time>,
        /// Before this time.
        to: Option<Time>,
        /// Newest first, otherwise oldest first.
        newest_first: bool,
        /// After this one, in the order asked for.
        after: Option<(Time, TransferId, i64)>,
        /// Page size.
        limit: usize,
    },
    /// Transfers newest first, with their entries.
    Transfers {
        /// The book.
        book: Book,
        /// Only those with an entry on this account.
        account: Option<AccountId>,
        /// Only with this reference.
        reference: Option<Arc<str>>,
        /// Only those posted for this object.
        owner: Option<OwningObject>,
        /// From this time on.
        from: Option<Time>,
        /// Before this time.
        to: Option<Time>,
        /// After this one.
        after: Option<(Time, TransferId)>,
        /// Page size.
        limit: usize,
    },
    /// A transfer whose stamp is well ahead of the clock, if there is one.
    OffClock {
        /// The book.
        book: Book,
    },
    /// Transfers that were posted for objects, newest first, with entries and with the events of posting.
    Owned {
        /// The book.
        book: Book,
        /// Only those posted for this object.
        owner: Option<OwningObject>,
        /// `settlement`, `refund`, or both.
        kinds: Vec<TransferKind>,
        /// From this time on.
        from: Option<Time>,
        /// Before this time.
        to: Option<Time>,
        /// After this one.
        after: Option<(Time, TransferId)>,
        /// Page size.
        limit: usize,
    },
    /// Holds newest first.
    Holds {
        /// The book.
        book: Book,
        /// Only of this account.
        account: Option<AccountId>,
        /// Only in this state, as stored.
        state: Option<HoldState>,
        /// After this one.
        after: Option<(Time, HoldId)>,
        /// Page size.
        limit: usize,
    },
    /// Records newest first by creation.
    Records(Records),
    /// Sequenced events, oldest first, with their links.
    Events {
        /// The book.
        book: Book,
        /// After this sequence number.
        after_seq: i64,
        /// Only of these types.
        types: Vec<Arc<str>>,
        /// Only of this object: its kind and its id.
        object: Option<(Arc<str>, Arc<str>)>,
        /// Page size.
        limit: usize,
    },
    /// Sequenced events of these ids, in the order of the sequence, with their links; ids without one are
    /// passed over.
    EventsById {
        /// The book.
        book: Book,
        /// The ids.
        ids: Vec<crate::ids::EventId>,
    },
    /// Events of these ids as they were written, in the order of their ids: with a place in the sequence or
    /// without one.
    EventsAsWritten {
        /// The book.
        book: Book,
        /// The ids.
        ids: Vec<crate::ids::EventId>,
    },
    /// Records of a kind in a state that were made before a time and have not changed since then, oldest
    /// first.
    Still {
        /// The book.
        book: Book,
        /// The kind.
        kind: Arc<str>,
        /// The state.
        state: Arc<str>,
        /// Before this time.
        before: Time,
        /// Page size.
        limit: usize,
    },
    /// Records due at `now`, oldest first.
    DueRecords {
        /// Only of this book; otherwise across books.
        book: Option<Book>,
        /// The time.
        now: Time,
        /// Page size.
        limit: usize,
    },
    /// Open holds due at `now`, oldest first.
    DueHolds {
        /// Only of this book; otherwise across books.
        book: Option<Book>,
        /// The time.
        now: Time,
        /// Page size.
        limit: usize,
    },
    /// Jobs that may be taken at `now`, oldest first.
    DueJobs {
        /// Only of this book; otherwise across books.
        book: Option<Book>,
        /// Of these kinds.
        kinds: Vec<Arc<str>>,
        /// The time.
        now: Time,
        /// Page size.
        limit: usize,
    },
    /// Kinds of jobs that wait or are leased, across books, at most `limit`.
    JobKinds {
        /// Page size.
        limit: usize,
    },
    /// Jobs newest first.
    Jobs {
        /// The book.
        book: Book,
        /// Only of this kind.
        kind: Option<Arc<str>>,
        /// Only in this state, as stored.
        state: Option<JobState>,
        /// After this one.
        after: Option<JobId>,
        /// Page size.
        limit: usize,
    },
    /// How many jobs a book has of each kind in each state.
    JobCounts {
        /// The book.
        book: Book,
    },
    /// How many records of a kind each of these first or second parties has, of those that have some.
    RecordCounts {
        /// The book.
        book: Book,
        /// The kind.
        kind: Arc<str>,
        /// Which of the parties.
        of: PartyColumn,
        /// The parties.
        parties: Vec<Arc<str>>,
    },
    /// Sinks, by name, without those that were removed.
    Sinks {
        /// The book.
        book: Book,
        /// After this one.
        after: Option<Arc<str>>,
        /// Page size.
        limit: usize,
    },
    /// Objects that a sink has left behind, by kind and id; only those that are to be delivered again at a
    /// time, the longest due first.
    LeftBehind {
        /// The book.
        book: Book,
        /// The sink.
        sink: Arc<str>,
        /// Only what is due then.
        due: Option<Time>,
        /// After this one, where all are listed.
        after: Option<(Arc<str>, Arc<str>)>,
        /// Page size.
        limit: usize,
    },
    /// Accounts of a currency as the rank has them: the greatest balance first, then by name.
    Ranked {
        /// The book.
        book: Book,
        /// The currency.
        currency: Currency,
        /// Only of this owner.
        owner: Option<Arc<str>>,
        /// After this place and account.
        after: Option<(Arc<str>, AccountId)>,
        /// Page size.
        limit: usize,
    },
    /// Pending events of a book by stamp, with pending stream rows: the sequencer's work.
    Pending {
        /// The book.
        book: Book,
        /// Page size.
        limit: usize,
    },
    /// Names of books that have pending work, in byte order.
    PendingBooks {
        /// After this one.
        after: Option<Book>,
        /// Page size.
        limit: usize,
    },
    /// Names of books that have counters which are still to be added to others
    /// ([delta rows](crate::rows::delta_rows)), in byte order.
    BooksWithDeltas {
        /// After this one.
        after: Option<Book>,
        /// Page size.
        limit: usize,
    },
    /// All books, in byte order.
    Books {
        /// After this one.
        after: Option<Book>,
        /// Page size.
        limit: usize,
    },
    /// Transfers in the order of their ids with their entries, for `verify` and `state_hash`.
    AllTransfers {
        /// The book.
        book: Book,
        /// After this one.
        after: Option<TransferId>,
        /// Page size.
        limit: usize,
    },
    /// Holds in the order of their ids.
    AllHolds {
        /// The book.
        book: Book,
        /// After this one.
        after: Option<HoldId>,
        /// Page size.
        limit: usize,
    },
    /// Records in the order of kind and id.
    AllRecords {
        /// The book.
        book: Book,
        /// After this one.
        after: Option<(Arc<str>, Uuid)>,
        /// Page size.
        limit: usize,
    },
    /// Keys in byte order.
    AllKeys {
        /// The book.
        book: Book,
        /// After this one.
        after: Option<crate::ids::Key>,
        /// Page size.
        limit: usize,
    },
    /// Counters by rule, then subject.
    Counters {
        /// The book.
        book: Book,
        /// After this one.
        after: Option<(Arc<str>, Arc<str>)>,
        /// Page size.
        limit: usize,
    },
    /// Those of them that are still to be added to others.
    Deltas {
        /// The book.
        book: Book,
        /// After this one.
        after: Option<(Arc<str>, Arc<str>)>,
        /// Page size.
        limit: usize,
    },
    /// Pending sums of streaming accounts of a book.
    Streams {
        /// The book.
        book: Book,
        /// Page size.
        limit: usize,
    },
}

/// How many legs of a transfer [`Listed::legs`] has: two name the other side, a third only shows that there
/// are more.
pub const FIRST_LEGS: i64 = 3;

/// Which records are listed.
#[derive(Clone, Debug)]
pub struct Records {
    /// The book.
    pub book: Book,
    /// The kind of object.
    pub kind: Arc<str>,
    /// Only in this state.
    pub state: Option<Arc<str>>,
    /// Only of this first party.
    pub owner: Option<Arc<str>>,
    /// Only of this second party.
    pub peer: Option<Arc<str>>,
    /// Only with this reference.
    pub reference: Option<Arc<str>>,
    /// Only changed at or after this time.
    pub updated_since: Option<Time>,
    /// Only due before this time.
    pub due_before: Option<Time>,
    /// After this one: creation time and id.
    pub after: Option<(Time, Uuid)>,
    /// Page size.
    pub limit: usize,
}

/// One of the two parties that a record is listed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartyColumn {
    /// The first: a deal's buyer.
    Owner,
    /// The second: a deal's seller.
    Peer,
}

impl Records {
    /// All records of a kind, in pages sized for a full scan.
    #[must_use]
    pub fn of(book: &Book, kind: &str) -> Self {
        Self {
            book: book.clone(),
            kind: kind.into(),
            state: None,
            owner: None,
            peer: None,
            reference: None,
            updated_since: None,
            due_before: None,
            after: None,
            limit: 500,
        }
    }

    /// Only those after this one.
    #[must_use]
    pub fn after(self, place: (Time, Uuid)) -> Self {
        Self { after: Some(place), ..self }
    }
}

/// One page of rows. Only the lists that a listing names are filled.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Accounts.
    pub accounts: Vec<AccountRow>,
    /// Entries.
    pub entries: Vec<EntryRow>,
    /// Up to three legs of each transfer in the account's entries: they show who was on the other side.
    pub legs: Vec<EntryRow>,
    /// Transfers.
    pub transfers: Vec<TransferRow>,
    /// Holds.
    pub holds: Vec<HoldRow>,
    /// Records.
    pub records: Vec<RecordRow>,
    /// Events.
    pub events: Vec<EventRow>,
    /// Links, in the order of `events`.
    pub sequence: Vec<Link>,
    /// Pending events.
    pub pending: Vec<PendingRow>,
    /// Pending stream rows.
    pub streams: Vec<StreamRow>,
    /// Keys.
    pub keys: Vec<KeyRow>,
    /// Counters.
    pub counters: Vec<CounterRow>,
    /// Books.
    pub books: Vec<Book>,
    /// Sinks, or objects that one has left behind.
    pub sinks: Vec<SinkRow>,
    /// Places in the rank.
    pub ranks: Vec<RankRow>,
    /// Jobs.
    pub jobs: Vec<JobRow>,
    /// Kinds of jobs.
    pub job_kinds: Vec<Arc<str>>,
    /// How many jobs there are of a kind in a state.
    pub job_counts: Vec<(Arc<str>, JobState, i64)>,
    /// How many records a party has, in the order of the parties.
    pub record_counts: Vec<(Arc<str>, i64)>,
    /// Rows of the page that cannot be read.
    pub unreadable: Vec<Unreadable>,
}

impl Listed {
    /// The page, if every row of it can be read.
    ///
    /// # Errors
    /// `corrupted`, which names table and column.
    pub fn whole(self) -> Result<Self, Error> {
        self.unreadable.first().map_or(Ok(()), |row| Err(row.error()))?;
        Ok(self)
    }
}

impl Listing {
    /// The same listing with more rows on a page; `None` where pages are of another kind.
    #[must_use]
    pub fn wider(&self, by: usize) -> Option<Self> {
        let mut wider = self.clone();
        let limit = match &mut wider {
            Self::Records(records) => &mut records.limit,
            Self::Accounts { limit, .. }
            | Self::Entries { limit, .. }
            | Self::Transfers { limit, .. }
            | Self::Holds { limit, .. }
            | Self::Still { limit, .. }
            | Self::DueRecords { limit, .. }
            | Self::DueHolds { limit, .. }
            | Self::DueJobs { limit, .. }
            | Self::Jobs { limit, .. }
            | Self::Sinks { limit, .. }
            | Self::LeftBehind { limit, .. }
            | Self::AllTransfers { limit, .. }
            | Self::AllHolds { limit, .. }
            | Self::AllRecords { limit, .. }
            | Self::AllKeys { limit, .. }
            | Self::Counters { limit, .. }
            | Self::Deltas { limit, .. } => limit,
            _ => return None,
        };
        *limit = limit.saturating_add(by);
        Some(wider)
    }
}

/// Sets each listing behind the last of its rows on a page, by what names that row. Returns how many rows the
/// page has, and how many it may have; `None` where nobody goes on to a second page.
macro_rules! places {
    ($listing:ident, $page:ident: $($($kind:ident)|+ by $rows:ident, |$row:ident| $place:expr;)*) => {
        match $listing {
            $($(Self::$kind { after, limit, .. })|+ => {
                *after = $page.$rows.last().map(|$row| $place);
                Some(($page.$rows.len(), *limit))
            })*
            Self::Records(Records { after, limit, .. }) => {
                *after = $page.records.last().map(|row| (row.created_at, row.id));
                Some(($page.records.len(), *limit))
            }
            Self::Events { after_seq, limit, .. } => {
                *after_seq = $page.sequence.last().map_or(*after_seq, |link| link.seq);
                Some(($page.sequence.len(), *limit))
            }
            _ => None,
        }
    };
}

impl Listing {
    /// The listing of the page behind this one; `None` behind the last. That is the first empty page or, with
    /// `full`, the first that is not full.
    pub(crate) fn behind(mut self, page: &Listed, full: bool) -> Option<Self> {
        let listing = &mut self;
        let (rows, limit) = places! { listing, page:
            Accounts by accounts, |row| cursor_of(row);
            Entries by entries, |row| (row.stamp, row.transfer, row.leg);
            Transfers by transfers, |row| (row.stamp, row.id);
            Holds by holds, |row| (row.created_at, row.id);
            Jobs by jobs, |row| row.id;
            Sinks by sinks, |row| row.name.clone();
            LeftBehind by sinks, |row| (row.object.clone(), row.object_id.clone());
            Ranked by ranks, |row| (row.place.clone(), row.account.clone());
            PendingBooks | BooksWithDeltas | Books by books, |book| book.clone();
            AllTransfers by transfers, |row| row.id;
            AllHolds by holds, |row| row.id;
            AllRecords by records, |row| (row.kind.clone(), row.id);
            AllKeys by keys, |row| row.key.clone();
            Counters | Deltas by counters, |row| (row.rule.clone(), row.subject.clone());
        }?;
        let more = if full { rows == limit } else { rows > 0 };
        more.then_some(self)
    }
}

/// Returns where the listing of accounts continues after this page.
#[must_use]
pub fn cursor_of(row: &AccountRow) -> AccountCursor {
    AccountCursor {
        id: row.id.clone(),
        currency: row.currency.code().into(),
        search: row.search.clone(),
        created_at: row.created_at,
    }
}
