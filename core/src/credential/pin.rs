//! PINs: what is accepted as one, and how one is hashed and checked.
//!
//! A PIN has so few digits that any hash of it alone can be searched. So it is hashed with the
//! [`Pepper`] of the keyring first, which the database does not have, and then by argon2id, for the day on
//! which both are stolen.

use std::cell::RefCell;
use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::pepper::{Owner, Pepper, is_id};
use crate::env::Env;
use crate::error::{Error, Result};

/// The fewest digits, and the most.
pub const DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// The purpose that the HMAC covers.
const PURPOSE: &str = "earnest/pin/1";

/// The most memory that a stored hash may ask for, in KiB: 256 MiB.
const MEMORY_MAX: u32 = 256 * 1024;
/// The most passes that a stored hash may ask for.
const PASSES_MAX: u32 = 16;
/// The most lanes that a stored hash may ask for.
const LANES_MAX: u32 = 4;
/// The least memory of a lane, in KiB: argon2 knows none below.
const MEMORY_MIN: u32 = 8;

/// A PIN, 4 to 12 digits. It is wiped when it is dropped, and cannot be copied or printed.
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Reads the request field `field`, to check it against one that was set: any PIN that could have been.
    pub fn request(field: &str, text: &str) -> Result<Self> {
        let refused = |what: &str| Err(Error::invalid(field, what));
        let is_other = |c: char| c.is_numeric() && !c.is_ascii_digit();
        if text.chars().any(is_other) {
            return refused(
                "must have the digits 0 to 9: full-width digits and those of other scripts are no PIN",
            );
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return refused("must have digits and nothing else: no spaces, signs or letters");
        }
        if !DIGITS.contains(&text.len()) {
            return refused("must have 4 to 12 digits");
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// Whether two are the same. It takes the same time wherever two of one length differ.
    pub fn is(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// Reads the request field `field`, to set it: not what anybody tries first.
    pub fn chosen(field: &str, text: &str) -> Result<Self> {
        let pin = Self::request(field, text)?;
        let all = |step: fn(u8, u8) -> bool| pin.0.as_bytes().windows(2).all(|pair| step(pair[0], pair[1]));
        if all(|one, next| one == next) {
            return Err(Error::invalid(field, "must not be one digit again and again"));
        }
        if all(|one, next| one + 1 == next) || all(|one, next| one == next + 1) {
            return Err(Error::invalid(field, "must not be digits that follow one another"));
        }
        Ok(pin)
    }
}

/// The cost of a hash, to whoever computes it and to whoever searches PINs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Default for Cost {
    /// 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

thread_local! {
    /// The memory of the hashes of a thread, for as long as it hashes: blocks of 19 MiB that come and go
    /// leave gaps which an allocator fills with small ones, and the next does not fit.
    static BLOCKS: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

impl Cost {
    /// Another cost: memory in KiB, passes over it, and lanes.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self> {
        let refused = |field: &str, what: String| Err(Error::invalid(field, what));
        if !(1..=LANES_MAX).contains(&lanes) {
            return refused("lanes", format!("must be 1 to {LANES_MAX}"));
        }
        if !(1..=PASSES_MAX).contains(&passes) {
            return refused("passes", format!("must be 1 to {PASSES_MAX}"));
        }
        let least = MEMORY_MIN * lanes;
        if !(least..=MEMORY_MAX).contains(&memory_kib) {
            return refused("memory_kib", format!("must be {least} to {MEMORY_MAX}"));
        }
        Ok(Self { memory_kib, passes, lanes })
    }

    /// The blocks that a hash fills, by which costs are compared.
    const fn work(self) -> u64 {
        self.memory_kib as u64 * self.passes as u64
    }

    /// The hash of a secret (RFC 9106).
    pub(super) fn argon2id(self, secret: &[u8], salt: &[u8], out: &mut [u8]) -> Result<(), BadHash> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(out.len()));
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.map_err(|_| BadHash::Cost)?);
        BLOCKS.with_borrow_mut(|blocks| {
            blocks.resize(argon2.params().block_count().max(blocks.len()), Block::default());
            let done = argon2.hash_password_into_with_memory(secret, salt, out, &mut *blocks);
            blocks.iter_mut().for_each(|block| block.zeroize());
            done.map_err(|_| BadHash::Cost)
        })
    }
}

/// The hash of a PIN, as it is stored: with what it cost, its salt, and the id of its pepper.
#[derive(Clone, PartialEq, Eq)]
pub struct PinHash {
    cost: Cost,
    pepper: String,
    salt: [u8; 32],
    hash: [u8; 32],
}

