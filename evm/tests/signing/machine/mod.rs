//! A chain in a virtual machine, with tokens, on which what was signed is used: what moves there is compared
//! with what the decision said.

mod assembly;
mod run;
mod uses;

use std::collections::BTreeMap;

use alloy_primitives::keccak256;
use alloy_rlp::Header;
use earnest_evm::{Address, Key, Moved, Signature, Signed, U256, address};
use revm_context::state::{AccountInfo, Bytecode, EvmState};
use serde_json::Value;

use crate::policy::{ALICE, BOB, DAI, FAKE, MALLORY, PERMIT2, SHOP, USDC, VAULT};
pub(crate) use assembly::assemble;
use run::{Machine, World};

/// The changes that a use has made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// Amounts of the chain's own currency, by who got them.
    native: BTreeMap<Address, U256>,
    /// Of which token who got how much, or may take it from now on.
    tokens: BTreeMap<(Address, Address), U256>,
    /// Whatever else has changed: code, delegations, slots of which nobody knows what they are.
    others: Vec<String>,
}

impl Effect {
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The sums, as a decision says them.
    pub(crate) fn moved(&self) -> Moved {
        let mut moved = Moved::default();
        for amount in self.native.values() {
            moved.native = moved.native.saturating_add(*amount);
        }
        for ((token, _), amount) in &self.tokens {
            let sum = moved.tokens.entry(*token).or_default();
            *sum = sum.saturating_add(*amount);
        }
        moved
    }

    /// Names a movement beyond the decision, or to somebody whom the policy does not name.
    pub(crate) fn beyond(&self, said: &Moved, recipients: &[Address]) -> Option<String> {
        let strangers = self.native.keys().chain(self.tokens.keys().map(|(_, who)| who));
        if let Some(stranger) = strangers.into_iter().find(|who| !recipients.contains(who)) {
            return Some(format!("{stranger} gets some: {self:?}"));
        }
        let moved = self.moved();
        if moved.native > said.native {
            return Some(format!("{} wei, and not {}", moved.native, said.native));
        }
        for (token, amount) in &moved.tokens {
            let said = said.tokens.get(token).copied().unwrap_or_default();
            if *amount > said {
                return Some(format!("{amount} of {token}, and not {said}"));
            }
        }
        (!self.others.is_empty()).then(|| self.others.join(", "))
    }
}

/// The tokens, the permits for all of them, and a key that has much of everything.
pub(crate) struct Chain {
    world: World,
    pub(crate) key: Key,
    owner: Address,
}

fn named(text: &str) -> Address {
    address::parse(text).unwrap()
}

/// As in `contracts/shared.lisp`: what a slot is of, and whose.
fn tagged(tag: U256, who: Address) -> U256 {
    (tag << 160) | U256::from_be_bytes(who.into_word().0)
}

fn hashed(words: &[U256]) -> U256 {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes::<32>()).collect();
    U256::from_be_bytes(keccak256(bytes).0)
}

fn number(who: Address) -> U256 {
    U256::from_be_bytes(who.into_word().0)
}

/// The beginning of the slots of allowances.
fn begins(hash: U256) -> U256 {
    ((hash >> 96) << 160) >> 160
}

impl Chain {
    pub(crate) fn new() -> Self {
        let shared = include_str!("../../contracts/shared.lisp");
        let code = |source: &str| Bytecode::new_legacy(assemble(&[shared, source].concat()).into());
        let token = code(include_str!("../../contracts/token.lisp"));
        let permit2 = code(include_str!("../../contracts/permit2.lisp"));
        let vault = code(include_str!("../../contracts/vault.lisp"));
        let key = Key::from_bytes(&[7; 32]).unwrap();
        let (owner, mallory) = (key.address(), named(MALLORY));
        let mut world = World::default();
        let rich = U256::MAX >> 2;
        for who in [owner, mallory] {
            world.accounts.insert(who, AccountInfo { balance: rich, ..AccountInfo::default() });
        }
        let contracts = [(USDC, &token), (DAI, &token), (FAKE, &token), (PERMIT2, &permit2), (VAULT, &vault)];
        for (place, code) in contracts {
            world.accounts.insert(named(place), AccountInfo::default().with_code(code.clone()));
        }
        for token in [USDC, DAI, FAKE].map(named) {
            for who in [owner, mallory] {
                world.storage.insert((token, tagged(U256::from(1), who)), rich);
            }
            // Mallory lets the key take his tokens, and the key lets Permit2 take its own
            let allowance =
                |of: Address, to: Address| tagged(begins(hashed(&[U256::from(2), number(of)])), to);
            world.storage.insert((token, allowance(mallory, owner)), U256::MAX);
            world.storage.insert((token, allowance(owner, named(PERMIT2))), U256::MAX);
        }
        Self { world, key, owner }
    }

