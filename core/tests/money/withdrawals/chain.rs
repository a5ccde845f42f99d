//! A chain that lives in a test: blocks, a pool, balances, tokens of four kinds, and reorganisations. It
//! keeps its own books, so it can say who was paid what, whatever the engine believes.

use std::collections::{BTreeMap, BTreeSet};

use earnest_evm::{Address, Key, Transaction, address, erc20};

use crate::support::{Value, json};

pub(super) const CHAIN_ID: u64 = 31_337;
pub(super) const GWEI: u128 = 1_000_000_000;
pub(super) const COIN: u128 = GWEI * GWEI;
/// The gas that a payment of a coin, and of a token, uses.
const GAS_OF_COIN: u128 = 21_000;
const GAS_OF_TOKEN: u128 = 50_000;

/// The behaviour of a token that is told to transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// It logs what it moved.
    Honest,
    /// It moves, and returns and logs nothing.
    Mute,
    /// It answers `false`, moves nothing, and the transaction succeeds.
    Refusing,
    /// It keeps a hundredth of what it moves.
    Greedy,
}

/// A transaction that somebody signed.
#[derive(Clone, Debug)]
pub(super) struct Tx {
    pub(super) hash: String,
    pub(super) raw: String,
    pub(super) from: Address,
    pub(super) nonce: u64,
    to: Address,
    value: u128,
    gas_limit: u128,
    pub(super) max_fee: u128,
    pub(super) tip: u128,
    call: Option<erc20::Call>,
}

impl Tx {
    /// Reads signed bytes.
    pub(super) fn of(raw: &str) -> Self {
        let read = Transaction::decode(&hex::decode(&raw[2..]).unwrap()).unwrap();
        let tx = read.transaction();
        let earnest_evm::Kind::Eip1559 { max_fee_per_gas, max_priority_fee_per_gas, .. } = tx.kind() else {
            panic!("another kind of transaction: {tx:?}")
        };
        assert_eq!(tx.chain_id(), Some(CHAIN_ID), "{tx:?}");
        Self {
            hash: read.hash().to_string(),
            raw: raw.to_owned(),
            from: read.from(),
            nonce: tx.nonce(),
            to: tx.to().unwrap(),
            value: tx.value().to::<u128>(),
            gas_limit: u128::from(tx.gas_limit()),
            max_fee: *max_fee_per_gas,
            tip: *max_priority_fee_per_gas,
            call: erc20::Call::from_data(tx.data()),
        }
    }

    /// Whether it pays nobody: value 0, to itself, without a call.
    pub(super) fn is_noop(&self) -> bool {
        self.to == self.from && self.value == 0 && self.call.is_none()
    }

    const fn most(&self) -> u128 {
        self.gas_limit * self.max_fee + self.value
    }
}

/// A payment of so many wei, as a wallet would sign it.
pub(super) fn signed(key: &Key, nonce: u64, to: &str, wei: u128, max_fee: u128) -> String {
    let tx = json!({ "type": "eip1559", "chain_id": CHAIN_ID.to_string(), "nonce": nonce.to_string(), "to": to,
        "value": wei.to_string(), "gas_limit": GAS_OF_COIN.to_string(), "max_fee_per_gas": max_fee.to_string(),
        "max_priority_fee_per_gas": GWEI.to_string() });
    let signed = Transaction::from_json(&tx).unwrap().sign(key).unwrap().to_json();
    signed["raw"].as_str().unwrap().to_owned()
}

/// An address from text.
pub(super) fn at(text: &str) -> Address {
    address::parse(text).unwrap()
}

/// A transfer, as a token logs it.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    pub(super) token: Address,
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) value: u128,
}

/// The outcome of a transaction in a block.
#[derive(Clone, Debug)]
pub(super) struct Receipt {
    pub(super) tx: Tx,
    pub(super) succeeded: bool,
    pub(super) gas_used: u128,
    pub(super) gas_price: u128,
    pub(super) moved: Vec<Moved>,
}

#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) number: u64,
    pub(super) hash: String,
    pub(super) receipts: Vec<Receipt>,
    pub(super) after: State,
}

/// Everything that a block leaves behind.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    nonces: BTreeMap<Address, u64>,
    coins: BTreeMap<Address, u128>,
    /// By token and holder.
    tokens: BTreeMap<(Address, Address), u128>,
}

impl State {
    pub(super) fn nonce(&self, of: &Address) -> u64 {
        self.nonces.get(of).copied().unwrap_or_default()
    }