/// Why a stored hash was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHash {
    /// The text is no hash of a PIN.
    Malformed,
    /// It asks for more memory or passes than are given to anybody.
    Cost,
    /// It was made with another pepper; [`PinHash::pepper`] has the name.
    OtherPepper,
}

impl fmt::Display for BadHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not the hash of a PIN",
            Self::Cost => "the hash asks for too much memory or time",
            Self::OtherPepper => "hashed with another pepper",
        })
    }
}

impl std::error::Error for BadHash {}

impl PinHash {
    /// Hashes a PIN. It takes as long and as much memory as its cost says: run it where that stops nobody.
    pub fn new(
        env: &Env,
        cost: Cost,
        pepper: &Pepper,
        owner: &Owner<'_>,
        pin: &Pin,
    ) -> Result<Self, BadHash> {
        let mut made = Self { cost, pepper: pepper.id().to_owned(), salt: env.salt(), hash: [0; 32] };
        made.hash = *made.of(pepper, owner, pin)?;
        Ok(made)
    }

    /// Whether a PIN is the one that was hashed, for the owner that it was hashed for. It costs as much as
    /// [`PinHash::new`].
    pub fn verify(&self, pepper: &Pepper, owner: &Owner<'_>, pin: &Pin) -> Result<bool, BadHash> {
        if pepper.id() != self.pepper {
            return Err(BadHash::OtherPepper);
        }
        Ok(self.of(pepper, owner, pin)?.ct_eq(&self.hash).into())
    }

    /// Whether it should be made anew at the next right PIN: it cost less than what is asked for now, or its
    /// pepper is not the current one. One that cost more stays: processes with other options would lower
    /// what others have raised.
    pub fn is_outdated(&self, cost: Cost, pepper: &Pepper) -> bool {
        self.cost.work() < cost.work() || self.pepper != pepper.id()
    }

    /// The id of its pepper.
    pub fn pepper(&self) -> &str {
        &self.pepper
    }

    /// Its text: `argon2id$v=19$m=19456,t=2,p=1$` with the pepper's id, the salt and the hash behind it,
    /// both in hexadecimal.
    pub fn to_text(&self) -> String {
        let Cost { memory_kib, passes, lanes } = self.cost;
        let (salt, hash) = (hex::encode(self.salt), hex::encode(self.hash));
        format!("argon2id$v=19$m={memory_kib},t={passes},p={lanes}${}${salt}${hash}", self.pepper)
    }

    /// Reads what [`PinHash::to_text`] wrote.
    pub fn read(text: &str) -> Result<Self, BadHash> {
        let ([memory_kib, passes, lanes], [pepper, salt, hash]) =
            Self::parts(text).ok_or(BadHash::Malformed)?;
        let bytes = |text: &str| {
            let mut bytes = [0; 32];
            hex::decode_to_slice(text, &mut bytes).map(|()| bytes).map_err(|_| BadHash::Malformed)
        };
        let (salt, hash) = (bytes(salt)?, bytes(hash)?);
        let cost = Cost::new(memory_kib, passes, lanes).map_err(|_| BadHash::Cost)?;
        let read = Self { cost, pepper: pepper.to_owned(), salt, hash };
        // one text for each hash: no signs, zeros in front or capital letters
        if read.to_text() == text { Ok(read) } else { Err(BadHash::Malformed) }
    }

    fn parts(text: &str) -> Option<([u32; 3], [&str; 3])> {
        let rest = text.strip_prefix("argon2id$v=19$m=")?;
        let (memory, rest) = rest.split_once(",t=")?;
        let (passes, rest) = rest.split_once(",p=")?;
        let (lanes, rest) = rest.split_once('$')?;
        let (pepper, rest) = rest.split_once('$')?;
        let (salt, hash) = rest.split_once('$')?;
        let cost = [memory.parse().ok()?, passes.parse().ok()?, lanes.parse().ok()?];
        is_id(pepper).then_some((cost, [pepper, salt, hash]))
    }

    fn of(&self, pepper: &Pepper, owner: &Owner<'_>, pin: &Pin) -> Result<Zeroizing<[u8; 32]>, BadHash> {
        let peppered = pepper.hash(PURPOSE, owner, pin.0.as_bytes());
        let mut hash = Zeroizing::new([0; 32]);
        self.cost.argon2id(peppered.as_slice(), &self.salt, hash.as_mut_slice())?;
        Ok(hash)
    }
}
