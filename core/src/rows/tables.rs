//! The rows of the money tables: their columns, and nothing about their meaning.
//!
//! One declaration gives the struct, its table, its columns in order and its codec; the SQL text of both
//! dialects is derived from the same list, so a column is named once.

use std::borrow::Cow;
use std::sync::Arc;

use uuid::Uuid;

pub use super::delta_rows::CounterRow;
use super::owner::{OwnerId, OwningObject};
pub use super::rank::RankRow;
pub use super::row::{Column, Row};
use super::row::{hot, row};
pub use super::sink::SinkRow;
use crate::currency::{Currencies, Currency};
use crate::error::Error;
use crate::ids::{AccountId, Book, EventId, HoldId, JobId, Key, TransferId};
use crate::rows::codec::{Cell, Value, text_enum};
use crate::rows::private::Private;
use crate::time::Time;

/// The expiry of a key that is tied to a request waiting for an approval: the beginning of time. It gives way
/// to that request and to no other.
pub const AWAITS_APPROVAL: Time = Time::EPOCH;

/// The version of the head of a book that is a copy. No command of an engine writes to such a book.
pub const COPY: i64 = -1;

/// The highest version of a row that is read: no row gets there by calls, and what many calls of one group
/// add to it does not overflow.
pub const LAST_VERSION: i64 = i64::MAX >> 1;

text_enum! {
    /// Whether an account takes part in money movements.
    pub enum AccountStatus {
        /// It does.
        Active = "active",
        /// It takes no new debit, credit or hold; money already owed to it is still paid.
        Locked = "locked",
        /// It is closed for good; it takes only what is owed to it, and opens again only to pay that out.
        Closed = "closed",
    }

    /// Why a transfer exists.
    pub enum TransferKind {
        /// Money entered an account from outside.
        TopUp = "top_up",
        /// Money left an account.
        Deduct = "deduct",
        /// Money moved between two accounts.
        Transfer = "transfer",
        /// A posting of n legs.
        Post = "post",
        /// A hold was captured.
        Capture = "capture",
        /// An original was reversed whole.
        Reversal = "reversal",
        /// Part of an original, or of a deal, was given back.
        Refund = "refund",
        /// A fee of a deal.
        Fee = "fee",
        /// A deal paid its seller or another recipient.
        Settlement = "settlement",
        /// Money came in through a gateway.
        Payment = "payment",
        /// A purchase was paid.
        Purchase = "purchase",
        /// A purchase gave its buyer what was promised with it.
        Grant = "grant",
        /// The grant of a purchase was taken back.
        Clawback = "clawback",
        /// The payer's bank took a payment back, or gave it again.
        Chargeback = "chargeback",
        /// A debt was paid.
        Recovery = "recovery",
        /// A withdrawal left for a chain.
        Withdrawal = "withdrawal",
    }

    /// The tier of a treasury account.
    pub enum Tier {
        /// It is used for payments, and should not have too much.
        Hot = "hot",
        /// It is for keeping.
        Cold = "cold",
    }

    /// The state of a hold.
    pub enum HoldState {
        /// Nothing was captured yet.
        Authorized = "authorized",
        /// Part was captured and the rest is still held.
        PartiallyCaptured = "partially_captured",
        /// It was captured, and the rest was released.
        Captured = "captured",
        /// It was released without capture.
        Voided = "voided",
        /// It expired, and the rest was released.
        Expired = "expired",
    }
}

impl HoldState {
    /// Whether the hold still holds something (unless the clock has passed its expiry).
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Authorized | Self::PartiallyCaptured)
    }
}

text_enum! {
    /// The state of a job.
    pub enum JobState {
        /// It waits to be done.
        Queued = "queued",
        /// A worker has it until its lease ends.
        Leased = "leased",
        /// It is over: done, or discarded.
        Done = "done",
        /// It failed as often as it may: it waits for a person.
        Dead = "dead",
    }
}

