//! What still needs a key of the keyring, in every book: only a key that nothing needs may be dropped.

use std::time::Duration;

use crate::credential::pin::PinHash;
use crate::engine::Engine;
use crate::engine::key_round::Piece;
use crate::error::{Detail, Error, Result};
use crate::ids::Book;
use crate::kernel::rests_on::{RestsOn, key_in};
use crate::keyring::Purpose;
use crate::rows::listing::{Listing, Party, Records};
use crate::rows::needs::{Access, Needs};
use crate::rows::object::Stored;
use crate::rows::tables::{HeadRow, RecordRow};
use crate::store::{Session, Writer};
use crate::vault::credentials::{PIN, PinRecord, TOTP, TotpRecord};
use crate::vault::model::{Keys, SUBJECT, keys_of};

/// Books that are looked up together.
const BOOKS: usize = 100;
/// How long transactions are waited for, and between two looks.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);
/// PINs that are looked at where a process is opened, and together for its health.
const NEWEST: usize = 100;

/// What one book needs a key for. Where all counts are 0 and it is not `primary`, a rotation of the book was
/// cut off before it noted its end: `vault.rotate` there finishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The book.
    pub book: Book,
    /// New data keys are wrapped with it.
    pub primary: bool,
    /// Data keys that are wrapped with it.
    pub data_keys: u64,
    /// PINs that are hashed with it, each until its owner next gives it or sets another one.
    pub pins: u64,
    /// Sets of recovery codes that are hashed with it, each until its owner has enrolled anew or used the
    /// last of them. Those of enrolments that nobody has confirmed are not counted: without the key they are
    /// refused, and begun again.
    pub recovery_codes: u64,
}

impl Engine {
    /// The books that still need a key of the keyring, by its id, and for what. Where there is none the key
    /// can be dropped, once every process has a keyring with a newer one. It speaks of this store alone: ask
    /// every store that the keyring is used with, and [`Engine::knows_keyring`] whether this is one of them.
    ///
    /// It reads every record that could name the key: it takes as long as there are subjects with PINs. On
    /// PostgreSQL it says that nothing needs the key only once the transactions have ended that were open
    /// when it first found nothing, an application's own among them: what they write is in no count before.
    /// It waits 10 seconds for them, and for those that are prepared for a commit in two phases. A standby
    /// cannot say so: it sees none of them.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> earnest::Result<()> {
    /// # use earnest::requests::PutValue;
    /// use earnest::keyring::{Keyring, Purpose};
    /// use earnest::{Engine, Options};
    ///
    /// let keyring = Keyring::for_tests();
    /// let bank = Engine::open_with("memory:", Options::new().keyring(keyring.clone())).await?;
    /// assert!(!bank.knows_keyring(Purpose::Vault).await?);
    /// bank.vault().put(PutValue::new("alice", "email", "alice@example.com")).await?;
    ///
    /// let uses = bank.uses_of_key(keyring.newest(Purpose::Vault)?.kid()).await?;
    /// assert_eq!((uses[0].primary, uses[0].data_keys), (true, 1));
    /// assert!(bank.uses_of_key("kek-0000000000000000").await?.is_empty());
    /// assert!(bank.knows_keyring(Purpose::Vault).await?);
    /// # bank.close().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `corrupted` for a record that cannot be read; `contention` when a transaction stays open;
    /// `not_supported` where a standby finds nothing that needs the key; any failure of the store.
    pub async fn uses_of_key(&self, kid: &str) -> Result<Vec<KeyUse>> {
        if Purpose::of(kid) == Some(Purpose::Webhooks) {
            return Ok(Vec::new()); // nothing in a store depends on it
        }
        let uses = self.committed_uses(kid).await?;
        if !uses.is_empty() {
            return Ok(uses);
        }
        // the first value of a book has no record of keys that it could share with a rotation
        self.writers_end().await?;
        self.committed_uses(kid).await
    }

