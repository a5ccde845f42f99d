//! What still needs a key of the keyring, in every book: only a key that nothing needs may be dropped.

use crate::credential::pin::PinHash;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::keyring::Purpose;
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::{Access, Needs};
use crate::rows::object::Stored;
use crate::rows::tables::RecordRow;
use crate::vault::credentials::{PIN, PinRecord, TOTP, TotpRecord};
use crate::vault::model::{Keys, SUBJECT, keys_of};

/// Books that are looked up together.
const BOOKS: usize = 100;

/// What one book needs a key for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The book.
    pub book: Book,
    /// New data keys are wrapped with it.
    pub primary: bool,
    /// Data keys that are wrapped with it.
    pub data_keys: u64,
    /// PINs and sets of recovery codes that are hashed with it.
    pub credentials: u64,
}

impl Engine {
    /// The books that still need a key of the keyring, by its id, and for what. Where there is none the key
    /// can be dropped, once every process has a keyring with a newer one.
    ///
    /// It reads every record that could name the key: it takes as long as there are subjects with PINs.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> earnest::Result<()> {
    /// # use earnest::requests::PutValue;
    /// use earnest::keyring::{Keyring, Purpose};
    /// use earnest::{Engine, Options};
    ///
    /// let keyring = Keyring::for_tests();
    /// let bank = Engine::open_with("memory:", Options::new().keyring(keyring.clone())).await?;
    /// bank.vault().put(PutValue::new("alice", "email", "alice@example.com")).await?;
    ///
    /// let uses = bank.uses_of_key(keyring.newest(Purpose::Vault)?.kid()).await?;
    /// assert_eq!((uses[0].primary, uses[0].data_keys), (true, 1));
    /// assert!(bank.uses_of_key("kek-0000000000000000").await?.is_empty());
    /// # bank.close().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `corrupted` for a record that cannot be read; any failure of the store.
    pub async fn uses_of_key(&self, kid: &str) -> Result<Vec<KeyUse>> {
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
}

async fn in_book(engine: &Engine, book: &Book, kid: &str) -> Result<Option<KeyUse>> {
    let keys = keys(engine, book).await?;
    let in_use = keys.as_ref().is_some_and(|keys| keys.facts.in_use.iter().any(|used| used == kid));
    let mut found = KeyUse {
        book: book.clone(),
        primary: keys.is_some_and(|keys| keys.facts.primary == kid),
        data_keys: 0,
        credentials: 0,
    };
    found.data_keys = wrapped(engine, book, kid).await?;
    if Purpose::of(kid) == Some(Purpose::Pins) {
        let hashed = |row: &RecordRow| {
            let record: PinRecord = Stored::of(row)?;
            let hash = record.text("hash").map(|hash| PinHash::read(hash)).transpose();
            let hash = hash.map_err(|bad| Error::corrupted(format!("{PIN} {}: {bad}", row.id)))?;
            Ok(hash.is_some_and(|hash| hash.pepper() == kid))
        };
        found.credentials = count(engine, Records::of(book, PIN), hashed).await?;
        let coded = |row: &RecordRow| {
            let record: TotpRecord = Stored::of(row)?;
            Ok(["pepper", "pending_pepper"]
                .into_iter()
                .any(|name| record.text(name).is_some_and(|pepper| **pepper == *kid)))
        };
        found.credentials += count(engine, Records::of(book, TOTP), coded).await?;
    }
    Ok((in_use || found.primary || found.data_keys + found.credentials > 0).then_some(found))
}

/// Which keys wrap in a book, if anything was ever sealed there.
async fn keys(engine: &Engine, book: &Book) -> Result<Option<Keys>> {
    let mut needs = Needs::default();
    needs.record(keys_of(book), Access::Read);
    engine.peek(&needs).await?.records.first().map(Keys::of).transpose()
}

/// How many data keys of a book are wrapped with a key.
pub(super) async fn wrapped(engine: &Engine, book: &Book, kid: &str) -> Result<u64> {
    let records = Records { peer: Some(kid.into()), ..Records::of(book, SUBJECT) };
    count(engine, records, |_| Ok(true)).await
}

/// A key that is in use in the engine's book, and that its keyring lacks.
pub(crate) async fn missing(engine: &Engine) -> Result<Option<String>> {
    let keys = keys(engine, engine.book_name()).await?;
    let has = |kid: &String| {
        engine.options().keyring.as_ref().is_some_and(|keyring| keyring.named(Purpose::Vault, kid).is_ok())
    };
    Ok(keys.and_then(|keys| keys.facts.in_use.into_iter().find(|kid| !has(kid))))
}

async fn count(
    engine: &Engine,
    mut records: Records,
    mut counts: impl FnMut(&RecordRow) -> Result<bool>,
) -> Result<u64> {
    let mut found = 0;
    loop {
        let rows = engine.look(&Listing::Records(records.clone())).await?.records;
        for row in &rows {
            found += u64::from(counts(row)?);
        }
        match rows.last().filter(|_| rows.len() == records.limit) {
            Some(last) => records = records.after((last.created_at, last.id)),
            None => return Ok(found),
        }
    }
}
