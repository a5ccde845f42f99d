//! A sum of hashes: equal for the same lines in any order, so that nothing needs to be kept or sorted.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::LazyLock;

use siphasher::sip128::SipHasher13;

/// A hash under a random key of this process, so that an attacker who writes to the database cannot search
/// for colliding rows.
static KEYED: LazyLock<SipHasher13> = LazyLock::new(|| {
    #[expect(clippy::disallowed_methods, reason = "no answer depends on the key")]
    let word = || RandomState::new().build_hasher().finish();
    SipHasher13::new_with_keys(word(), word())
});

/// A hasher for comparisons within one run.
pub(super) fn keyed() -> SipHasher13 {
    *KEYED
}

/// The hash of some bytes, comparable within one run.
pub(super) fn digest(bytes: &[u8]) -> u128 {
    keyed().hash(bytes).as_u128()
}

/// A multiset of lines, as a sum of their hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Multiset {
    sum: u128,
    count: i64,
}

impl Multiset {
    /// Adds a line.
    pub(super) fn add(&mut self, line: impl AsRef<[u8]>) {
        self.sum = self.sum.wrapping_add(digest(line.as_ref()));
        self.count += 1;
    }

    /// Takes a line away, whether it was added or not.
    pub(super) fn remove(&mut self, line: impl AsRef<[u8]>) {
        self.sum = self.sum.wrapping_sub(digest(line.as_ref()));
        self.count -= 1;
    }
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
