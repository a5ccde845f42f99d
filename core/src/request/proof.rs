//! Proofs of who a caller is, and their marks. A mark is kept and compared in place of a proof: it lacks the
//! secret half.
//!
//! A proof is `LETTER.RECORD.SECRET`. Its mark names the same record, and has a keyed hash of the whole: who
//! reads the store finds no proof in it, and who writes the store mints none, as the key is not there.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::Result;
use crate::ids::Book;
use crate::keyring::Keyring;
use crate::rows::codec::text_enum;

text_enum! {
    /// A factor that can be proved.
    pub enum Factor {
        /// A PIN.
        Pin = "pin",
        /// A one-time code.
        Totp = "totp",
    }
}

/// The mark of a proof of a book; `None` for what is no proof.
///
/// # Errors
/// `key_not_found` where the keyring has no key for the index.
pub fn mark_of(keyring: &Keyring, book: &Book, proof: &str) -> Result<Option<String>> {
    let Some((name, _)) = proof.rsplit_once('.') else { return Ok(None) };
    let key = keyring.of_book(book, "proofs")?;
    // a shorter key is filled up with zeros to a whole block (RFC 2104)
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key.as_slice());
    let hash = Hmac::<Sha256>::new(&(*block).into()).chain_update(proof).finalize().into_bytes();
    Ok(Some(format!("{name}.{}", hex::encode(hash))))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_mark_depends_on_key_book_and_proof() {
        let ring = Keyring::for_tests();
        let book = |name: &str| Book::request("book", name).unwrap();
        let mark = |book, proof| mark_of(&ring, &book, proof).unwrap();
        let one = mark(book("main"), "p.1.abc").unwrap();
        assert!(one.starts_with("p.1.") && !one.contains("abc"), "{one}");
        assert_eq!(mark(book("main"), "p.1.abc"), Some(one.clone()));
        for other in
            [mark(book("other"), "p.1.abc"), mark(book("main"), "p.1.abd"), mark(book("main"), "t.1.abc")]
        {
            assert_ne!(other.unwrap().rsplit_once('.').unwrap().1, one.rsplit_once('.').unwrap().1);
        }
        assert_eq!(mark(book("main"), "nothing"), None);
    }
}
