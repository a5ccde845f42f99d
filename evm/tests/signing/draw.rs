//! Random inputs from a seed, and how many of them a run takes.

use earnest_evm::{Address, B256, U256};

/// Numbers that look random and are the same for the same seed (splitmix64).
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.u64() % bound as u64) as usize
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.u64() & 1 == 1
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.u64() as u8).collect()
    }

    pub(crate) fn word(&mut self) -> B256 {
        B256::from_slice(&self.bytes(32))
    }

    pub(crate) fn address(&mut self) -> Address {
        Address::from_slice(&self.bytes(20))
    }

    /// Of any size up to so many bits: small ones as often as large ones.
    pub(crate) fn number(&mut self, bits: usize) -> U256 {
        let wanted = self.below(bits + 1);
        let number = U256::from_be_bytes(self.word().0);
        if wanted == 0 { U256::ZERO } else { number >> (256 - wanted) }
    }

    /// A secret of which the digits are known; almost never out of range, and then the next is taken.
    pub(crate) fn key(&mut self) -> earnest_evm::Key {
        loop {
            if let Ok(key) = earnest_evm::Key::from_bytes(&self.word().0) {
                return key;
            }
        }
    }
}

/// How many rounds: `short`, or `long` when `EARNEST_SOAK` is set and not empty.
pub(crate) fn rounds(short: usize, long: usize) -> usize {
    if std::env::var_os("EARNEST_SOAK").is_some_and(|value| !value.is_empty()) { long } else { short }
}