    /// What is known without waiting for anybody.
    pub(super) async fn committed_uses(&self, kid: &str) -> Result<Vec<KeyUse>> {
        let (mut uses, mut after) = (Vec::new(), None);
        loop {
            let books = self.look(&Listing::Books { after: after.take(), limit: BOOKS }).await?.books;
            for book in &books {
                uses.extend(in_book(self, book, kid).await?);
            }
            match books.last().filter(|_| books.len() == BOOKS) {
                Some(last) => after = Some(last.clone()),
                None => return Ok(uses),
            }
        }
    }

    /// Waits until the transactions have ended that are open now and have written.
    async fn writers_end(&self) -> Result<()> {
        let mut session = self.store().reader().await.map_err(|fault| fault.into_error(false))?;
        let mut open = writers(session.as_mut()).await?;
        for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
            if open.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
            let mut now = writers(session.as_mut()).await?;
            // whoever began later has the keyring of now; one that was prepared meanwhile has another name
            now.retain(|writer| matches!(writer, Writer::Prepared(_)) || open.contains(writer));
            open = now;
        }
        if open.is_empty() {
            Ok(())
        } else {
            Err(Detail::Contention { reason: "open_transactions".into() }.into())
        }
    }

    /// Whether a key of the engine's keyring is in use here for a purpose: it wraps data keys of some book,
    /// or a PIN or a recovery code is hashed with it. A store in which none is says nothing about whether an
    /// old key may be dropped: it may be another store than the one that needs it. Keys for webhooks are in
    /// use in no store.
    ///
    /// # Errors
    /// As [`Engine::uses_of_key`].
    pub async fn knows_keyring(&self, purpose: Purpose) -> Result<bool> {
        if purpose == Purpose::Webhooks {
            return Ok(false);
        }
        let mut after = None;
        loop {
            let books = self.look(&Listing::Books { after: after.take(), limit: BOOKS }).await?.books;
            for book in &books {
                if is_known_in(self, book, purpose).await? {
                    return Ok(true);
                }
            }
            match books.last().filter(|_| books.len() == BOOKS) {
                Some(last) => after = Some(last.clone()),
                None => return Ok(false),
            }
        }
    }

    /// Whether this process's keyring has a key.
    fn has_key(&self, purpose: Purpose, kid: &str) -> bool {
        self.keyring().is_some_and(|keyring| keyring.named(purpose, kid).is_ok())
    }
}

async fn writers(session: &mut dyn Session) -> Result<Vec<Writer>> {
    let writers = session.writers().await.map_err(|fault| fault.into_error(false))?;
    if writers.contains(&Writer::Unseen) {
        let reason = "a standby has neither the newest commits of its primary nor its open transactions: ask the primary";
        return Err(
            Detail::NotSupported { operation: "uses_of_key".to_owned(), reason: reason.to_owned() }.into()
        );
    }
    Ok(writers)
}

async fn in_book(engine: &Engine, book: &Book, kid: &str) -> Result<Option<KeyUse>> {
    let keys = keys(engine, book).await?;
    let in_use = keys.as_ref().is_some_and(|keys| keys.facts.in_use.iter().any(|used| used == kid));
    let mut found = KeyUse {
        book: book.clone(),
        primary: keys.is_some_and(|keys| keys.facts.primary == kid),
        data_keys: wrapped(engine, book, kid).await?,
        pins: 0,
        recovery_codes: 0,
    };
    if Purpose::of(kid) == Some(Purpose::Pins) {
        let mut hashed = |row: &RecordRow| Ok(pepper_of_pin(row)?.is_some_and(|pepper| pepper == kid));
        found.pins = count(engine, Records::of(book, PIN), &mut hashed).await?;
        let mut coded = |row: &RecordRow| Ok(pepper_of_codes(row)?.is_some_and(|pepper| pepper == kid));
        found.recovery_codes = count(engine, Records::of(book, TOTP), &mut coded).await?;
    }
    let counted = found.data_keys + found.pins + found.recovery_codes;
    Ok((in_use || found.primary || counted > 0).then_some(found))
}

