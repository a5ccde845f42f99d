//! Finds keys that a store needs and a process's keyring lacks: for health checks, for the log when a store
//! is opened, and before a restore.

use crate::credential::pin::PinHash;
use crate::engine::Engine;
use crate::engine::key_round::Piece;
use crate::error::{Detail, Error, Kind, Result};
use crate::ids::Book;
use crate::kernel::key_dependence::{RestsOn, key_in};
use crate::keyring::{Keyring, Purpose};
use crate::rows::listing::{Listed, Listing, Records};
use crate::rows::loaded::Loaded;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::Stored;
use crate::rows::tables::{HeadRow, RecordRow};
use crate::store::Session;
use crate::vault::credentials::{PIN, PinRecord, TOTP, TotpRecord};
use crate::vault::model::{Keys, keys_of};

/// Books that are listed together.
const BOOKS: usize = 100;
/// Page size for PINs and codes. Opening a store checks one page.
const NEWEST: usize = 100;

/// Where rows are read.
enum Rows<'r> {
    /// On connections of an engine's own.
    Of(&'r Engine),
    /// In a transaction that is open.
    In(&'r mut dyn Session),
}

/// A search for keys that a keyring lacks.
pub(crate) struct Look<'l> {
    rows: Rows<'l>,
    keyring: Option<Keyring>,
}

/// A key that is needed and missing.
pub(crate) struct Lack {
    purpose: Purpose,
    kid: String,
    /// The message: the key and its use.
    pub(crate) said: String,
}

impl Lack {
    /// `key_not_found`, with a hint what to do.
    pub(crate) fn error(&self, hint: &str) -> Error {
        let key = format!("{}/{}", self.purpose.as_str(), self.kid);
        Detail::KeyNotFound { key, hint: format!("{}: {hint}", self.said) }.into()
    }
}

/// The missing key of a piece of a book, if any, and the next piece.
pub(crate) type Looked = (Option<Lack>, Option<Piece>);

impl<'l> Look<'l> {
    /// Searches an engine's store, with its keyring.
    pub(crate) fn of(engine: &'l Engine) -> Self {
        Self { rows: Rows::Of(engine), keyring: engine.keyring() }
    }

    /// Searches the rows that a transaction sees, with a keyring.
    pub(crate) fn within(session: &'l mut dyn Session, keyring: Keyring) -> Self {
        Self { rows: Rows::In(session), keyring: Some(keyring) }
    }

    async fn look(&mut self, listing: &Listing) -> Result<Listed> {
        match &mut self.rows {
            Rows::Of(engine) => engine.look(listing).await,
            Rows::In(session) => session.list(listing).await.map_err(|fault| fault.into_error(false)),
        }
    }

    async fn peek(&mut self, needs: &Needs) -> Result<Loaded> {
        match &mut self.rows {
            Rows::Of(engine) => engine.peek(needs).await,
            Rows::In(session) => session.peek(needs).await.map_err(|fault| fault.into_error(false)),
        }
    }

    fn has(&self, purpose: Purpose, kid: &str) -> bool {
        self.keyring.as_ref().is_some_and(|keyring| keyring.named(purpose, kid).is_ok())
    }

    /// Reads a record of a book; `None` in a copy that `events.replay` made, which no key can open.
    async fn record(&mut self, book: &Book, mut needs: Needs) -> Result<Option<RecordRow>> {
        needs.heads.insert((book.clone(),));
        let rows = self.peek(&needs).await?;
        let is_copy = rows.heads.first().is_some_and(HeadRow::is_copy);
        Ok(rows.records.into_iter().next().filter(|_| !is_copy))
    }

    /// The keys that wrap in a book; `None` if nothing was ever sealed there.
    pub(super) async fn keys(&mut self, book: &Book) -> Result<Option<Keys>> {
        let mut needs = Needs::default();
        needs.record(keys_of(book), Access::Read);
        self.record(book, needs).await?.as_ref().map(Keys::of).transpose()
    }

    /// The index key that a book rests on, if there is one.
    pub(super) async fn index_key(&mut self, book: &Book) -> Result<Option<String>> {
        let mut needs = Needs::default();
        RestsOn::needs(book, &mut needs);
        self.record(book, needs).await?.as_ref().map(key_in).transpose()
    }

    async fn index(&mut self, book: &Book) -> Result<Option<Lack>> {
        let kid = self.index_key(book).await?.filter(|kid| !self.has(Purpose::Index, kid));
        Ok(kid.map(|kid| {
            let said = format!(
                "it lacks `{kid}`, which names, finds and proves in book `{book}`: it is the keyring of another \
                 installation, or none"
            );
            Lack { purpose: Purpose::Index, kid, said }
        }))
    }

