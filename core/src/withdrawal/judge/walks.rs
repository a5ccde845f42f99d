//! Two thousand random walks of a chain that reorganises above its final blocks. Three nodes see it: they
//! lag, fail and stay on an abandoned fork, and one of them lies. No verdict may say more than the chain.

use std::collections::{BTreeMap, BTreeSet};

use super::num::Num;
use super::observe::{
    self, ExpectedTransfer, FinalEnd, FinalityRule, Observation, PlannedCall, Recovered, SlotVerdict,
    WatchedHash, WatchedLane, WatchedSlot,
};
use super::quorum::Endpoints;
use super::views::{BlockId, EndpointView, ForeignView, NodeError, ObserveView, ReceiptView, TokenTransfer};

const WALKS: u64 = 2_000;
const STEPS: u32 = 40;
/// The depth of the newest final block below the newest one.
const DEPTH: usize = 5;
const LANE: &str = "0x1111111111111111111111111111111111111111";
const PAYEE: &str = "0x2222222222222222222222222222222222222222";
const TOKEN: &str = "0xabababababababababababababababababababab";
const NAMES: [&str; 3] = ["north", "east", "south"];

/// The fate of a nonce in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MinedAs {
    Paid,
    NotProved,
    Reverted,
    Noop,
    Foreign,
}

/// A nonce that is used up by the transaction with this mark.
#[derive(Clone, Copy, Debug)]
struct MinedNonce {
    nonce: u64,
    mark: u64,
    what: MinedAs,
}

#[derive(Clone, Debug)]
struct WalkBlock {
    id: BlockId,
    mined: Option<MinedNonce>,
}

/// A small generator of numbers.
struct WalkDice(u64);

impl WalkDice {
    fn roll(&mut self, sides: u64) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 33) % sides
    }

    fn index(&mut self, sides: usize) -> usize {
        usize::try_from(self.roll(u64::try_from(sides).unwrap())).unwrap()
    }

    fn what(&mut self) -> MinedAs {
        match self.roll(8) {
            0..4 => MinedAs::Paid,
            4 => MinedAs::NotProved,
            5 => MinedAs::Reverted,
            6 => MinedAs::Noop,
            _ => MinedAs::Foreign,
        }
    }
}

fn hash(mark: u64) -> String {
    format!("0x{mark:064x}")
}

/// The number of nonces that are used up.
fn used(blocks: &[WalkBlock]) -> u64 {
    u64::try_from(blocks.iter().filter(|block| block.mined.is_some()).count()).unwrap()
}

/// The block that uses a nonce up, if there is one.
fn found(blocks: &[WalkBlock], nonce: u64) -> Option<(&WalkBlock, MinedNonce)> {
    let mut mined = blocks.iter().filter_map(|block| block.mined.map(|mined| (block, mined)));
    mined.find(|(_, mined)| mined.nonce == nonce)
}

/// The final blocks.
fn settled(blocks: &[WalkBlock]) -> &[WalkBlock] {
    &blocks[..=blocks.len().saturating_sub(1 + DEPTH)]
}

fn receipt(mined: MinedNonce, block: &BlockId) -> ReceiptView {
    let moved = TokenTransfer {
        token: TOKEN.to_owned(),
        from: LANE.to_owned(),
        to: PAYEE.to_owned(),
        value: Num::of(500),
    };
    ReceiptView {
        hash: hash(mined.mark),
        block: block.clone(),
        success: mined.what != MinedAs::Reverted,
        gas_used: Num::of(50_000),
        gas_price: Num::of(3),
        transfers: if mined.what == MinedAs::Paid { vec![moved] } else { Vec::new() },
    }
}

fn foreign(mined: MinedNonce, block: &BlockId) -> ForeignView {
    ForeignView { raw: format!("0x{:08x}", mined.mark), block: block.clone(), success: true }
}

/// Foreign bytes contain their mark, which gives their nonce.
fn recover(raw: &str) -> Option<Recovered> {
    let mark = u64::from_str_radix(raw.strip_prefix("0x")?, 16).ok()?;
    Some(Recovered { address: LANE.to_owned(), nonce: mark / 10, hash: hash(mark), call: None })
}

/// The view of an honest node whose chain has these blocks.
fn honest(blocks: &[WalkBlock], shows_foreign: bool) -> ObserveView {
    let mined = || blocks.iter().filter_map(|block| block.mined.map(|mined| (&block.id, mined)));
    let is_foreign = |mined: &MinedNonce| mined.what == MinedAs::Foreign;
    let ours = mined().filter(|(_, mined)| !is_foreign(mined));
    let theirs = mined().filter(|(_, mined)| shows_foreign && is_foreign(mined));
    ObserveView {
        head: blocks.last().map(|block| block.id.clone()),
        finalized: settled(blocks).last().map(|block| block.id.clone()),
        nonce_latest: Some(used(blocks)),
        nonce_finalized: Some(used(settled(blocks))),
        receipts: Some(ours.map(|(block, mined)| receipt(mined, block)).collect()),
        foreign: theirs.map(|(block, mined)| foreign(mined, block)).collect(),
        unreadable: Vec::new(),
    }
}