row! {
    /// An account: one balance in one currency.
    AccountRow in "account", version(row) = row.version,
        seen(version: i64, stamp: Time, posted: i128, held: i128, entries: i64), appended(streaming, stamp = 1);
    key AccountKey(book, account, currency) {
        /// The book.
        book: Book,
        /// The caller's name for it.
        id: AccountId,
        /// Its currency.
        currency: Currency,
    }
    /// Posted balance in minor units. On a streaming account: the part folded so far.
    @hot posted: i128,
    /// Sum of open holds in minor units.
    @hot held: i128,
    /// How far below zero it may go, in minor units.
    overdraft: i128,
    /// `posted - held + overdraft`, stored so that the database can check its sign.
    @hot headroom: i128,
    /// Status.
    status: AccountStatus,
    /// Whether credits append instead of locking the row.
    streaming: bool,
    /// The caller's own label.
    kind: Option<Arc<str>>,
    /// The owner, for derived roles and listings.
    owner: Option<Arc<str>>,
    /// The object that alone may move its money.
    owned_by(owned_by_kind, owned_by_id): Option<OwningObject>,
    /// The tier of a treasury account, whose record has its limits.
    tier: Option<Tier>,
    /// Name for people.
    display_name: Option<Arc<str>>,
    /// Lower-case name that `search` compares as a prefix.
    search: Arc<str>,
    /// The caller's own reference.
    reference: Option<Arc<str>>,
    /// Canonical JSON.
    metadata: Option<Arc<str>>,
    /// The salt of the hashes of its texts in events; `None` where it has none.
    salt: Option<Arc<[u8]>>,
    /// Number of its newest entry.
    @hot entries: i64,
    /// Counts every change.
    @hot version: i64,
    /// When it was opened.
    created_at: Time,
    /// Stamp of its newest change.
    @hot stamp: Time,
}

row! {
    /// A transfer: the head of n entries that sum to zero per currency.
    TransferRow in "transfer", version(row) = row.version,
        seen(version: i64, refunded: i128, reversed_by: Option<TransferId>);
    key {
        /// The book.
        book: Book,
        /// Its id.
        id: TransferId,
    }
    /// Why it exists.
    kind: TransferKind,
    /// The transfer that this one reverses or refunds.
    original: Option<TransferId>,
    /// The transfer that reversed this one whole.
    @hot reversed_by: Option<TransferId>,
    /// Sum of its refunds and reversal, in minor units.
    @hot refunded: i128,
    /// The hold that it captured.
    hold: Option<HoldId>,
    /// The object that it was posted for, which alone may reverse or refund it.
    owned_by(owned_by_kind, owned_by_id): Option<OwningObject>,
    /// The caller's own reference.
    reference: Option<Arc<str>>,
    /// Canonical JSON.
    metadata: Option<Arc<str>>,
    /// The salt of the hashes of its texts in events; `None` where it has none.
    salt: Option<Arc<[u8]>>,
    /// Counts every change.
    @hot version: i64,
    /// When it was posted.
    stamp: Time,
    /// The clock's time then, if the stamp is well ahead of it.
    at: Option<Time>,
}

impl TransferRow {
    /// The object that it was posted for, where it is one of this kind.
    #[must_use]
    pub fn owner<I: OwnerId>(&self) -> Option<I> {
        self.owned_by.and_then(OwningObject::to_id)
    }
}

row! {
    /// An entry: one leg of a transfer on one account. Immutable.
    EntryRow in "entry", version(_row) = 0, seen();
    key {
        /// The book.
        book: Book,
        /// Its transfer.
        transfer: TransferId,
        /// Its place in the transfer, from 0.
        leg: i64,
    }
    /// Gapless number within the account; `None` on a streaming account.
    number: Option<i64>,
    /// Its transfer's stamp.
    stamp: Time,
    /// The account.
    account: AccountId,
    /// The currency.
    currency: Currency,
    /// Signed minor units: positive is a credit.
    amount: i128,
    /// Balance after it; `None` on a streaming account.
    after: Option<i128>,
    /// The clock's time then, if the stamp is well ahead of it.
    at: Option<Time>,
}

row! {
    /// A hold: money authorized but not yet captured.
    HoldRow in "hold", version(row) = row.version,
        seen(version: i64, stamp: Time, state: HoldState, captured: i128, released: i128);
    key {
        /// The book.
        book: Book,
        /// Its id.
        id: HoldId,
    }
    /// The account whose money is held.
    account: AccountId,
    /// The currency.
    currency: Currency,
    /// Authorized minor units.
    amount: i128,
    /// Captured minor units.
    @hot captured: i128,
    /// Released minor units.
    @hot released: i128,
    /// State.
    @hot state: HoldState,
    /// When it expires; `None` is never.
    expires_at: Option<Time>,
    /// When the timer has work with it: `expires_at` while it is open.
    @hot due_at: Option<Time>,
    /// The object that alone may capture or void it.
    owned_by(owned_by_kind, owned_by_id): Option<OwningObject>,
    /// The caller's own reference.
    reference: Option<Arc<str>>,
    /// Canonical JSON.
    metadata: Option<Arc<str>>,
    /// The salt of the hashes of its texts in events; `None` where it has none.
    salt: Option<Arc<[u8]>>,
    /// Counts every change.
    @hot version: i64,
    /// When it was made.
    created_at: Time,
    /// Stamp of its newest change.
    @hot stamp: Time,
}

