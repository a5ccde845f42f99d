//! Keyrings that a key service keeps sealed: sealing one, and opening what a source has fetched.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::seal::{Place, SealingKey, VALUE_MAX};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::keyring::{Envelope, Keyring, Source, is_service_key};

/// How long a source may take, with the service that opens what it gave.
const LIMIT: Duration = Duration::from_secs(30);
/// The id of the data key in what it seals: the service's name of it is longer than an id may be.
const DATA_KEY: &str = "keyring-data-key";

/// Where a keyring belongs that is sealed by a key of a service.
fn place(by: &str) -> Place<'_> {
    Place { book: "", table: "keyring", subject: by, field: "sealed", version: 1 }
}

impl Keyring {
    /// Seals this keyring under a data key that a key service has made: `key` in the clear, which is not
    /// kept, and `wrapped`, as the service opens it. `by` is the service's key, which
    /// [`KeySource::unwrap`](crate::keyring::KeySource::unwrap) is given along with `wrapped`.
    ///
    /// ```
    /// use earnest::env::Env;
    /// use earnest::keyring::Keyring;
    ///
    /// let (env, keyring) = (Env::default(), Keyring::for_tests());
    /// // with AWS: GenerateDataKey(KeySpec=AES_256) answers KeyId, CiphertextBlob and Plaintext
    /// let (by, wrapped, key) = ("alias/earnest", b"what only the service opens", [7; 32]);
    /// let sealed = keyring.seal(&env, by, wrapped, &key)?;
    /// assert!(Keyring::parse("keyring", &sealed).is_err());
    /// assert_eq!(*Keyring::unseal("keyring", &sealed, &key)?.to_text(), *keyring.to_text());
    ///
    /// # Ok::<(), earnest::Error>(())
    /// ```
    pub fn seal(&self, env: &Env, by: &str, wrapped: &[u8], key: &[u8]) -> Result<String> {
        if !is_service_key(by) {
            return Err(Error::invalid("by", "must be 1 to 2,048 visible ASCII characters"));
        }
        if wrapped.is_empty() {
            return Err(Error::invalid("wrapped", "must not be empty"));
        }
        let text = self.to_text();
        if text.len() > VALUE_MAX {
            return Err(Error::invalid("keyring", format!("must have at most {VALUE_MAX} bytes")));
        }
        let data = data_key("key", key)?.seal(env, &place(by), text.as_bytes())?;
        Ok(Envelope { by: by.to_owned(), data_key: wrapped.to_vec(), data }.to_text())
    }

    /// Returns what a key service needs to open the data key of a sealed keyring: its own key, and the
    /// wrapped bytes. `None` for a text that is not sealed, whatever else it is.
    pub fn wrapped_key(field: &str, text: &str) -> Result<Option<(String, Vec<u8>)>> {
        Ok(Envelope::read(field, text)?.map(|envelope| (envelope.by, envelope.data_key)))
    }

    /// Opens a keyring that [`Keyring::seal`] has sealed, with the data key as the service has opened it.
    pub fn unseal(field: &str, text: &str, key: &[u8]) -> Result<Self> {
        let Some(envelope) = Envelope::read(field, text)? else {
            return Err(Error::invalid(field, "must be a sealed keyring"));
        };
        opened(field, &envelope, key)
    }
}

/// The keyring that a source has now.
pub(crate) fn fetched(source: &Source) -> BoxFuture<'_, Result<Keyring>> {
    // boxed: there are many ways in which an engine is opened, and one of these
    Box::pin(within_limit(source))
}

async fn within_limit(source: &Source) -> Result<Keyring> {
    let field = source.setting();
    let late = |_| Error::invalid(field, format!("was not fetched within {} s", LIMIT.as_secs()));
    let work = async {
        let text = source.fetch().await;
        let text = text.map_err(|sort| Error::invalid(field, format!("was not fetched: {sort}")))?;
        let Some(envelope) = Envelope::read(field, &text)? else { return Keyring::parse(field, &text) };
        let key = source.unwrap(&envelope.by, &envelope.data_key).await;
        let key = key.map_err(|sort| {
            Error::invalid(field, format!("is sealed by `{}`, which did not open it: {sort}", envelope.by))
        })?;
        opened(field, &envelope, &key)
    };
    tokio::time::timeout(LIMIT, work).await.map_err(late)?
}