struct ChainWalk {
    dice: WalkDice,
    blocks: Vec<WalkBlock>,
    /// The fork that was abandoned last.
    left: Vec<WalkBlock>,
    seal: u64,
    /// The nonces that are watched, and the blocks in which they were seen.
    open: BTreeSet<u64>,
    seen: BTreeMap<u64, BlockId>,
    finals: u32,
}

impl ChainWalk {
    fn begin(seed: u64) -> Self {
        let genesis = WalkBlock { id: BlockId { number: 0, hash: hash(1 << 40) }, mined: None };
        Self {
            dice: WalkDice(seed),
            blocks: vec![genesis.clone()],
            left: vec![genesis],
            seal: 1 << 40,
            open: BTreeSet::from([0, 1, 2]),
            seen: BTreeMap::new(),
            finals: 0,
        }
    }

    fn mine(&mut self) {
        self.seal += 1;
        let nonce = used(&self.blocks);
        let mined = (self.dice.roll(2) == 0).then(|| {
            let what = self.dice.what();
            let mark = match what {
                MinedAs::Noop => 3,
                MinedAs::Foreign => 9,
                _ => 1 + self.dice.roll(2),
            };
            MinedNonce { nonce, mark: nonce * 10 + mark, what }
        });
        let number = u64::try_from(self.blocks.len()).unwrap();
        self.blocks.push(WalkBlock { id: BlockId { number, hash: hash(self.seal) }, mined });
    }

    /// Replaces the newest blocks by others, and adds one more. Final blocks stay.
    fn reorganise(&mut self) {
        let gone = 1 + self.dice.index(DEPTH - 1);
        self.left.clone_from(&self.blocks);
        self.blocks.truncate(self.blocks.len().saturating_sub(gone).max(1));
        for _ in 0..=gone {
            self.mine();
        }
    }

    fn lie(&mut self) -> ObserveView {
        let nonce = self.dice.roll(used(&self.blocks) + 3);
        let what = self.dice.what();
        let mark = if what == MinedAs::Foreign { 9 } else { 1 + self.dice.roll(3) };
        let mined = MinedNonce { nonce, mark: nonce * 10 + mark, what };
        let place = self.dice.index(self.blocks.len());
        let mut block = self.blocks[place].id.clone();
        if self.dice.roll(2) == 0 {
            block.hash = hash(self.dice.roll(1 << 20));
        }
        let far = BlockId { number: block.number + self.dice.roll(30), hash: hash(7) };
        let is_foreign = what == MinedAs::Foreign;
        ObserveView {
            head: Some(far.clone()),
            finalized: Some(far),
            nonce_latest: Some(self.dice.roll(60)),
            nonce_finalized: Some(self.dice.roll(60)),
            receipts: Some(if is_foreign { Vec::new() } else { vec![receipt(mined, &block)] }),
            foreign: if is_foreign { vec![foreign(mined, &block)] } else { Vec::new() },
            unreadable: Vec::new(),
        }
    }

    /// The views of the nodes, and whether each of them is complete.
    fn told(&mut self) -> (Vec<EndpointView<ObserveView>>, bool) {
        let liar = self.dice.index(NAMES.len() + 1);
        let shows_foreign = self.dice.roll(4) != 0;
        let mut all_well = shows_foreign;
        let mut views = Vec::new();
        for (place, name) in NAMES.into_iter().enumerate() {
            let met = self.dice.roll(8);
            all_well &= place != liar && met > 3;
            let said = match met {
                _ if place == liar => Ok(self.lie()),
                0 => Err(NodeError { code: "429".to_owned(), message: String::new(), data: String::new() }),
                1 => Ok(honest(&self.left, shows_foreign)),
                2..=3 => {
                    let end = self.blocks.len().saturating_sub(self.dice.index(9)).max(1);
                    Ok(honest(&self.blocks[..end], shows_foreign))
                }
                _ => Ok(honest(&self.blocks, shows_foreign)),
            };
            views.push(EndpointView { endpoint: name.to_owned(), chain_id: Some(Num::ONE), said });
        }
        (views, all_well)
    }

