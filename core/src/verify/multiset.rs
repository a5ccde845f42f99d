//! A sum of hashes: equal for the same lines in any order, so that nothing needs to be kept or sorted.

use sha2::{Digest, Sha256};

/// Lines, each as often as it was added and not removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Multiset {
    high: u128,
    low: u128,
    count: i64,
}

impl Multiset {
    /// Adds a line.
    pub(super) fn add(&mut self, line: &str) {
        let (high, low) = halves(line);
        self.high = self.high.wrapping_add(high);
        self.low = self.low.wrapping_add(low);
        self.count += 1;
    }

    /// Takes a line away, whether it was added or not.
    pub(super) fn remove(&mut self, line: &str) {
        let (high, low) = halves(line);
        self.high = self.high.wrapping_sub(high);
        self.low = self.low.wrapping_sub(low);
        self.count -= 1;
    }
}

fn halves(line: &str) -> (u128, u128) {
    let digest = Sha256::digest(line.as_bytes());
    let half = |bytes: &[u8]| bytes.iter().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
    let (high, low) = digest.split_at(16);
    (half(high), half(low))
}

#[cfg(test)]
mod tests {
    use super::Multiset;

    #[test]
    fn order_does_not_matter_and_number_does() {
        let of = |lines: &[&str]| {
            let mut set = Multiset::default();
            lines.iter().for_each(|line| set.add(line));
            set
        };
        assert_eq!(of(&["a", "b", "b"]), of(&["b", "a", "b"]));
        assert_ne!(of(&["a", "b", "b"]), of(&["a", "a", "b"]));
        let mut fewer = of(&["a", "b"]);
        fewer.remove("a");
        assert_eq!(fewer, of(&["b"]));
    }
}
