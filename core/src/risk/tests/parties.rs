//! The parties of a call are the same with the hashes of an earlier attempt as without them.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::Subject;
use crate::currency::Currencies;
use crate::ids::{AccountId, Actor, Book};
use crate::kernel::memo::Memo;
use crate::risk::judging::subjects::{Effects, Origin, Parties};
use crate::rows::needs::{Access, AccountKey, Needs};

fn account(name: &str) -> AccountKey {
    AccountKey::new(Book::main(), AccountId::stored(name), Currencies::iso().known("USD").unwrap())
}

/// Subject, hash and name of each party of a payment from alice to bob and carol by a till.
fn found(parties: Parties<'_>) -> Vec<(Subject, [u8; 16], Arc<str>)> {
    let actor = Actor::new("till");
    let origin = Origin { actor: &actor, trace: None, request: None };
    let flows = [(account("alice"), 5), (account("bob"), -3), (account("carol"), -2)];
    let parties = parties.of_effects(origin, Effects { flows: &flows, ..Effects::default() });
    parties.into_iter().map(|party| (party.subject, party.value, party.name)).collect()
}

#[test]
fn a_memo_changes_nobody_whatever_its_salt() {
    let [one, other]: [Arc<[u8]>; 2] = [[1; 32].into(), [2; 32].into()];
    let subjects = BTreeSet::from([Subject::Account, Subject::Counterparty, Subject::Actor]);
    // bob is a candidate in both parts, carol was not named before
    let mut needs = Needs::default();
    needs.account(account("alice"), Access::Write);
    needs.account(account("bob"), Access::Write);
    let actor = Actor::new("till");
    let origin = Origin { actor: &actor, trace: None, request: None };
    let (_, hashed) = Parties::new(&one, &subjects).candidates(origin, &needs, None, |_| false);
    let memo = Memo::default();
    memo.set(hashed);
    for salt in [&one, &other] {
        let fresh = found(Parties::new(salt, &subjects));
        assert_eq!(fresh.len(), 4);
        assert_eq!(found(Parties::new(salt, &subjects).knowing(Some(&memo))), fresh);
    }
    assert_ne!(found(Parties::new(&one, &subjects)), found(Parties::new(&other, &subjects)));
}

#[test]
fn a_memo_keeps_the_first_of_what_is_set() {
    let memo = Memo::default();
    assert!(memo.get::<u8>().is_none());
    memo.set(1_u8);
    memo.set(2_u8);
    memo.set("text");
    assert_eq!((memo.get::<u8>(), memo.get::<&str>()), (Some(&1), None));
}

/// The hash is that of all parts one behind the other, however long the value is.
#[test]
fn a_party_is_hashed_as_a_whole() {
    let salt = [7; 16];
    for length in [0, 1, 60, 83, 84, 85, 200, 1_000] {
        let value = "x".repeat(length);
        let text = [b"earnest risk\0".as_slice(), &salt, &7_u64.to_le_bytes(), b"account", value.as_bytes()]
            .concat();
        let hash = Parties::hash(&salt, &Subject::Account, &value);
        assert_eq!(hash, Sha256::digest(text)[..16], "{length}");
    }
}