async fn is_known_in(engine: &Engine, book: &Book, purpose: Purpose) -> Result<bool> {
    if purpose == Purpose::Index {
        return Ok(index_key(engine, book).await?.is_some_and(|kid| engine.has_key(purpose, &kid)));
    }
    if purpose != Purpose::Pins {
        let keys = keys(engine, book).await?;
        return Ok(
            keys.is_some_and(|keys| keys.facts.in_use.iter().any(|kid| engine.has_key(Purpose::Vault, kid)))
        );
    }
    let ours = |pepper: Option<String>| pepper.is_some_and(|kid| engine.has_key(Purpose::Pins, &kid));
    let is_known = any(engine, Records::of(book, PIN), &mut |row| Ok(ours(pepper_of_pin(row)?))).await?;
    Ok(is_known || any(engine, Records::of(book, TOTP), &mut |row| Ok(ours(pepper_of_codes(row)?))).await?)
}

/// The key that a PIN is hashed with, if one is set.
fn pepper_of_pin(row: &RecordRow) -> Result<Option<String>> {
    let record: PinRecord = Stored::of(row)?;
    let hash = record.text("hash").map(|hash| PinHash::read(hash)).transpose();
    let hash = hash.map_err(|bad| Error::corrupted(format!("{PIN} {}: {bad}", row.id)))?;
    Ok(hash.map(|hash| hash.pepper().to_owned()))
}

/// The key that recovery codes are hashed with, if any is left.
fn pepper_of_codes(row: &RecordRow) -> Result<Option<String>> {
    let record: TotpRecord = Stored::of(row)?;
    let Some(codes) = record.text("codes") else { return Ok(None) };
    let codes: Vec<String> = serde_json::from_str(codes)
        .map_err(|_| Error::corrupted(format!("recovery codes of {TOTP} {}", row.id)))?;
    Ok(record.text("pepper").filter(|_| !codes.is_empty()).map(ToString::to_string))
}

/// Which keys wrap in a book; none where nothing was ever sealed, and in a copy that `events.replay` made: it
/// has no data keys.
async fn keys(engine: &Engine, book: &Book) -> Result<Option<Keys>> {
    let mut needs = Needs::default();
    needs.record(keys_of(book), Access::Read);
    needs.heads.insert((book.clone(),));
    let rows = engine.peek(&needs).await?;
    if rows.heads.first().is_some_and(HeadRow::is_copy) {
        return Ok(None);
    }
    rows.records.first().map(Keys::of).transpose()
}

/// The key of the index that a book rests on, if anything does; none in a copy that `events.replay` made, which
/// has nothing that could be found by it.
async fn index_key(engine: &Engine, book: &Book) -> Result<Option<String>> {
    let mut needs = Needs::default();
    RestsOn::needs(book, &mut needs);
    needs.heads.insert((book.clone(),));
    let rows = engine.peek(&needs).await?;
    if rows.heads.first().is_some_and(HeadRow::is_copy) {
        return Ok(None);
    }
    rows.records.first().map(key_in).transpose()
}

/// The key of the index that a book rests on, where the engine's keyring lacks it.
async fn missing_index_in(engine: &Engine, book: &Book) -> Result<Option<String>> {
    Ok(index_key(engine, book).await?.filter(|kid| !engine.has_key(Purpose::Index, kid)))
}

/// How many data keys of a book are wrapped with a key.
pub(super) async fn wrapped(engine: &Engine, book: &Book, kid: &str) -> Result<u64> {
    // the store counts: there may be a million of them
    let (kind, of, parties) = (SUBJECT.into(), Party::Peer, vec![kid.into()]);
    let counts = engine.look(&Listing::RecordCounts { book: book.clone(), kind, of, parties }).await?;
    Ok(counts.record_counts.first().map_or(0, |(_, count)| u64::try_from(*count).unwrap_or_default()))
}

/// A key with which data keys of a book are wrapped, and that the engine's keyring lacks.
pub(crate) async fn missing_in(engine: &Engine, book: &Book) -> Result<Option<String>> {
    let keys = keys(engine, book).await?;
    Ok(keys.and_then(|keys| keys.facts.in_use.into_iter().find(|kid| !engine.has_key(Purpose::Vault, kid))))
}

