//! The secret of the keyring that PINs and recovery codes are hashed with, so that the database alone does
//! not let anybody guess them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// The longest id.
const ID_MAX: usize = 64;

/// The owner of a credential: a hash that is copied to somebody else fits nothing there.
#[derive(Clone, Copy)]
pub struct Owner<'a> {
    pub book: &'a str,
    pub subject: &'a str,
}

/// A pepper: a secret with an id. It is wiped when it is dropped, and cannot be copied or printed.
pub struct Pepper {
    id: String,
    // on the heap: what is moved leaves nothing behind
    secret: Box<Zeroizing<[u8; 32]>>,
}

impl Pepper {
    /// A pepper of the keyring.
    pub fn new(id: &str, secret: &[u8; 32]) -> Result<Self> {
        if !is_id(id) {
            let what = format!("must have an id of 1 to {ID_MAX} letters, digits, `.`, `_` or `-`");
            return Err(Error::invalid("pepper", what));
        }
        let mut pepper = Self { id: id.to_owned(), secret: Box::default() };
        pepper.secret.copy_from_slice(secret);
        Ok(pepper)
    }

    /// Its id, which stands beside what was hashed with it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// HMAC-SHA-256 over a purpose, the owner and a secret, each of the first with its length before it.
    pub(super) fn hash(&self, purpose: &str, owner: &Owner<'_>, secret: &[u8]) -> Zeroizing<[u8; 32]> {
        // a shorter key is filled up with zeros to a whole block (RFC 2104)
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(self.secret.as_slice());
        let mut mac = Hmac::<Sha256>::new(&(*block).into());
        for part in [purpose, owner.book, owner.subject] {
            // no machine has more bytes than that
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.update(secret);
        Zeroizing::new(mac.finalize().into_bytes().into())
    }
}

/// Whether a text is an id of a pepper.
pub(super) fn is_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !id.is_empty() && id.len() <= ID_MAX && id.bytes().all(plain)
}
