//! The keys of an installation as one book uses them: they name records, wrap data keys, and seal values.

use std::sync::Arc;

use data_encoding::BASE64_NOPAD;
use hmac::Mac as _;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::index::IndexKey;
use super::model::{self, SUBJECT, Subject, VALUE, Value};
use super::primitives;
use super::seal::{NotOpened, Place, SealingKey, length};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::ids::{Actor, Book};
use crate::kernel::key_dependence::RestsOn;
use crate::keyring::{self, Keyring, Purpose};
use crate::request::reading::Reading;
use crate::request::record::Parse;
use crate::request::secret::Secret;
use crate::request::shape::is_name;
use crate::rows::body::Text;
use crate::rows::needs::{Needs, RecordKey};

/// The keys of an installation for one book.
#[derive(Clone)]
pub struct Safe {
    pub book: Book,
    keyring: Keyring,
    env: Env,
    names: Arc<Zeroizing<[u8; 32]>>,
}

/// The subject of values: its id, and its record.
#[derive(Clone)]
pub struct Whom {
    /// The id, as the caller gave it.
    pub subject: Arc<str>,
    pub key: RecordKey,
}

/// The name of a value of somebody, and its record.
#[derive(Clone)]
pub struct Named {
    pub name: Arc<str>,
    pub key: RecordKey,
}

/// The book alone.
impl std::fmt::Debug for Safe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Safe").field("book", &self.book).finish_non_exhaustive()
    }
}

impl Safe {
    /// The keys for a book. Randomness comes from `env`, in each attempt anew.
    pub fn of(keyring: Option<&Keyring>, env: &Env, book: &Book) -> Result<Self> {
        let keyring = keyring.ok_or_else(|| keyring::none(Purpose::Vault))?.clone();
        let names = Arc::new(keyring.of_book(book, "names")?);
        Ok(Self { book: book.clone(), keyring, env: env.apart(), names })
    }

    /// The keys for a request.
    pub fn parse(parse: &Parse<'_>) -> Result<Self> {
        parse.rests_on_keys.set(true);
        Self::of(parse.keyring, parse.env, parse.book)
    }

    /// The subject of a request.
    pub fn whom(&self, subject: &str) -> Result<Whom> {
        Actor::request("subject", subject, None)
            .map_err(|_| Error::invalid("subject", "must be 1 to 128 of `A-Z a-z 0-9 . _ : - @`"))?;
        let key = Subject::key(&self.book, self.id(SUBJECT, &[subject]));
        Ok(Whom { subject: subject.into(), key })
    }

    /// A subject of the library's own, for what a domain seals: its name has a `/`, so no request names it.
    pub fn own(&self, domain: &str, name: &str) -> Whom {
        let subject = format!("{domain}/{name}");
        let key = Subject::key(&self.book, self.id(SUBJECT, &[&subject]));
        Whom { subject: subject.into(), key }
    }

    /// The value of a subject under a name.
    pub fn named(&self, whom: &Whom, name: &str) -> Result<Named> {
        if !is_name(name) {
            return Err(Error::invalid("name", "must be 1 to 64 of `A-Z a-z 0-9 . _ : -`"));
        }
        Ok(self.known(whom, name))
    }

    /// The same for a name that was checked before.
    pub fn known(&self, whom: &Whom, name: &str) -> Named {
        let key = RecordKey::new(self.book.clone(), VALUE.into(), self.id(VALUE, &[&whom.subject, name]));
        Named { name: name.into(), key }
    }

    /// The record of a kind that a subject has one of.
    pub fn of_kind(&self, kind: &'static str, whom: &Whom) -> RecordKey {
        RecordKey::new(self.book.clone(), kind.into(), self.id(kind, &[&whom.subject]))
    }

