//! Shared knowledge of the clock: when it was confirmed, and the time at which timers last ran.

use std::time::Duration;

use uuid::Uuid;

use crate::engine::Engine;
use crate::error::{Detail, Error, Result};
use crate::ids::Book;
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::tables::RecordRow;
use crate::rows::writes::Writes;
use crate::store::{Wait, Written};
use crate::time::Time;

/// The kind of the record that keeps facts about the clock in the reserved book.
const KIND: &str = "clock";
/// How long an answer may take where several servers have the books.
const PATIENCE: Duration = Duration::from_secs(2);

/// A fact about the clock, kept in the reserved book.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Known {
    /// The time that was confirmed.
    Confirmed,
    /// The time at which a process that trusted the clock last ran timers.
    Seen,
    /// The time at which a sweep last noted that counters had left.
    Found,
    /// The time of the note before that. Counters that had left by then are swept.
    Left,
}

/// Waits for what is kept for all books: where several servers have the books, the one that has this may be
/// silent, and the others go on.
async fn in_time<T>(engine: &Engine, answer: impl Future<Output = Result<T>>) -> Result<T> {
    if engine.store().reach().is_none() {
        return answer.await;
    }
    let late = |_| Error::from(Detail::StoreUnavailable { reason: "the server of all books is late".into() });
    tokio::time::timeout(PATIENCE, answer).await.map_err(late)?
}

impl Known {
    /// All that there is.
    pub(crate) const ALL: [Self; 4] = [Self::Confirmed, Self::Seen, Self::Found, Self::Left];

    /// The kind and the id of its record.
    pub(crate) fn name(self) -> String {
        let RecordKey { kind, id, .. } = self.key();
        format!("{kind} {id}")
    }

    fn key(self) -> RecordKey {
        RecordKey::new(Book::stored("@system"), KIND.into(), Uuid::from_u128(self as u128))
    }

    /// Reads it.
    ///
    /// # Errors
    /// Any failure of the store.
    pub(crate) async fn read(self, engine: &Engine) -> Result<Option<RecordRow>> {
        let mut needs = Needs::default();
        needs.record(self.key(), Access::Read);
        let read = async { Ok(engine.peek(&needs).await?.records.into_iter().next()) };
        in_time(engine, read).await
    }

    /// Writes it. If two processes write at once, one of the writes is enough.
    ///
    /// # Errors
    /// Any failure of the store.
    pub(crate) async fn write(self, engine: &Engine, time: Time) -> Result<()> {
        in_time(engine, self.written(engine, time)).await
    }

    async fn written(self, engine: &Engine, time: Time) -> Result<()> {
        let fault = |fault: crate::store::Fault| fault.into_error(false);
        let mut session = engine.store().writer().await.map_err(fault)?;
        session.begin().await.map_err(fault)?;
        let mut needs = Needs::default();
        needs.record(self.key(), Access::Write);
        let loaded = session.lock(&needs, Wait::Block).await.map_err(fault)?;
        let known = loaded.records.first().map(|row| (row.version, row.created_at));
        let RecordKey { book, kind, id } = self.key();
        let row = RecordRow {
            book,
            kind,
            id,
            state: "known".into(),
            owner: None,
            peer: None,
            reference: None,
            salt: None,
            due_at: None,
            body: "{}".into(),
            version: known.map_or(1, |(version, _)| version.saturating_add(1)),
            created_at: known.map_or(time, |(_, created_at)| created_at),
            stamp: time,
            at: None,
        };
        let mut seen = Snapshot::default();
        seen.absorb(&needs, loaded);
        seen.records.put(row);
        let commit = engine.options().env.commit();
        let writes = Writes { commit, records: seen.records.take_dirty(), ..Writes::default() };
        match session.write(&writes).await.map_err(fault)? {
            Written::All => session.commit().await.map_err(fault),
            Written::Stale | Written::Claimed => session.rollback().await.map_err(fault),
        }
    }
}