    /// Sends a signed transaction, as its bytes say it.
    pub(crate) fn send(&self, signed: &Signed) -> Effect {
        let [chain, to, value, data] = fields(signed.raw());
        let chain = u64::try_from(U256::from_be_slice(&chain)).unwrap();
        let to = (!to.is_empty()).then(|| Address::from_slice(&to));
        let mut machine = Machine::new(&self.world, chain);
        machine.send(self.owner, to, U256::from_be_slice(&value), &data);
        self.effect(&machine.finish())
    }

    /// Hands signed typed data to whoever could use it, in every way that its contract has.
    pub(crate) fn present(&self, document: &Value, signature: &Signature) -> Effect {
        let Some(contract) = document["domain"]["verifyingContract"].as_str() else {
            return Effect::default();
        };
        let chain = &document["domain"]["chainId"];
        let chain =
            chain.as_u64().or_else(|| u64::try_from(earnest_evm::number(chain.as_str()?, "").ok()?).ok());
        let mut machine = Machine::new(&self.world, chain.unwrap_or(1));
        for (who, data) in uses::all(document, self.owner, signature) {
            machine.send(who, Some(named(contract)), U256::ZERO, &data);
        }
        self.effect(&machine.finish())
    }

    fn effect(&self, state: &EvmState) -> Effect {
        let mut effect = Effect::default();
        for (who, account) in state {
            let before = self.world.accounts.get(who).cloned().unwrap_or_default();
            let more = account.info.balance.saturating_sub(before.balance);
            if !more.is_zero() {
                effect.native.insert(*who, more);
            }
            if account.info.code_hash != before.code_hash {
                effect.others.push(format!("new code at {who}"));
            }
            for (slot, value) in &account.storage {
                let before = self.world.slot(*who, *slot);
                if value.present_value != before {
                    self.changed(&mut effect, *who, *slot, value.present_value.saturating_sub(before));
                }
            }
        }
        effect
    }

    /// Adds a changed slot to the effect; less of something is not looked at: it is more of something else,
    /// or nothing.
    fn changed(&self, effect: &mut Effect, contract: Address, slot: U256, more: U256) {
        let (tag, who) = (slot >> 160, Address::from_word(slot.into()));
        let [two, four] = [U256::from(2), U256::from(4)];
        let owner = number(self.owner);
        let of_permit2 = [USDC, DAI, FAKE]
            .map(named)
            .into_iter()
            .find(|token| tag == begins(hashed(&[four, owner, number(*token)])));
        let token = match of_permit2 {
            Some(token) if contract == named(PERMIT2) => Some(token),
            _ if tag == U256::from(1) || tag == begins(hashed(&[two, owner])) => Some(contract),
            _ => None,
        };
        let of_mallory = tag == begins(hashed(&[two, number(named(MALLORY))]));
        match token {
            Some(token) if !more.is_zero() => {
                let sum = effect.tokens.entry((token, who)).or_default();
                *sum = sum.saturating_add(more);
            }
            Some(_) => {}
            // nonces, and what Mallory lets others take
            None if tag == U256::from(3) || (of_mallory && more.is_zero()) => {}
            None => effect.others.push(format!("slot {slot:#x} of {contract}")),
        }
    }
}

/// Chain, receiver, value and data of a signed transaction, read by a third reader: that of `alloy-rlp`.
fn fields(raw: &[u8]) -> [Vec<u8>; 4] {
    let (kind, mut rest) = match raw[0] {
        kind @ (1 | 2) => (kind, &raw[1..]),
        _ => (0, raw),
    };
    let mut list = Header::decode_bytes(&mut rest, true).unwrap();
    let mut items = Vec::new();
    while !list.is_empty() {
        let mut item = list;
        let header = Header::decode(&mut item).unwrap();
        let (body, after) = item.split_at(header.payload_length);
        items.push(body.to_vec());
        list = after;
    }
    let item = |at: usize| items[at].clone();
    match kind {
        0 => {
            let v: U256 = U256::from_be_slice(&items[6]) - U256::from(35);
            [(v / U256::from(2)).to_be_bytes_trimmed_vec(), item(3), item(4), item(5)]
        }
        1 => [item(0), item(4), item(5), item(6)],
        _ => [item(0), item(5), item(6), item(7)],
    }
}

/// Returns the recipients that the policy of these tests allows.
pub(crate) fn recipients() -> [Address; 2] {
    [ALICE, BOB].map(named)
}

/// Addresses that stand in the world, for mutations.
pub(crate) const KNOWN: [&str; 9] = [ALICE, BOB, MALLORY, USDC, DAI, FAKE, VAULT, PERMIT2, SHOP];