    async fn wrapping(&mut self, book: &Book) -> Result<Option<Lack>> {
        let in_use = self.keys(book).await?.map(|keys| keys.facts.in_use).unwrap_or_default();
        let kid = in_use.into_iter().find(|kid| !self.has(Purpose::Vault, kid));
        Ok(kid.map(|kid| {
            let said = format!("it lacks `{kid}`, with which data keys of book `{book}` are wrapped");
            Lack { purpose: Purpose::Vault, kid, said }
        }))
    }

    /// Checks a piece of a book: returns the missing key, if any, and the next piece.
    pub(crate) async fn at(&mut self, book: &Book, piece: Piece) -> Result<Looked> {
        let (kind, after) = match piece {
            Piece::Keys => {
                let lack = match self.index(book).await? {
                    Some(lack) => Some(lack),
                    None => self.wrapping(book).await?,
                };
                return Ok((lack, Some(Piece::Pins(None))));
            }
            Piece::Pins(after) => (PIN, after),
            Piece::Codes(after) => (TOTP, after),
        };
        let page = Records { limit: NEWEST, after, ..Records::of(book, kind) };
        let rows = self.look(&Listing::Records(page)).await?.records;
        if let Some(lack) = self.pepper(book, &rows)? {
            return Ok((Some(lack), None));
        }
        let last = rows.last().filter(|_| rows.len() == NEWEST).map(|row| (row.created_at, row.id));
        let next = match piece {
            Piece::Pins(_) if last.is_some() => Some(Piece::Pins(last)),
            Piece::Pins(_) => Some(Piece::Codes(None)),
            _ => last.map(|last| Piece::Codes(Some(last))),
        };
        Ok((None, next))
    }

    /// The first missing key with which PINs or recovery codes are hashed.
    fn pepper(&self, book: &Book, rows: &[RecordRow]) -> Result<Option<Lack>> {
        for row in rows {
            let is_pin = &*row.kind == PIN;
            let pepper = if is_pin { pepper_of_pin(row)? } else { pepper_of_codes(row)? };
            if let Some(kid) = pepper.filter(|kid| !self.has(Purpose::Pins, kid)) {
                let hashed = if is_pin { "PINs" } else { "recovery codes" };
                let said = format!("it lacks `{kid}`, with which {hashed} of book `{book}` are hashed");
                return Ok(Some(Lack { purpose: Purpose::Pins, kid, said }));
            }
        }
        Ok(None)
    }

    /// The first missing key that anything in any book needs. Unreadable records are skipped.
    pub(crate) async fn first(&mut self) -> Result<Option<Lack>> {
        let mut next = Some(Listing::Books { after: None, limit: BOOKS });
        while let Some(listing) = next {
            let page = self.look(&listing).await?;
            for book in &page.books {
                let mut piece = Some(Piece::Keys);
                while let Some(at) = piece {
                    let looked = match self.at(book, at).await {
                        Err(error) if error.kind() == Kind::Corrupt => (None, None),
                        looked => looked?,
                    };
                    if looked.0.is_some() {
                        return Ok(looked.0);
                    }
                    piece = looked.1;
                }
            }
            next = listing.behind(&page, true);
        }
        Ok(None)
    }
}

/// The key that a PIN is hashed with, if one is set.
pub(super) fn pepper_of_pin(row: &RecordRow) -> Result<Option<String>> {
    let record: PinRecord = Stored::of(row)?;
    let hash = record.text("hash").map(|hash| PinHash::read(hash)).transpose();
    let hash = hash.map_err(|bad| Error::corrupted(format!("{PIN} {}: {bad}", row.id)))?;
    Ok(hash.map(|hash| hash.pepper().to_owned()))
}

/// The key that recovery codes are hashed with, if a code is left.
pub(super) fn pepper_of_codes(row: &RecordRow) -> Result<Option<String>> {
    let record: TotpRecord = Stored::of(row)?;
    let Some(codes) = record.text("codes") else { return Ok(None) };
    let codes: Vec<String> = serde_json::from_str(codes)
        .map_err(|_| Error::corrupted(format!("recovery codes of {TOTP} {}", row.id)))?;
    Ok(record.text("pepper").filter(|_| !codes.is_empty()).map(ToString::to_string))
}

/// Logs that the engine's keyring lacks a key that its own book needs.
pub(crate) async fn warn_of_missing(engine: &Engine) {
    let book = engine.book_name();
    for piece in [Piece::Keys, Piece::Pins(None)] {
        if let Ok((Some(lack), _)) = Look::of(engine).at(book, piece).await {
            tracing::warn!(key = lack.kid, "the keyring cannot serve this book: {}", lack.said);
        }
    }
}