    /// A keyed hash of some parts, as the id of a record.
    fn id(&self, kind: &str, parts: &[&str]) -> Uuid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.keyed(kind, parts)[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// A keyed hash of some parts: what is not to be guessed from the store.
    pub fn keyed(&self, usage: &str, parts: &[&str]) -> [u8; 32] {
        let mut mac = primitives::hmac(self.names.as_slice());
        for part in std::iter::once(&usage).chain(parts) {
            mac.update(&length(part.as_bytes()));
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    pub const fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Returns the index key that calls made with it rest on.
    pub fn rests_on(&self) -> RestsOn {
        RestsOn::index_of(Some(&self.keyring))
    }

    /// The keys for what is only read, and checked.
    pub async fn reading(reading: &mut Reading<'_>) -> Result<Self> {
        // it seals nothing: whatever the environment, nothing is drawn
        let safe = Self::of(reading.keyring, &Env::default(), &reading.book)?;
        let mut needs = Needs::default();
        RestsOn::needs(&reading.book, &mut needs);
        safe.rests_on().agrees(reading.load(&needs).await?.records.first())?;
        Ok(safe)
    }

    /// The same for a check of the whole book: none where this process cannot tell.
    pub async fn checking(reading: &mut Reading<'_>) -> Result<Option<Self>> {
        match Self::reading(reading).await {
            Ok(safe) => Ok(Some(safe)),
            Err(error) if error.code() == Code::KeyNotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Where randomness comes from.
    pub const fn env(&self) -> &Env {
        &self.env
    }

    /// The entry of a value in the index.
    pub fn entry(&self, name: &str, value: &str) -> Result<String> {
        let secret = self.keyring.of_book(&self.book, "index")?;
        let key = IndexKey::new(&secret);
        Ok(hex::encode(key.entry(self.book.as_str(), name, value)))
    }

    /// The id of the keyring's current key that wraps.
    pub fn current(&self) -> Result<&str> {
        Ok(self.keyring.newest(Purpose::Vault)?.kid())
    }

    /// Whether the keyring has a key that wraps.
    pub fn has(&self, kid: &str) -> Result<()> {
        self.keyring.named_by_now(Purpose::Vault, kid).map(drop)
    }

    fn wrapping(&self, kid: &str) -> Result<SealingKey> {
        let key = self.keyring.named_by_now(Purpose::Vault, kid)?;
        SealingKey::new(key.kid(), key.secret())
    }

    /// A new data key with this id.
    pub fn draw(&self, id: Uuid) -> Result<SealingKey> {
        SealingKey::draw(&self.env, &format!("dk-{}", id.simple()))
    }

    /// Gives a subject its data key, wrapped with a key of the keyring.
    pub fn wrap(
        &self,
        subject: &mut Subject,
        whom: &str,
        key: &SealingKey,
        kid: &str,
        salt: [u8; 16],
    ) -> Result<()> {
        let wrapped = self.wrapping(kid)?.wrap(&self.env, &self.key_place(whom), key)?;
        subject.facts.key = Some(key.id().to_owned());
        subject.facts.wrapped_by = Some(kid.to_owned());
        subject.row.peer = Some(kid.into());
        subject.texts.insert("key".to_owned(), Text::new(&BASE64_NOPAD.encode(&wrapped), salt));
        Ok(())
    }

    /// The data key of a subject.
    pub fn unwrap(&self, subject: &Subject, whom: &str) -> Result<SealingKey> {
        let failed = || model::failed(SUBJECT, subject.id());
        let kid = subject.facts.wrapped_by.as_deref().ok_or_else(failed)?;
        let id = subject.facts.key.as_deref().ok_or_else(failed)?;
        let wrapping = self.wrapping(kid)?;
        let wrapped = Self::bytes(subject.text("key")).ok_or_else(failed)?;
        wrapping.unwrap_key(&self.key_place(whom), id, &wrapped).map_err(|_: NotOpened| failed())
    }

    fn key_place<'p>(&'p self, whom: &'p str) -> Place<'p> {
        Place { book: self.book.as_str(), table: SUBJECT, subject: whom, field: "key", version: 1 }
    }

    /// Where a value of a subject belongs, in the table of values or another one.
    pub fn place<'p>(&'p self, table: &'p str, whom: &'p str, name: &'p str, version: u64) -> Place<'p> {
        Place { book: self.book.as_str(), table, subject: whom, field: name, version }
    }

    /// Seals a value of a subject as that of a version.
    pub fn seal(
        &self,
        key: &SealingKey,
        whom: &str,
        name: &str,
        version: u64,
        value: &str,
    ) -> Result<String> {
        self.seal_at(key, &self.place(VALUE, whom, name, version), value)
    }

    /// Seals a text for a place.
    pub fn seal_at(&self, key: &SealingKey, place: &Place<'_>, value: &str) -> Result<String> {
        Ok(BASE64_NOPAD.encode(&key.seal(&self.env, place, value.as_bytes())?))
    }

    /// Opens a text of a place; `None` when it does not open.
    pub fn open_at(key: &SealingKey, place: &Place<'_>, sealed: Option<&Arc<str>>) -> Option<Secret> {
        let bytes = key.open(place, &Self::bytes(sealed)?).ok()?;
        Some(std::str::from_utf8(&bytes).ok()?.into())
    }

    /// Opens the value of a record.
    pub fn open(&self, key: &SealingKey, value: &Value, whom: &str, name: &str) -> Result<Secret> {
        let place = self.place(VALUE, whom, name, value.facts.version);
        Self::open_at(key, &place, value.text("sealed")).ok_or_else(|| model::failed(VALUE, value.id()))
    }

    /// The bytes of a text of a record.
    pub(super) fn bytes(text: Option<&Arc<str>>) -> Option<Vec<u8>> {
        BASE64_NOPAD.decode(text?.as_bytes()).ok()
    }
}
