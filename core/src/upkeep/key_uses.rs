//! Finds what still needs a key of the keyring, in every book. Only a key that nothing needs may be dropped.

use std::time::Duration;

use crate::engine::Engine;
use crate::error::{Detail, Result};
use crate::ids::Book;
use crate::keyring::Purpose;
use crate::rows::listing::{Listing, PartyColumn, Records};
use crate::rows::tables::RecordRow;
use crate::store::{Session, Writer};
use crate::upkeep::lacking::{Look, pepper_of_codes, pepper_of_pin};
use crate::vault::credentials::{PIN, TOTP};
use crate::vault::model::SUBJECT;

/// Books that are looked up together.
const BOOKS: usize = 100;
/// How long open transactions are waited for, and how long between two checks.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// The uses of a key in one book. If all counts are 0 and it is not `primary`, a rotation of the book was
/// interrupted before it noted its end: `vault.rotate` there finishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The book.
    pub book: Book,
    /// Whether new data keys are wrapped with it.
    pub primary: bool,
    /// Data keys that are wrapped with it.
    pub data_keys: u64,
    /// PINs that are hashed with it. Each is hashed anew when its owner next enters it or sets another one.
    pub pins: u64,
    /// Sets of recovery codes that are hashed with it. Each lasts until its owner enrols anew or has used the
    /// last code. Sets of unconfirmed enrolments are not counted: without the key they are refused, and begun
    /// again.
    pub recovery_codes: u64,
}

impl Engine {
    /// The books that still need a key of the keyring, by its id, and for what. If there are none, the key
    /// can be dropped once every process has a keyring with a newer one. The answer is for this store alone:
    /// ask every store that the keyring is used with, and [`Engine::knows_keyring`] whether this is one of
    /// them.
    ///
    /// It reads every record that could name the key, so its time grows with the number of subjects with
    /// PINs. On PostgreSQL transactions may be open when it first finds nothing, an application's own among
    /// them, and their writes are not counted yet. It waits up to 10 seconds for them to end, and for those
    /// prepared for a two-phase commit, before it says that nothing needs the key. A standby cannot say so:
    /// it sees none of them.
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
        // a book's first sealed value has no record of keys that it would share with a rotation, so its
        // transaction must end
        self.writers_end().await?;
        self.committed_uses(kid).await
    }

    /// The uses in committed rows, without waiting for anybody.
    pub(super) async fn committed_uses(&self, kid: &str) -> Result<Vec<KeyUse>> {
        let (mut uses, mut next) = (Vec::new(), Some(Listing::Books { after: None, limit: BOOKS }));
        while let Some(listing) = next {
            let page = self.look(&listing).await?;
            for book in &page.books {
                uses.extend(in_book(self, book, kid).await?);
            }
            next = listing.behind(&page, true);
        }
        Ok(uses)
    }

    /// Waits until all transactions have ended that are open now and have written rows.
    async fn writers_end(&self) -> Result<()> {
        let mut session = self.store().reader().await.map_err(|fault| fault.into_error(false))?;
        let mut open = writers(session.as_mut()).await?;
        for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
            if open.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
            let mut now = writers(session.as_mut()).await?;
            // a later transaction uses the present keyring; a transaction that was prepared meanwhile has
            // another name
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
    /// or a PIN or a recovery code is hashed with it. A store that uses none says nothing about whether an
    /// old key may be dropped: another store may need it. Keys for webhooks are in use in no store.
    ///
    /// # Errors
    /// As [`Engine::uses_of_key`].
    pub async fn knows_keyring(&self, purpose: Purpose) -> Result<bool> {
        if purpose == Purpose::Webhooks {
            return Ok(false);
        }
        let mut next = Some(Listing::Books { after: None, limit: BOOKS });
        while let Some(listing) = next {
            let page = self.look(&listing).await?;
            for book in &page.books {
                if is_known_in(self, book, purpose).await? {
                    return Ok(true);
                }
            }
            next = listing.behind(&page, true);
        }
        Ok(false)
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
    let keys = Look::of(engine).keys(book).await?;
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
        let index = Look::of(engine).index_key(book).await?;
        return Ok(index.is_some_and(|kid| engine.has_key(purpose, &kid)));
    }
    if purpose != Purpose::Pins {
        let keys = Look::of(engine).keys(book).await?;
        return Ok(
            keys.is_some_and(|keys| keys.facts.in_use.iter().any(|kid| engine.has_key(Purpose::Vault, kid)))
        );
    }
    let ours = |pepper: Option<String>| pepper.is_some_and(|kid| engine.has_key(Purpose::Pins, &kid));
    let is_known = any(engine, Records::of(book, PIN), &mut |row| Ok(ours(pepper_of_pin(row)?))).await?;
    Ok(is_known || any(engine, Records::of(book, TOTP), &mut |row| Ok(ours(pepper_of_codes(row)?))).await?)
}

/// How many data keys of a book are wrapped with a key.
pub(crate) async fn wrapped(engine: &Engine, book: &Book, kid: &str) -> Result<u64> {
    // counted by the store: there may be a million of them
    let (kind, of, parties) = (SUBJECT.into(), PartyColumn::Peer, vec![kid.into()]);
    let counts = engine.look(&Listing::RecordCounts { book: book.clone(), kind, of, parties }).await?;
    Ok(counts.record_counts.first().map_or(0, |(_, count)| u64::try_from(*count).unwrap_or_default()))
}

/// The test of a record.
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

/// Whether any record passes the test. Records are read one after the other, until one passes.
async fn any(engine: &Engine, records: Records, is_it: Test<'_>) -> Result<bool> {
    let mut next = Some(Listing::Records(records));
    while let Some(listing) = next {
        let page = engine.look(&listing).await?;
        for row in &page.records {
            if is_it(row)? {
                return Ok(true);
            }
        }
        next = listing.behind(&page, true);
    }
    Ok(false)
}