row! {
    /// A record: one object with a life of its own, such as a deal. Its body is the domain's.
    RecordRow in "record", version(row) = row.version,
        seen(version: i64, stamp: Time, state: Arc<str>, body: Arc<str>);
    key RecordKey(book, kind, id) {
        /// The book.
        book: Book,
        /// The domain: `deal` and so on.
        kind: Arc<str>,
        /// Its id.
        id: Uuid,
    }
    /// Its state, as the domain names it.
    @hot state: Arc<str>,
    /// First party (a deal's buyer).
    owner: Option<Arc<str>>,
    /// Second party (a deal's seller).
    peer: Option<Arc<str>>,
    /// The caller's own reference.
    reference: Option<Arc<str>>,
    /// The salt of the hashes of its texts in events; `None` where it has none.
    salt: Option<Arc<[u8]>>,
    /// When a timer has work with it.
    @hot due_at: Option<Time>,
    /// JSON of the domain, with its version in `v`.
    @hot body: Arc<str>,
    /// Counts every event.
    @hot version: i64,
    /// When it was made.
    created_at: Time,
    /// Stamp of its newest change.
    @hot stamp: Time,
    /// The clock's time then, if the stamp is well ahead of it.
    @hot at: Option<Time>,
}

row! {
    /// An idempotency key and its outcome.
    KeyRow in "idempotency", version(row) = row.stamp.micros(),
        seen(stamp: Time, request: Arc<[u8]>), unsigned(form);
    key {
        /// The book.
        book: Book,
        /// The key.
        key: Key,
    }
    /// When it happened.
    stamp: Time,
    /// When it may be deleted; `None` is never.
    expires_at: Option<Time>,
    /// The number of the canonical form that was hashed.
    form: i64,
    /// The operation that ran under it.
    operation: Arc<str>,
    /// SHA-256 of the canonical request.
    request: Arc<[u8]>,
    /// Four bytes of hash per declared field, in order.
    fields: Arc<[u8]>,
    /// The ids that it made: a letter and 16 bytes each.
    made: Arc<[u8]>,
    /// A hash of the id of the actor who used it first; `None` is the host's own program.
    actor: Option<Arc<[u8]>>,
    /// The salt of its hash in the log.
    salt: Option<Arc<[u8]>>,
    /// The clock's time then, if the stamp is well ahead of it.
    at: Option<Time>,
}

row! {
    /// A job: something to do outside, written in the same commit as the money.
    JobRow in "job", version(row) = row.version,
        seen(version: i64, stamp: Time, state: JobState, fence: i64);
    key {
        /// The book.
        book: Book,
        /// Its id.
        id: JobId,
    }
    /// The kind of work; its handler knows the kind.
    kind: Arc<str>,
    /// State.
    state: JobState,
    /// The key that is sent outside: fixed when the job is written, the same at every attempt.
    outside_key: Arc<str>,
    /// Canonical JSON: the work.
    payload: Arc<str>,
    /// How often it was leased.
    attempts: i64,
    /// How often it may be leased before it is dead.
    max_attempts: i64,
    /// Not before this time.
    run_at: Time,
    /// When the lease ends; `None` when no worker has it.
    leased_until: Option<Time>,
    /// When a worker may take it: `run_at` while it waits, `leased_until` while it is leased.
    due_at: Option<Time>,
    /// The number of its newest lease: a report under an older one is refused.
    fence: i64,
    /// The newest error.
    last_error: Option<Arc<str>>,
    /// Canonical JSON: the result.
    result: Option<Arc<str>>,
    /// The salt of the hashes of its texts in events.
    salt: Option<Arc<[u8]>>,
    /// Whether it was ended without being done.
    discarded: bool,
    /// Counts every change.
    version: i64,
    /// When it was written.
    created_at: Time,
    /// Stamp of its newest change.
    stamp: Time,
}

row! {
    /// An event. Immutable.
    EventRow in "event", version(_row) = 0, seen();
    key {
        /// The book.
        book: Book,
        /// Its id; that of a posted transfer has the transfer's uuid.
        id: EventId,
    }
    /// The commit that wrote it, whose links have its place in the sequence. No part of its content.
    commit_id: Uuid,
    /// The object's version after it.
    version: i64,
    /// The stamp of its commit.
    stamp: Time,
    /// `object.past_tense`.
    kind: Arc<str>,
    /// The kind of object it happened to.
    object: Arc<str>,
    /// The id of that object; `None`: it is the transfer that has the event's own uuid.
    object_id: Option<Arc<str>>,
    /// The actor, as JSON.
    actor: Option<Arc<str>>,
    /// Correlation, causation and trace ids, and salted hashes of what is private, as JSON.
    context: Option<Arc<str>>,
    /// Address and device of the end user with the salt of their hashes, as JSON. No part of its content: it
    /// may be erased.
    private: Option<Private>,
    /// Canonical JSON: ids, amounts and hashes.
    data: Arc<str>,
    /// The clock's time then, if the stamp is well ahead of it.
    at: Option<Time>,
}