    fn watched(&self, nonce: u64) -> WatchedSlot {
        WatchedSlot {
            nonce,
            attempts: (1..=3).map(|n| WatchedHash { hash: hash(nonce * 10 + n), pays: n < 3 }).collect(),
            payment: ExpectedTransfer {
                token: Some(TOKEN.to_owned()),
                from: LANE.to_owned(),
                to: PAYEE.to_owned(),
                value: Num::of(500),
            },
            plan: PlannedCall { to: TOKEN.to_owned(), value: Num::ZERO, data: "0xa9059cbb".to_owned() },
            seen: self.seen.get(&nonce).cloned(),
        }
    }

    fn look(&mut self) {
        let (views, all_well) = self.told();
        let next_nonce = self.open.last().map_or(0, |last| last + 1);
        let lane = WatchedLane {
            finality: FinalityRule::Tag,
            address: LANE.to_owned(),
            next_nonce,
            slots: self.open.iter().map(|nonce| self.watched(*nonce)).collect(),
        };
        let endpoints = Endpoints::new(&NAMES.map(str::to_owned), Num::ONE, 2);
        let verdict = observe::judge(&endpoints, &views, &lane, &recover);
        let latest = used(&self.blocks).max(used(&self.left));
        assert!(!verdict.foreign || latest > next_nonce, "{latest} {next_nonce}");
        for slot in verdict.slots {
            if all_well {
                self.is_all_told(&slot);
            }
            self.holds(slot);
        }
    }

    /// Checks a verdict from three complete views: it must show every final nonce.
    fn is_all_told(&self, slot: &SlotVerdict) {
        let is_final = found(settled(&self.blocks), slot.nonce).is_some();
        let ended = matches!(slot.sight, Observation::Final { .. } | Observation::Taken { .. });
        assert_eq!(ended, is_final, "{slot:?}");
        let ours = found(&self.blocks, slot.nonce).filter(|(_, mined)| mined.what != MinedAs::Foreign);
        let in_block = matches!(slot.sight, Observation::InBlock { .. });
        assert_eq!(in_block, ours.is_some() && !is_final, "{slot:?}");
    }

    /// Checks that a verdict is true.
    fn holds(&mut self, slot: SlotVerdict) {
        let nonce = slot.nonce;
        let truth = found(settled(&self.blocks), nonce).map(|(block, mined)| (block.id.clone(), mined));
        match slot.sight {
            Observation::Final { hash: said, block, end, .. } => {
                let (place, mined) = truth.unwrap_or_else(|| panic!("{nonce} is not final"));
                let what = match mined.what {
                    MinedAs::Paid => Some(FinalEnd::Paid),
                    MinedAs::NotProved => Some(FinalEnd::NotProved),
                    MinedAs::Reverted => Some(FinalEnd::Reverted),
                    MinedAs::Noop => Some(FinalEnd::Noop),
                    MinedAs::Foreign => None,
                };
                assert_eq!((said, block, Some(end)), (hash(mined.mark), place, what));
                self.ends(nonce);
            }
            Observation::Taken { hash: said, block, .. } => {
                let (place, mined) = truth.unwrap_or_else(|| panic!("{nonce} is not final"));
                assert_eq!((said, block, mined.what), (hash(mined.mark), place, MinedAs::Foreign));
                self.ends(nonce);
            }
            Observation::InBlock { hash: said, block, .. } => {
                let has = |blocks: &[WalkBlock]| {
                    found(blocks, nonce)
                        .is_some_and(|(place, mined)| place.id == block && hash(mined.mark) == said)
                };
                assert!(has(&self.blocks) || has(&self.left), "{nonce} {said} {block:?}");
                self.seen.insert(nonce, block);
            }
            Observation::Unseen { spent } | Observation::Gone { spent } => {
                let is_foreign = truth.is_some_and(|(_, mined)| mined.what == MinedAs::Foreign);
                assert!(!spent || is_foreign, "{nonce} is not used up by anybody else");
                self.seen.remove(&nonce);
            }
            Observation::Unknown => {}
        }
    }

    /// Ends a nonce, and opens the next one.
    fn ends(&mut self, nonce: u64) {
        self.finals += 1;
        self.seen.remove(&nonce);
        self.open.insert(self.open.last().map_or(0, |last| last + 1));
        self.open.remove(&nonce);
    }
}

#[test]
fn no_verdict_says_more_than_the_chain() {
    let mut finals = 0;
    for seed in 0..WALKS {
        let mut walk = ChainWalk::begin(seed);
        for _ in 0..STEPS {
            match walk.dice.roll(8) {
                0..6 => walk.mine(),
                6 => walk.reorganise(),
                _ => {}
            }
            walk.look();
        }
        finals += walk.finals;
    }
    assert!(u64::from(finals) > 4 * WALKS, "{finals}");
}
