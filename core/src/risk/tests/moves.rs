//! The table of what calls move.

use std::collections::BTreeSet;

use crate::risk::moves;
use crate::risk::rule::Class;

#[test]
fn whatever_opens_or_settles_says_what_it_moves() {
    let judged = crate::OPERATIONS.iter().filter(|info| info.risk != Class::None);
    let judged: BTreeSet<_> = judged.map(|info| info.name).collect();
    assert_eq!(moves::known().collect::<BTreeSet<_>>(), judged);
}
