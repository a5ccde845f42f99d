//! Withdrawals of which the buyer owns the account that pays. Each cell has a chain of its own with one node,
//! whose answers are always the same.

use super::{ALL, Cell, Found, STAFF};
use crate::support::{Value, id, json};

/// The token that stands for dollars on every chain.
const TOKEN: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const PAYEE: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
/// The kinds of jobs of a worker of the host.
const KINDS: [&str; 4] = ["chain.facts", "chain.simulate", "chain.broadcast", "chain.observe"];

/// A call that is in order, and who may make it.
pub(super) async fn found(cell: &Cell<'_>, verb: &str) -> Found {
    match set_up(cell, verb).await {
        None => match changed(cell, verb).await {
            None => looked_up(cell, verb).await,
            found => found,
        },
        found => found,
    }
}

async fn set_up(cell: &Cell<'_>, verb: &str) -> Found {
    let args = match verb {
        "set_chain" => cell.chain_args(),
        "set_asset" => {
            cell.stage.ok("withdrawals.set_chain", cell.chain_args()).await;
            cell.asset_args()
        }
        "open_lane" => {
            cell.stage.ok("withdrawals.set_chain", cell.chain_args()).await;
            cell.lane_args().await
        }
        "pause_lane" => json!({ "lane": cell.lane().await, "reason": "because" }),
        "resume_lane" => {
            let lane = cell.lane().await;
            let pause = json!({ "lane": lane, "reason": "because" });
            cell.stage.ok("withdrawals.pause_lane", pause).await;
            json!({ "lane": lane })
        }
        "retire_lane" => json!({ "lane": cell.lane().await }),
        _ => return None,
    };
    Some((args, STAFF))
}

async fn changed(cell: &Cell<'_>, verb: &str) -> Found {
    Some(match verb {
        "request" => (cell.withdrawal_args().await, "nahb"),
        "cancel" => (json!({ "withdrawal": cell.pending().await, "reason": "because" }), "nahb"),
        "speed_up" => (json!({ "withdrawal": cell.sent().await }), "a"),
        "retry" => (json!({ "withdrawal": cell.exhausted().await }), STAFF),
        "settle" => {
            let withdrawal = cell.sent().await;
            cell.stage.advance("PT3S");
            cell.worked().await;
            (json!({ "withdrawal": withdrawal, "paid": true, "reason": "because" }), "a")
        }
        _ => return None,
    })
}

async fn looked_up(cell: &Cell<'_>, verb: &str) -> Found {
    Some(match verb {
        "chains" | "assets" | "lanes" => {
            cell.lane().await;
            (json!({}), STAFF)
        }
        "lane" => (json!({ "lane": cell.lane().await }), STAFF),
        "stats" => (json!({}), STAFF),
        "quote" => {
            cell.lane().await;
            (json!({ "chain": cell.chain(), "amount": "5.00 USD" }), ALL)
        }
        "get" | "history" => (json!({ "withdrawal": cell.pending().await }), "nahb"),
        "list" => {
            cell.pending().await;
            (json!({ "account": format!("w-{}", cell.n) }), "nahb")
        }
        // whoever may do nothing is told so
        "allowed_actions" => (json!({ "withdrawal": cell.pending().await }), ALL),
        "diagram" => (json!({ "format": "mermaid" }), ALL),
        _ => return None,
    })
}

