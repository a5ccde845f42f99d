//! The nodes of the chain of a test: they answer jobs by their payloads, and may be down, behind, on another
//! chain, or lie.

use earnest_evm::Address;

use super::chain::{CHAIN_ID, GWEI, Ledger, Receipt, Refused, Tx, at, text};
use crate::support::{Value, json};

/// How a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Honest,
    /// It does not answer.
    Down,
    /// It answers with an error.
    Failing,
    /// It is so many blocks behind.
    Behind(u64),
    /// It is on another chain.
    Elsewhere,
    /// It takes what it is sent, and the line drops before the answer.
    Dropping,
    /// It takes what it is sent, and says `nonce too low`.
    Denying,
    /// It takes nothing, and says that the price is too low.
    Dear,
    /// Its pool is full.
    Full,
    Lying(Lie),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    /// Everything that is asked about was paid, and is final.
    Paid,
    /// Everything that is asked about has reverted, and is final.
    Reverted,
    /// There is nothing, and never was.
    Nothing,
    /// The key has sent much that we do not know of.
    Foreign,
    /// Every payment would revert, whatever there is to pay with.
    Hopeless,
    /// Every payment takes ten million gas.
    Thirsty,
    /// Nothing is taken below this tip.
    Dear(u128),
}

/// A price below which no node takes anything.
#[derive(Clone, Copy)]
pub(super) struct Floor {
    /// The least tip.
    pub(super) least: u128,
    /// The text of a refusal, by the tip and the least.
    pub(super) says: fn(u128, u128) -> String,
}

pub(super) struct Node {
    pub(super) name: &'static str,
    pub(super) mood: Mood,
}

/// A chain and who speaks for it.
pub(super) struct Nodes {
    pub(super) ledger: Ledger,
    pub(super) nodes: Vec<Node>,
    /// The tip that nodes recommend.
    pub(super) tip: u128,
    /// Whether the wallet has code (EIP-7702).
    pub(super) wallet_has_code: bool,
    /// Whether nodes show whose transaction has our nonce.
    pub(super) shows_foreign: bool,
    /// The gas that every payment is estimated at, where it is another than usual.
    pub(super) gas: Option<u128>,
    /// The least that nodes take.
    pub(super) floor: Option<Floor>,
    /// The nonces whose receipts no node shows yet.
    pub(super) hidden: Vec<u64>,
    /// The nonces whose receipts nobody can read.
    pub(super) unreadable: Vec<u64>,
    /// The number of jobs that the nodes were asked, by kind.
    pub(super) asked: std::collections::BTreeMap<String, u32>,
}

/// Which nodes there are.
pub(super) const NAMES: [&str; 3] = ["north", "east", "south"];

impl Nodes {
    pub(super) fn new(ledger: Ledger) -> Self {
        let nodes = NAMES.map(|name| Node { name, mood: Mood::Honest });
        Self {
            ledger,
            nodes: nodes.into(),
            tip: GWEI,
            wallet_has_code: false,
            shows_foreign: true,
            gas: None,
            floor: None,
            hidden: Vec::new(),
            unreadable: Vec::new(),
            asked: std::collections::BTreeMap::new(),
        }
    }

    /// Sets how one of them is.
    pub(super) fn set(&mut self, name: &str, mood: Mood) {
        self.nodes.iter_mut().find(|node| node.name == name).unwrap().mood = mood;
    }

    pub(super) fn set_all(&mut self, mood: Mood) {
        for node in &mut self.nodes {
            node.mood = mood;
        }
    }