/// A key with which PINs of a book are hashed, and that the engine's keyring lacks: of the newest hundred.
pub(crate) async fn missing_pepper_in(engine: &Engine, book: &Book) -> Result<Option<String>> {
    let newest = Records { limit: NEWEST, ..Records::of(book, PIN) };
    for row in &engine.look(&Listing::Records(newest)).await?.records {
        if let Some(kid) = pepper_of_pin(row)?.filter(|kid| !engine.has_key(Purpose::Pins, kid)) {
            return Ok(Some(kid));
        }
    }
    Ok(None)
}

/// What of a piece of a book the engine's keyring lacks, and the piece that follows.
pub(crate) async fn lacking_at(
    engine: &Engine,
    book: &Book,
    piece: Piece,
) -> Result<(Option<String>, Option<Piece>)> {
    let (kind, after) = match piece {
        Piece::Keys => {
            if let Some(kid) = missing_index_in(engine, book).await? {
                let said = format!(
                    "it lacks `{kid}`, which names, finds and proves in book `{book}`: it is the keyring of \
                     another installation, or none"
                );
                return Ok((Some(said), None));
            }
            let missing = missing_in(engine, book).await?;
            let said = missing
                .map(|kid| format!("it lacks `{kid}`, with which data keys of book `{book}` are wrapped"));
            return Ok((said, Some(Piece::Pins(None))));
        }
        Piece::Pins(after) => (PIN, after),
        Piece::Codes(after) => (TOTP, after),
    };
    let pepper = |row: &RecordRow| if kind == PIN { pepper_of_pin(row) } else { pepper_of_codes(row) };
    let page = Records { limit: NEWEST, after, ..Records::of(book, kind) };
    let rows = engine.look(&Listing::Records(page)).await?.records;
    for row in &rows {
        if let Some(kid) = pepper(row)?.filter(|kid| !engine.has_key(Purpose::Pins, kid)) {
            let hashed = if kind == PIN { "PINs" } else { "recovery codes" };
            let said = format!("it lacks `{kid}`, with which {hashed} of book `{book}` are hashed");
            return Ok((Some(said), None));
        }
    }
    let last = rows.last().filter(|_| rows.len() == NEWEST).map(|row| (row.created_at, row.id));
    Ok((
        None,
        match piece {
            Piece::Pins(_) if last.is_some() => Some(Piece::Pins(last)),
            Piece::Pins(_) => Some(Piece::Codes(None)),
            _ => last.map(|last| Piece::Codes(Some(last))),
        },
    ))
}

/// Logs that the engine's keyring lacks a key that its own book needs.
pub(crate) async fn warn_of_missing(engine: &Engine) {
    if let Ok(Some(kid)) = missing_index_in(engine, engine.book_name()).await {
        tracing::warn!(key = kid, "the keyring is not the one that this book rests on");
    }
    if let Ok(Some(kid)) = missing_in(engine, engine.book_name()).await {
        tracing::warn!(key = kid, "the keyring lacks a key with which data keys of this book are wrapped");
    }
    if let Ok(Some(kid)) = missing_pepper_in(engine, engine.book_name()).await {
        tracing::warn!(key = kid, "the keyring lacks a key with which PINs of this book are hashed");
    }
}

/// What is looked for in a record.
type Test<'t> = &'t mut (dyn FnMut(&RecordRow) -> Result<bool> + Send);

async fn count(engine: &Engine, records: Records, counts: Test<'_>) -> Result<u64> {
    let mut found = 0;
    let mut one = |row: &RecordRow| {
        found += u64::from(counts(row)?);
        Ok(false)
    };
    any(engine, records, &mut one).await?;
    Ok(found)
}

/// Whether there is such a record: they are looked at one after the other, until one is.
async fn any(engine: &Engine, mut records: Records, is_it: Test<'_>) -> Result<bool> {
    loop {
        let rows = engine.look(&Listing::Records(records.clone())).await?.records;
        for row in &rows {
            if is_it(row)? {
                return Ok(true);
            }
        }
        match rows.last().filter(|_| rows.len() == records.limit) {
            Some(last) => records = records.after((last.created_at, last.id)),
            None => return Ok(false),
        }
    }
}