impl Cell<'_> {
    fn chain(&self) -> String {
        format!("chain-{}", self.n)
    }

    fn chain_args(&self) -> Value {
        json!({ "chain": self.chain(), "chain_id": (self.n + 1).to_string(), "endpoints": ["node"],
            "fee_cap": "1000000000000" })
    }

    fn asset_args(&self) -> Value {
        json!({ "chain": self.chain(), "currency": "USD", "kind": "erc20", "token": TOKEN, "decimals": 2,
            "max_gas": 100_000 })
    }

    async fn lane_args(&self) -> Value {
        let key = self.stage.ok("signing.create_key", json!({})).await["key"].clone();
        json!({ "chain": self.chain(), "key": key })
    }

    /// A lane that binds.
    async fn lane(&self) -> String {
        self.stage.ok("withdrawals.set_chain", self.chain_args()).await;
        self.stage.ok("withdrawals.set_asset", self.asset_args()).await;
        let args = self.lane_args().await;
        let lane = id(&self.stage.ok("withdrawals.open_lane", args).await["lane"]);
        self.worked().await;
        lane
    }

    async fn withdrawal_args(&self) -> Value {
        self.lane().await;
        json!({ "account": self.wallet().await, "amount": "5.00 USD", "chain": self.chain(), "to": PAYEE })
    }

    async fn pending(&self) -> String {
        let args = self.withdrawal_args().await;
        id(&self.stage.ok("withdrawals.request", args).await["withdrawal"])
    }

    /// A withdrawal that is with the nodes.
    async fn sent(&self) -> String {
        let withdrawal = self.pending().await;
        self.worked().await;
        withdrawal
    }

    /// A withdrawal whose simulation has failed too often.
    async fn exhausted(&self) -> String {
        let withdrawal = self.pending().await;
        for _ in 0..100 {
            let lease = json!({ "kinds": ["chain.simulate"], "limit": 500, "for": "PT1M" });
            let jobs = self.stage.ok("jobs.lease", lease).await["jobs"].as_array().unwrap().clone();
            if jobs.is_empty() {
                break;
            }
            // soon enough for the next lease, and no sample waits for its pauses
            let soon = self.stage.clock.now().micros() + 1_000;
            let soon = earnest::Time::from_micros(soon).to_string();
            for job in jobs {
                let failed = json!({ "job": job["id"], "fence": job["fence"], "error": "no answer", "retry_at": soon });
                self.stage.ok("jobs.fail", failed).await;
            }
            self.stage.advance("PT1S");
        }
        withdrawal
    }

    /// A worker does what there is to do.
    async fn worked(&self) {
        for _ in 0..20 {
            self.stage.ok("jobs.run_due", json!({})).await;
            let lease = json!({ "kinds": KINDS, "limit": 500, "for": "PT1M" });
            let jobs = self.stage.ok("jobs.lease", lease).await["jobs"].as_array().unwrap().clone();
            if jobs.is_empty() {
                return;
            }
            for job in jobs {
                let mut view = answer(&job);
                view["endpoint"] = "node".into();
                view["chain_id"] = job["payload"]["chain_id"].clone();
                let result = json!({ "views": [view] });
                let done = json!({ "job": job["id"], "fence": job["fence"], "result": result });
                self.stage.ok("jobs.complete", done).await;
            }
        }
        panic!("there is no end of work");
    }
}

/// Answers as the node: wallets are rich, everything is taken, and what was taken is final and has paid
/// nobody.
fn answer(job: &Value) -> Value {
    let payload = &job["payload"];
    let block = json!({ "number": "10", "hash": format!("0x{}", "ab".repeat(32)) });
    match job["kind"].as_str().unwrap() {
        "chain.facts" => {
            let each = |name: &str| payload[name].as_array().unwrap().clone();
            let lane = |lane: &Value| {
                json!({ "lane": lane["lane"], "nonce": { "latest": "0", "pending": "0" }, "code": false,
                    "native": "1000000000000000000000", "tokens": { "USD": "1000000000" } })
            };
            let asset = |asset: &Value| json!({ "currency": asset["currency"], "code": true, "decimals": 2 });
            let lanes: Vec<Value> = each("lanes").iter().map(lane).collect();
            let assets: Vec<Value> = each("assets").iter().map(asset).collect();
            let fees = json!({ "base_fee": "10000000000", "priority_fee": "1000000000" });
            json!({ "head": block, "finalized": block, "fees": fees, "lanes": lanes, "assets": assets })
        }
        "chain.simulate" => json!({ "ok": true, "gas": "50000" }),
        "chain.broadcast" => json!({ "accepted": true }),
        _ => {
            let slots = payload["slots"].as_array().unwrap();
            let hashes = slots.iter().flat_map(|slot| slot["hashes"].as_array().unwrap());
            let receipts: Vec<Value> = hashes
                .map(|hash| {
                    json!({ "hash": hash, "block": block, "status": 1, "gas_used": "50000",
                        "gas_price": "11000000000", "transfers": [] })
                })
                .collect();
            let nonce = slots.len().to_string();
            json!({ "head": block, "finalized": block, "nonce": { "latest": nonce, "finalized": nonce },
                "receipts": receipts })
        }
    }
}
