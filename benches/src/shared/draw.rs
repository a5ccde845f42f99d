//! Random choices of a load: small, fast, and the same for every contender.

/// A SplitMix64 generator.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    state: u64,
}

impl Draw {
    /// A generator whose choices follow from the seed.
    pub(crate) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is not zero.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// Two different accounts of the first `count`, which is at least two.
    pub(crate) fn pair(&mut self, count: u64) -> (u64, u64) {
        let count = count.max(2);
        let from = self.below(count);
        let to = (from + 1 + self.below(count - 1)) % count;
        (from, to)
    }

    /// An amount in minor units, from 1 to 100.
    pub(crate) fn minor(&mut self) -> u64 {
        1 + self.below(100)
    }
}