    pub(super) fn coins(&self, of: &Address) -> u128 {
        self.coins.get(of).copied().unwrap_or_default()
    }

    pub(super) fn tokens(&self, token: &Address, of: &Address) -> u128 {
        self.tokens.get(&(*token, *of)).copied().unwrap_or_default()
    }

    fn pay(&mut self, from: Address, to: Address, wei: u128) {
        *self.coins.entry(from).or_default() -= wei;
        *self.coins.entry(to).or_default() += wei;
    }
}

/// The fate of transactions of blocks that are taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// They wait in the pool again.
    Pooled,
    /// Nobody has them any more.
    Lost,
}

/// Why a node does not take a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Known,
    NonceTooLow,
    Underpriced,
    NoFunds,
}

/// The chain, as it is.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    blocks: Vec<Block>,
    pool: BTreeMap<(Address, u64), Tx>,
    /// Everything that was ever sent, by hash.
    pub(super) sent: BTreeMap<String, Tx>,
    pub(super) tokens: BTreeMap<Address, Token>,
    /// Addresses that take no coins: a payment of them reverts.
    pub(super) closed: BTreeSet<Address>,
    pub(super) base_fee: u128,
    /// Whoever tips less waits.
    pub(super) least_tip: u128,
    /// How many blocks below the newest one is final.
    pub(super) depth: u64,
    seal: u64,
}

impl Ledger {
    pub(super) fn new() -> Self {
        let genesis = Block { number: 0, hash: hash_of(0), receipts: Vec::new(), after: State::default() };
        Self {
            blocks: vec![genesis],
            pool: BTreeMap::new(),
            sent: BTreeMap::new(),
            tokens: BTreeMap::new(),
            closed: BTreeSet::new(),
            base_fee: 10 * GWEI,
            least_tip: 0,
            depth: 3,
            seal: 0,
        }
    }

    /// The newest block but so many.
    pub(super) fn head(&self, behind: u64) -> &Block {
        let last = self.blocks.len() - 1;
        &self.blocks[last.saturating_sub(usize::try_from(behind).unwrap())]
    }

    /// The newest block that is final, as a node sees it that is so far behind.
    pub(super) fn finalized(&self, behind: u64) -> &Block {
        self.head(behind + self.depth)
    }

    pub(super) fn state(&self) -> &State {
        &self.head(0).after
    }

    /// The nonce that comes after what is in the pool.
    pub(super) fn pending_nonce(&self, of: &Address) -> u64 {
        let mut nonce = self.state().nonce(of);
        while self.pool.contains_key(&(*of, nonce)) {
            nonce += 1;
        }
        nonce
    }

    /// Where a transaction is in the blocks up to this one.
    pub(super) fn receipt(&self, hash: &str, up_to: u64) -> Option<(&Block, &Receipt)> {
        self.receipts(up_to).find(|(_, receipt)| receipt.tx.hash == hash)
    }

    /// Everything that is in the blocks up to this one.
    pub(super) fn receipts(&self, up_to: u64) -> impl Iterator<Item = (&Block, &Receipt)> {
        let blocks = self.blocks.iter().take_while(move |block| block.number <= up_to);
        blocks.flat_map(|block| block.receipts.iter().map(move |receipt| (block, receipt)))
    }

    /// Gives somebody coins, as if it had always been so.
    pub(super) fn fund(&mut self, who: &str, wei: u128) {
        self.blocks.last_mut().unwrap().after.coins.insert(at(who), wei);
    }

    /// Gives somebody tokens, likewise.
    pub(super) fn fund_tokens(&mut self, token: &str, who: &str, units: u128) {
        self.blocks.last_mut().unwrap().after.tokens.insert((at(token), at(who)), units);
    }

    /// Has somebody send his next transaction under this nonce, likewise.
    pub(super) fn count_from(&mut self, who: &str, nonce: u64) {
        self.blocks.last_mut().unwrap().after.nonces.insert(at(who), nonce);
    }

    /// A node takes a transaction into the pool.
    pub(super) fn take(&mut self, raw: &str) -> Result<(), Refused> {
        let tx = Tx::of(raw);
        self.sent.insert(tx.hash.clone(), tx.clone());
        let place = (tx.from, tx.nonce);
        if tx.nonce < self.state().nonce(&tx.from) {
            return Err(Refused::NonceTooLow);
        }
        if let Some(other) = self.pool.get(&place) {
            if other.hash == tx.hash {
                return Err(Refused::Known);
            }
            let least = |old: u128| old + old / 10;
            if tx.max_fee < least(other.max_fee) || tx.tip < least(other.tip) {
                return Err(Refused::Underpriced);
            }
        }
        if self.state().coins(&tx.from) < tx.most() {
            return Err(Refused::NoFunds);
        }
        self.pool.insert(place, tx);
        Ok(())
    }