/// Rows that people are shown the time of.
macro_rules! timed {
    ($($row:ident)*) => {$(
        impl $row {
            /// The clock's time when it was written; of a record, changed. The stamp only keeps the order.
            #[must_use]
            pub fn time(&self) -> Time {
                self.at.unwrap_or(self.stamp)
            }
        }
    )*};
}
timed!(TransferRow EntryRow KeyRow EventRow RecordRow);

impl HoldRow {
    /// The amount it still keeps, in minor units.
    #[must_use]
    pub const fn remaining(&self) -> i128 {
        self.amount - self.captured - self.released
    }
}

impl EventRow {
    /// The id of the object that it happened to.
    #[must_use]
    pub fn object_id(&self) -> Cow<'_, str> {
        match &self.object_id {
            Some(id) => Cow::Borrowed(id),
            None => Cow::Owned(TransferId::from_uuid(self.id.uuid()).to_string()),
        }
    }
}

row! {
    /// The places that the events of one commit have in a book's gapless sequence, and their links of the
    /// hash chain. Immutable.
    SequenceRow in "event_seq", version(_row) = 0, seen();
    key {
        /// The book.
        book: Book,
        /// The place of its last event. Places count from 1, without gaps.
        seq: i64,
    }
    /// The commit.
    commit_id: Uuid,
    /// The link before that of its first event.
    previous: Arc<[u8]>,
    /// The timeline that its links are of; `None` is the store's first.
    timeline: Option<Uuid>,
    /// 16 bytes of id and 32 of content hash per event, in order.
    items: Arc<[u8]>,
}

row! {
    /// The newest link of a book's chain.
    HeadRow in "head", version(row) = row.version, seen(version: i64, seq: i64, hash: Arc<[u8]>);
    key {
        /// The book.
        book: Book,
    }
    /// Sequence number of the newest link, 0 at first.
    @hot seq: i64,
    /// Its hash.
    @hot hash: Arc<[u8]>,
    /// The timeline of the next link; `None` is the store's first.
    timeline: Option<Uuid>,
    /// Counts every pass.
    @hot version: i64,
}

impl HeadRow {
    /// Whether the book is a copy that `events.replay` made.
    #[must_use]
    pub const fn is_copy(&self) -> bool {
        self.version == COPY
    }

    /// Whether somebody has set its numbers so high that events find no place behind it.
    #[must_use]
    pub const fn is_spent(&self) -> bool {
        self.version > LAST_VERSION || self.seq > LAST_VERSION
    }
}

row! {
    /// The pending events of one commit, for the sequencer: their ids and content hashes.
    PendingRow in "event_pending", version(_row) = 0, seen();
    key {
        /// The book.
        book: Book,
        /// The commit.
        id: Uuid,
    }
    /// Stamp of its first event.
    stamp: Time,
    /// 16 bytes of id and 32 of hash per event, in order.
    items: Arc<[u8]>,
}

row! {
    /// The sum that one commit added to a streaming account, until the sequencer folds it.
    StreamRow in "stream_pending", version(_row) = 0, seen();
    key {
        /// The book.
        book: Book,
        /// The account.
        account: AccountId,
        /// Its currency.
        currency: Currency,
        /// The commit.
        id: Uuid,
    }
    /// Signed minor units.
    amount: i128,
}

row! {
    /// A book: one tenant.
    BookRow in "book", version(_row) = 0, seen();
    key {
        /// Its name.
        book: Book,
    }
    /// When it was first used.
    created_at: Time,
}

row! {
    /// The mark of a commit: its presence proves that the commit took place.
    MarkRow in "commit_mark", version(_row) = 0, seen();
    key {
        /// The book.
        book: Book,
        /// The commit.
        id: Uuid,
    }
    /// When it was written; an hour later nobody asks any more.
    stamp: Time,
}

row! {
    /// A currency that was registered in addition to ISO 4217.
    CurrencyRow in "currency", version(_row) = 0, seen();
    key {
        /// Always the reserved book `@system`.
        book: Book,
        /// The code.
        code: Arc<str>,
    }
    /// Decimal places.
    scale: i64,
}