fn opened(field: &str, envelope: &Envelope, key: &[u8]) -> Result<Keyring> {
    let by = &envelope.by;
    let text = data_key(field, key)?.open(&place(by), &envelope.data);
    let text =
        text.map_err(|why| Error::invalid(field, format!("is sealed by `{by}`, and did not open: {why}")))?;
    let text = std::str::from_utf8(&text).map_err(|_| Error::invalid(field, "is sealed, and no text"))?;
    Keyring::parse(field, text)
}

fn data_key(field: &str, key: &[u8]) -> Result<SealingKey> {
    let key = key.try_into().map_err(|_| Error::invalid(field, "must have a data key of 32 bytes"))?;
    SealingKey::new(DATA_KEY, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";

    fn refusal(text: &str, key: &[u8]) -> String {
        let error = Keyring::unseal("keyring", text, key).unwrap_err();
        assert_eq!(error.details()["field"], "keyring");
        error.to_string()
    }

    #[test]
    fn a_sealed_keyring_shows_nothing_and_opens_with_its_key_alone() {
        let (env, ring) = (Env::default(), Keyring::for_tests());
        let sealed = ring.seal(&env, BY, b"wrapped", &[7; 32]).unwrap();
        assert_ne!(sealed, ring.seal(&env, BY, b"wrapped", &[7; 32]).unwrap());
        for secret in ring.to_text().split("\"secret\":\"").skip(1) {
            assert!(!sealed.contains(&secret[..64]));
        }
        assert_eq!(*Keyring::unseal("keyring", &sealed, &[7; 32]).unwrap().to_text(), *ring.to_text());
        assert!(refusal(&sealed, &[8; 32]).contains("did not open"));
        assert!(refusal(&sealed, &[7; 31]).contains("a data key of 32 bytes"));
        let plain = Keyring::parse("keyring", &sealed).unwrap_err().to_string();
        assert!(plain.contains(&format!("is sealed by `{BY}`")), "{plain}");
        assert!(refusal(&ring.to_text(), &[7; 32]).contains("must be a sealed keyring"));
    }

    #[test]
    fn no_part_of_a_sealed_keyring_can_be_another() {
        let (env, ring) = (Env::default(), Keyring::for_tests());
        let sealed = ring.seal(&env, BY, b"wrapped", &[7; 32]).unwrap();
        let data = sealed.split("\"data\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        for place in (0..data.len()).step_by(7) {
            let other = if &data[place..=place] == "A" { "B" } else { "A" };
            let altered = format!("{}{other}{}", &data[..place], &data[place + 1..]);
            assert!(
                Keyring::unseal("keyring", &sealed.replace(&data, &altered), &[7; 32]).is_err(),
                "{place}"
            );
        }
        for (from, to, expected) in [
            (BY, "alias/mine", "did not open"),
            (BY, "", "sealed.by must be"),
            (BY, "a b", "sealed.by must be"),
            ("\"earnest_keyring\":1", "\"earnest_keyring\":2", "version 2"),
            ("\"data_key\":\"", "\"data_key\":\"!", "sealed.data_key must be base64"),
            ("\"data\":\"", "\"data\":\"!", "sealed.data must be base64"),
            ("\"data\":", "\"date\":", "sealed.data must be base64"),
            ("\"data\":", "\"more\":1,\"data\":", "must have `earnest_keyring` and `sealed`"),
            ("\"data\":", "\"data\"", "is broken at line 1"),
        ] {
            let said = refusal(&sealed.replacen(from, to, 1), &[7; 32]);
            assert!(said.contains(expected), "{said}: {expected}");
        }
    }

    #[test]
    fn what_cannot_be_sealed_is_named() {
        let (env, ring) = (Env::default(), Keyring::for_tests());
        for (by, wrapped, key, field) in [
            ("", &b"w"[..], &[7; 32][..], "by"),
            ("a b", b"w", &[7; 32], "by"),
            (BY, b"", &[7; 32], "wrapped"),
            (BY, b"w", &[7; 16], "key"),
        ] {
            assert_eq!(ring.seal(&env, by, wrapped, key).unwrap_err().details()["field"], field);
        }
        let many = (0..80).fold(ring, |ring, _| ring.rotate(&env));
        assert_eq!(many.seal(&env, BY, b"w", &[7; 32]).map(drop).unwrap_err().details()["field"], "keyring");
    }
}