    /// A block with what the pool has for it.
    pub(super) fn mine(&mut self) {
        let mut state = self.state().clone();
        let (mut receipts, mut over) = (Vec::new(), Vec::new());
        for (place, tx) in &self.pool {
            let nonce = state.nonce(&tx.from);
            if tx.nonce < nonce {
                over.push(*place);
            }
            let priced = tx.max_fee >= self.base_fee + self.least_tip.min(tx.tip) && tx.tip >= self.least_tip;
            if tx.nonce == nonce && priced && state.coins(&tx.from) >= tx.most() {
                receipts.push(self.run(&mut state, tx));
                over.push(*place);
            }
        }
        for place in over {
            self.pool.remove(&place);
        }
        self.seal(receipts, state);
    }

    /// So many blocks, one upon the other.
    pub(super) fn mine_many(&mut self, count: u64) {
        for _ in 0..count {
            self.mine();
        }
    }

    /// Takes so many blocks back, and puts as many and one empty ones in their place.
    pub(super) fn reorganise(&mut self, count: u64, fate: Fate) {
        let keep = self.blocks.len().saturating_sub(usize::try_from(count).unwrap()).max(1);
        let gone = self.blocks.split_off(keep);
        let back = gone.iter().flat_map(|block| block.receipts.iter());
        match fate {
            Fate::Pooled => {
                for receipt in back {
                    self.pool.insert((receipt.tx.from, receipt.tx.nonce), receipt.tx.clone());
                }
            }
            Fate::Lost => self.pool.clear(),
        }
        for _ in 0..=gone.len() {
            let state = self.state().clone();
            self.seal(Vec::new(), state);
        }
    }

    /// Every node was restarted without its pool.
    pub(super) fn forget_the_pool(&mut self) {
        self.pool.clear();
    }

    pub(super) fn pooled(&self) -> usize {
        self.pool.len()
    }

    fn seal(&mut self, receipts: Vec<Receipt>, after: State) {
        self.seal += 1;
        let number = self.head(0).number + 1;
        self.blocks.push(Block { number, hash: hash_of(self.seal), receipts, after });
    }

    fn run(&self, state: &mut State, tx: &Tx) -> Receipt {
        let price = tx.max_fee.min(self.base_fee + tx.tip);
        *state.nonces.entry(tx.from).or_default() += 1;
        let gas_used = if tx.call.is_some() { GAS_OF_TOKEN } else { GAS_OF_COIN };
        let gas_used = gas_used.min(tx.gas_limit);
        *state.coins.entry(tx.from).or_default() -= gas_used * price;
        let outcome = match (&tx.call, self.tokens.get(&tx.to)) {
            (Some(erc20::Call::Transfer { to, amount }), Some(token)) => {
                let move_it = Moved { token: tx.to, from: tx.from, to: *to, value: amount.to::<u128>() };
                transfer(state, *token, &move_it)
            }
            _ if self.closed.contains(&tx.to) || state.coins(&tx.from) < tx.value => None,
            _ => {
                state.pay(tx.from, tx.to, tx.value);
                Some(Vec::new())
            }
        };
        Receipt {
            tx: tx.clone(),
            succeeded: outcome.is_some(),
            gas_used,
            gas_price: price,
            moved: outcome.unwrap_or_default(),
        }
    }
}

/// Moves tokens, and answers what was logged; nothing where it reverts.
fn transfer(state: &mut State, token: Token, moved: &Moved) -> Option<Vec<Moved>> {
    if token == Token::Refusing {
        return Some(Vec::new());
    }
    let has = state.tokens(&moved.token, &moved.from).checked_sub(moved.value)?;
    state.tokens.insert((moved.token, moved.from), has);
    let kept = if token == Token::Greedy { moved.value / 100 } else { 0 };
    let arrives = moved.value - kept;
    *state.tokens.entry((moved.token, moved.to)).or_default() += arrives;
    Some(if token == Token::Mute { Vec::new() } else { vec![Moved { value: arrives, ..moved.clone() }] })
}

fn hash_of(seal: u64) -> String {
    format!("0x{seal:064x}")
}

/// An address as a view of a node has it.
pub(super) fn text(of: &Address) -> Value {
    address::to_text(of).into()
}