    /// Returns the host's report on a job of a chain.
    pub(super) fn answer(&mut self, job: &Value) -> Value {
        let kind = job["kind"].as_str().unwrap();
        *self.asked.entry(kind.to_owned()).or_default() += 1;
        let moods: Vec<(&'static str, Mood)> = self.nodes.iter().map(|node| (node.name, node.mood)).collect();
        let mut views = Vec::new();
        for (name, mood) in moods {
            let view = match mood {
                Mood::Down => continue,
                Mood::Failing => Some(failed(-32_005, "daily request count exceeded, request rate limited")),
                _ => self.view(&Asked { kind, payload: &job["payload"], mood, hex: name == "east" }),
            };
            if let Some(mut view) = view {
                view["endpoint"] = name.into();
                views.push(view);
            }
        }
        json!({ "views": views })
    }

    fn view(&mut self, asked: &Asked<'_>) -> Option<Value> {
        if asked.kind == "chain.broadcast" {
            return self.broadcast(asked);
        }
        let mut view = match asked.kind {
            "chain.facts" => self.facts(asked),
            "chain.simulate" => self.simulate(asked),
            "chain.observe" => self.observe(asked),
            other => panic!("no node is asked for `{other}`"),
        };
        let id = if asked.mood == Mood::Elsewhere { CHAIN_ID + 1 } else { CHAIN_ID };
        view["chain_id"] = asked.number(id.into());
        Some(view)
    }

    fn facts(&self, asked: &Asked<'_>) -> Value {
        let head = self.ledger.head(asked.behind());
        let state = &head.after;
        let lane = |lane: &Value| {
            let address = at(lane["address"].as_str().unwrap());
            let (latest, pending) = self.nonces(asked, &address);
            let assets = asked.payload["assets"].as_array().unwrap().iter();
            let tokens = assets.filter_map(|asset| {
                let token = at(asset["token"].as_str()?);
                let currency = asset["currency"].as_str().unwrap().to_owned();
                Some((currency, asked.number(state.tokens(&token, &address))))
            });
            let tokens: serde_json::Map<String, Value> = tokens.collect();
            json!({ "lane": lane["lane"], "nonce": { "latest": asked.number(latest), "pending": asked.number(pending) },
                "code": self.wallet_has_code, "native": asked.number(state.coins(&address)), "tokens": tokens })
        };
        let asset = |asset: &Value| {
            let token = asset["token"].as_str().map(at);
            let code = token.is_some_and(|token| self.ledger.tokens.contains_key(&token));
            let decimals = if code { json!(6) } else { Value::Null };
            json!({ "currency": asset["currency"], "code": code, "decimals": decimals })
        };
        let each = |name: &str| asked.payload[name].as_array().unwrap().clone();
        let fees =
            json!({ "base_fee": asked.number(self.ledger.base_fee), "priority_fee": asked.number(self.tip) });
        json!({
            "head": asked.place(head.number, &head.hash),
            "finalized": asked.final_place(&self.ledger),
            "fees": fees,
            "lanes": each("lanes").iter().map(lane).collect::<Vec<_>>(),
            "assets": each("assets").iter().filter(|asset| !asset["token"].is_null()).map(asset).collect::<Vec<_>>(),
        })
    }

    /// The newest nonce in a block and in the pool.
    fn nonces(&self, asked: &Asked<'_>, of: &Address) -> (u128, u128) {
        let latest = self.ledger.head(asked.behind()).after.nonce(of);
        match asked.mood {
            Mood::Lying(Lie::Foreign) => (u128::from(latest) + 1_000, u128::from(latest) + 1_000),
            Mood::Lying(Lie::Nothing) => (0, 0),
            _ => (latest.into(), self.ledger.pending_nonce(of).max(latest).into()),
        }
    }

    /// Runs a payment on the newest block.
    fn simulate(&self, asked: &Asked<'_>) -> Value {
        let payload = asked.payload;
        let word = |name: &str| payload[name].as_str().unwrap().to_owned();
        let (from, to) = (at(&word("from")), at(&word("to")));
        let value: u128 = word("value").parse().unwrap();
        let state = &self.ledger.head(asked.behind()).after;
        let native = state.coins(&from);
        let data = hex::decode(&payload["data"].as_str().unwrap_or("0x")[2..]).unwrap();
        let (gas, balance, reverts) = match earnest_evm::erc20::Call::from_data(&data) {
            Some(call) => {
                let balance = state.tokens(&to, &from);
                (50_000, balance, balance < call.amount().to::<u128>())
            }
            None => (21_000, native, native < value || self.ledger.closed.contains(&to)),
        };
        if reverts || asked.mood == Mood::Lying(Lie::Hopeless) {
            let error = json!({ "code": 3, "message": "execution reverted" });
            return json!({ "ok": false, "error": error, "native": asked.number(native),
                "balance": asked.number(balance) });
        }
        let gas = self.gas.unwrap_or(gas);
        let gas = if asked.mood == Mood::Lying(Lie::Thirsty) { 10_000_000 } else { gas };
        json!({ "ok": true, "gas": asked.number(gas) })
    }

    fn broadcast(&mut self, asked: &Asked<'_>) -> Option<Value> {
        let raw = asked.payload["raw"].as_str().unwrap();
        if asked.mood == Mood::Elsewhere {
            return Some(failed(-32_000, "invalid sender"));
        }
        match asked.mood {
            Mood::Dear => return Some(failed(-32_000, "replacement transaction underpriced")),
            Mood::Full => return Some(failed(-32_000, "txpool is full")),
            Mood::Lying(Lie::Dear(floor)) => {
                let text = format!("transaction underpriced: gas tip cap 1, minimum needed {floor}");
                return Some(failed(-32_000, &text));
            }
            _ => {}
        }
        let tip = Tx::of(raw).tip;
        if let Some(floor) = self.floor.filter(|floor| tip < floor.least) {
            return Some(failed(-32_000, &(floor.says)(tip, floor.least)));
        }
        let taken = self.ledger.take(raw);
        match (asked.mood, taken) {
            (Mood::Dropping, _) => None,
            (Mood::Denying, _) | (_, Err(Refused::NonceTooLow)) => Some(failed(-32_000, "nonce too low")),
            (_, Err(Refused::Known)) => Some(failed(-32_000, "already known")),
            (_, Err(Refused::Underpriced)) => Some(failed(-32_000, "replacement transaction underpriced")),
            (_, Err(Refused::NoFunds)) => {
                Some(failed(-32_000, "insufficient funds for gas * price + value: balance 0"))
            }
            (_, Ok(())) => Some(json!({ "accepted": true })),
        }
    }

    fn observe(&self, asked: &Asked<'_>) -> Value {
        let address = at(asked.payload["address"].as_str().unwrap());
        let head = self.ledger.head(asked.behind());
        let finalized = self.ledger.finalized(asked.behind());
        let (mut latest, pending) = self.nonces(asked, &address);
        let final_nonce = match asked.mood {
            Mood::Lying(Lie::Paid | Lie::Reverted) => {
                latest = pending;
                pending
            }
            Mood::Lying(_) => latest,
            _ => finalized.after.nonce(&address).into(),
        };
        let slots = asked.payload["slots"].as_array().unwrap();
        let (unread, read): (Vec<&Value>, Vec<&Value>) =
            slots.iter().partition(|slot| self.unreadable.contains(&number(&slot["nonce"])));
        let hashes: Vec<&str> = read
            .iter()
            .flat_map(|slot| slot["hashes"].as_array().unwrap())
            .map(|hash| hash.as_str().unwrap())
            .collect();
        let receipts: Vec<Value> = match asked.mood {
            Mood::Lying(Lie::Nothing) => Vec::new(),
            Mood::Lying(Lie::Paid | Lie::Reverted) => {
                hashes.iter().filter_map(|hash| self.made_up(asked, hash)).collect()
            }
            _ => hashes
                .iter()
                .filter_map(|hash| self.ledger.receipt(hash, head.number))
                .filter(|(_, receipt)| !self.hidden.contains(&receipt.tx.nonce))
                .map(|(block, receipt)| asked.receipt(&asked.place(block.number, &block.hash), receipt))
                .collect(),
        };
        let mut view = json!({
            "head": asked.place(head.number, &head.hash),
            "finalized": asked.final_place(&self.ledger),
            "nonce": { "latest": asked.number(latest), "finalized": asked.number(final_nonce) },
            "receipts": receipts,
        });
        if !unread.is_empty() {
            view["unreadable"] = unread.iter().map(|slot| slot["nonce"].clone()).collect();
        }
        let nonces: Vec<u64> = read.iter().map(|slot| number(&slot["nonce"])).collect();
        let foreign = self.ledger.receipts(head.number).filter(|(_, receipt)| {
            let tx = &receipt.tx;
            tx.from == address && nonces.contains(&tx.nonce) && !hashes.contains(&tx.hash.as_str())
        });
        let foreign: Vec<Value> = foreign
            .map(|(block, receipt)| {
                json!({ "raw": receipt.tx.raw, "block": asked.place(block.number, &block.hash),
                    "status": status(receipt.succeeded) })
            })
            .collect();
        if self.shows_foreign && !foreign.is_empty() {
            view["foreign"] = foreign.into();
        }
        view
    }

    /// A receipt that no chain has, for a transaction that was sent.
    fn made_up(&self, asked: &Asked<'_>, hash: &str) -> Option<Value> {
        let mut fork = self.ledger.clone();
        let tx = fork.sent.get(hash)?.clone();
        let _ = fork.take(&tx.raw);
        // below the final one, or it would be another block of the same height
        let block = self.ledger.finalized(1);
        let place = asked.place(block.number, &format!("0x{}", "ab".repeat(32)));
        (fork.base_fee, fork.least_tip) = (1, 0);
        fork.mine();
        let (_, receipt) = fork.receipt(hash, u64::MAX)?;
        let succeeded = asked.mood == Mood::Lying(Lie::Paid);
        let moved = if succeeded { receipt.moved.clone() } else { Vec::new() };
        Some(asked.receipt(&place, &Receipt { succeeded, moved, ..receipt.clone() }))
    }
}

/// A question to a node, and the node's mood.
struct Asked<'j> {
    kind: &'j str,
    payload: &'j Value,
    mood: Mood,
    /// It writes numbers as `0x` and digits.
    hex: bool,
}

impl Asked<'_> {
    const fn behind(&self) -> u64 {
        match self.mood {
            Mood::Behind(blocks) => blocks,
            _ => 0,
        }
    }

    fn number(&self, number: u128) -> Value {
        if self.hex { format!("0x{number:x}") } else { number.to_string() }.into()
    }

    fn place(&self, number: u64, hash: &str) -> Value {
        json!({ "number": self.number(number.into()), "hash": hash })
    }

    fn final_place(&self, ledger: &Ledger) -> Value {
        let block = ledger.finalized(self.behind());
        self.place(block.number, &block.hash)
    }

    fn receipt(&self, place: &Value, receipt: &Receipt) -> Value {
        let moved = receipt.moved.iter().map(|moved| {
            json!({ "token": text(&moved.token), "from": text(&moved.from), "to": text(&moved.to),
                "value": self.number(moved.value) })
        });
        json!({ "hash": receipt.tx.hash, "block": place, "status": status(receipt.succeeded),
            "gas_used": self.number(receipt.gas_used), "gas_price": self.number(receipt.gas_price),
            "transfers": moved.collect::<Vec<_>>() })
    }
}

fn status(succeeded: bool) -> Value {
    u8::from(succeeded).into()
}

fn failed(code: i64, message: &str) -> Value {
    json!({ "error": { "code": code, "message": message } })
}

/// A number of a payload.
pub(super) fn number(value: &Value) -> u64 {
    value.as_str().unwrap_or_else(|| panic!("no number: {value}")).parse().unwrap()
}
