//! One call of every operation that is in order, on objects of its own, and who may make it.

mod payments;
mod purchases;
mod webhooks;
mod withdrawals;

use earnest::credential::totp::{Algorithm, Totp, step_of};

use crate::support::{Kind, Stage, Value, id, json};

/// A call, and who may make it: `n` nobody named, `m` a stranger, `b` the buyer, `s` the seller, `a` an
/// admin, `h` the host's own program.
pub(crate) struct Sample {
    pub(crate) args: Value,
    pub(crate) may: String,
}

const STAFF: &str = "nah";
const ALL: &str = "nmbsah";

/// The objects of one cell.
struct Cell<'s> {
    stage: &'s Stage,
    n: usize,
}

/// A policy that some samples wait at.
pub(crate) async fn gate(stage: &Stage) {
    let policy =
        json!({ "id": "gate", "operation": "ledger.deduct", "threshold": "500.00 USD", "approvers": 1 });
    stage.ok("approvals.set_policy", policy).await;
}

impl Cell<'_> {
    fn owner(&self) -> String {
        format!("o-{}", self.n)
    }

    /// A file of its own.
    fn file(&self) -> std::path::PathBuf {
        self.stage.beside(&format!("backup-{}.db", self.n))
    }

    fn seller(&self) -> String {
        format!("s-{}", self.n)
    }

    /// The wallet of the buyer, with money, and the account of the seller.
    async fn wallet(&self) -> String {
        let wallet = format!("w-{}", self.n);
        let account = json!({ "account": wallet, "currency": "USD", "owner": self.owner() });
        self.stage.ok("ledger.open_account", account).await;
        self.stage.funded(&wallet, "1000.00 USD").await;
        self.stage.ok("ledger.open_account", json!({ "account": self.seller(), "currency": "USD" })).await;
        wallet
    }

    /// A transfer from the wallet to the seller.
    async fn transfer(&self) -> String {
        let args = json!({ "from": self.wallet().await, "to": self.seller(), "amount": "10.00 USD" });
        id(&self.stage.ok("ledger.transfer", args).await["transfer"])
    }

    async fn hold(&self) -> String {
        let wallet = self.wallet().await;
        self.stage.held(&wallet, "10.00 USD").await
    }

    fn by_buyer(&self, mut args: Value) -> Value {
        args["actor"] = self.owner().into();
        args
    }

    /// A deal after these steps, each taken by whom it is for.
    async fn deal(&self, steps: &[&str], terms: Value) -> String {
        let mut open =
            json!({ "buyer": self.wallet().await, "seller": self.seller(), "price": "100.00 USD" });
        for (name, value) in terms.as_object().into_iter().flatten() {
            open[name] = value.clone();
        }
        let deal = id(&self.stage.ok("escrow.open", open).await["deal"]);
        for step in steps {
            let args = match *step {
                "secure_later" => self.by_buyer(json!({ "deal": deal, "secure": false })),
                "request_refund" => self.by_buyer(json!({ "deal": deal, "reason": "x" })),
                "ship" => json!({ "deal": deal, "actor": self.seller() }),
                _ => self.by_buyer(json!({ "deal": deal })),
            };
            let name = if *step == "secure_later" { "pay" } else { step };
            self.stage.ok(&format!("escrow.{name}"), args).await;
        }
        deal
    }

    /// A dispute that the buyer opened.
    async fn dispute(&self) -> (String, String) {
        let deal = self.deal(&["pay", "ship"], json!({})).await;
        let args = self.by_buyer(json!({ "deal": deal, "type": "other", "statement": "x" }));
        (id(&self.stage.ok("escrow.dispute", args).await["dispute"]), deal)
    }

    /// An approval that somebody asked for.
    async fn approval(&self, by: Value) -> String {
        let wallet = self.wallet().await;
        let key = self.stage.key();
        let args = json!({ "account": wallet, "amount": "500.00 USD", "actor": by, "key": key });
        let refused = self.stage.call("ledger.deduct", args).await.unwrap_err();
        refused.details()["approval"].as_str().unwrap().to_owned()
    }

    /// A call that waits for people to look at it.
    async fn review(&self) -> String {
        let rule = json!({ "id": "case", "action": "ledger.top_up", "subject": "meta.case", "metric": "count",
            "window": "lifetime", "limit": 0, "outcome": "review" });
        self.stage.ok("risk.set_rule", rule).await;
        let (key, metadata) = (self.stage.key(), json!({ "case": "x" }));
        let args = json!({ "account": self.wallet().await, "amount": "5.00 USD", "metadata": metadata,
            "actor": Self::clerk(), "key": key });
        let refused = self.stage.call("ledger.top_up", args).await.unwrap_err();
        refused.details()["review"].as_str().unwrap().to_owned()
    }

    fn clerk() -> Value {
        json!({ "id": "clerk", "role": "system" })
    }

    /// A job that is due, taken by a worker.
    async fn leased(&self) -> (Value, Value) {
        self.dispute().await;
        let lease = json!({ "kinds": ["notify.parties"], "limit": 1, "for": "PT1H" });
        let job = self.stage.ok("jobs.lease", lease).await["jobs"][0].clone();
        (job["id"].clone(), job["fence"].clone())
    }
}

/// A call of an operation that is in order in this cell.
pub(crate) async fn sample(stage: &Stage, name: &str, n: usize) -> Sample {
    let cell = Cell { stage, n };
    let (service, verb) = name.split_once('.').unwrap();
    let found = match service {
        "ledger" => match ledger_write(&cell, verb).await {
            None => ledger_read(&cell, verb).await,
            found => found,
        },
        "escrow" => match escrow_write(&cell, verb).await {
            None => escrow_read(&cell, verb).await,
            found => found,
        },
        "receipts" => receipts(&cell, verb).await,
        "treasury" => treasury(&cell, verb).await,
        "payments" => payments::found(&cell, verb).await,
        "purchases" => purchases::found(&cell, verb).await,
        "webhooks" => webhooks::found(&cell, verb).await,
        "withdrawals" => withdrawals::found(&cell, verb).await,
        "approvals" => approvals(&cell, verb).await,
        "risk" => risk(&cell, verb).await,
        "jobs" => jobs(&cell, verb).await,
        "vault" => vault(&cell, verb).await,
        "credentials" => credentials(&cell, verb).await,
        "signing" => signing(&cell, verb).await,
        "events" => events(&cell, verb).await,
        _ => staff(&cell, name).await,
    };
    let (mut args, may) =
        found.unwrap_or_else(|| panic!("`{name}` needs a sample in core/tests/audit/permissions/samples.rs"));
    let info = earnest::OPERATIONS.iter().find(|info| info.name == name).unwrap();
    if info.key == earnest::request::scope::KeyRule::Required {
        args["key"] = stage.key().into();
    }
    Sample { args, may: may.to_owned() }
}

type Found = Option<(Value, &'static str)>;

async fn ledger_write(cell: &Cell<'_>, verb: &str) -> Found {
    let stage = cell.stage;
    let usd = "1.00 USD";
    Some(match verb {
        "open_account" => (json!({ "account": cell.owner(), "currency": "USD" }), "nahb"),
        "update_account" => (json!({ "account": cell.wallet().await, "owner": "mallory" }), STAFF),
        "lock_account" => (json!({ "account": cell.wallet().await }), STAFF),
        "unlock_account" => {
            let wallet = cell.wallet().await;
            stage.ok("ledger.lock_account", json!({ "account": wallet })).await;
            (json!({ "account": wallet }), STAFF)
        }
        "close_account" => {
            let account = format!("e-{}", cell.n);
            let open = json!({ "account": account, "currency": "USD", "owner": cell.owner() });
            stage.ok("ledger.open_account", open).await;
            (json!({ "account": account }), "nahb")
        }
        "top_up" => (json!({ "account": cell.wallet().await, "amount": usd }), STAFF),
        "deduct" => (json!({ "account": cell.wallet().await, "amount": usd }), "nahb"),
        "transfer" => (json!({ "from": cell.wallet().await, "to": cell.seller(), "amount": usd }), "nahb"),
        "post" => {
            let from = json!({ "account": cell.wallet().await, "amount": "-1.00 USD" });
            (json!({ "postings": [from, { "account": cell.seller(), "amount": usd }] }), STAFF)
        }
        "cancel" => (json!({ "transfer": cell.transfer().await }), STAFF),
        "refund" => (json!({ "transfer": cell.transfer().await, "amount": usd }), STAFF),
        "hold" => (json!({ "account": cell.wallet().await, "amount": usd }), "nahb"),
        "capture" => (json!({ "hold": cell.hold().await, "to": cell.seller() }), "nahb"),
        "void" => (json!({ "hold": cell.hold().await }), "nahb"),
        "extend" => (json!({ "hold": cell.hold().await, "expires_at": "2027-01-01T00:00:00Z" }), "nahb"),
        "lock" => (json!({ "accounts": [cell.wallet().await] }), "nahb"),
        "batch" => {
            let args = json!({ "from": cell.wallet().await, "to": cell.seller(), "amount": usd, "key": stage.key() });
            (json!({ "ops": [{ "op": "ledger.transfer", "args": args }] }), "nahb")
        }
        _ => return None,
    })
}

async fn ledger_read(cell: &Cell<'_>, verb: &str) -> Found {
    Some(match verb {
        "account" | "balance" | "entries" | "transfers" => {
            (json!({ "account": cell.wallet().await }), "nahb")
        }
        "accounts" => (json!({ "owner": cell.owner() }), "nahb"),
        "balances" => (json!({ "accounts": [cell.wallet().await] }), "nahb"),
        "get_transfer" => (json!({ "transfer": cell.transfer().await }), "nahbs"),
        "statement" => {
            let (from, to) = ("2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
            (json!({ "account": cell.wallet().await, "from_time": from, "to_time": to }), "nahb")
        }
        "get_hold" => (json!({ "hold": cell.hold().await }), "nahb"),
        "holds" => {
            cell.hold().await;
            (json!({ "account": format!("w-{}", cell.n) }), "nahb")
        }
        "trial_balance" => (json!({}), STAFF),
        _ => return None,
    })
}

async fn escrow_write(cell: &Cell<'_>, verb: &str) -> Found {
    let none = json!({});
    let deal = |deal: String| json!({ "deal": deal, "reason": "because" });
    let paid = ["pay"];
    Some(match verb {
        "open" => {
            let args = json!({ "buyer": cell.wallet().await, "seller": cell.seller(), "price": "1.00 USD" });
            (args, "nahbs")
        }
        "pay" => (deal(cell.deal(&[], none).await), "nahb"),
        "secure" => (deal(cell.deal(&["secure_later"], none).await), "nahb"),
        "accept" => (deal(cell.deal(&paid, json!({ "require_acceptance": true })).await), "sa"),
        "ship" => (deal(cell.deal(&paid, none).await), "nahs"),
        "deliver" => (deal(cell.deal(&["pay", "ship"], none).await), "nahb"),
        "confirm" => (deal(cell.deal(&["pay", "ship"], none).await), "ab"),
        "cancel" => (deal(cell.deal(&[], none).await), "nahbs"),
        "request_refund" => (deal(cell.deal(&paid, none).await), "ab"),
        "approve_refund" => (deal(cell.deal(&["pay", "request_refund"], none).await), "as"),
        "refuse_refund" => (deal(cell.deal(&["pay", "request_refund"], none).await), "as"),
        "release_part" => {
            let deal = cell.deal(&["pay", "ship"], none).await;
            (json!({ "deal": deal, "amount": "1.00 USD", "reason": "because" }), "nahb")
        }
        "extend" => {
            let deal = cell.deal(&["pay", "ship", "deliver"], none).await;
            (json!({ "deal": deal, "release_at": "2026-06-01T00:00:00Z", "reason": "because" }), "nahs")
        }
        "update" => {
            let deal = cell.deal(&[], none).await;
            (json!({ "deal": deal, "metadata": { "a": 1 } }), "nahbs")
        }
        "dispute" => {
            let deal = cell.deal(&["pay", "ship"], none).await;
            let args = json!({ "deal": deal, "type": "other", "statement": "x", "reason": "because" });
            (args, "abs")
        }
        "add_evidence" => {
            let dispute = cell.dispute().await.0;
            (json!({ "dispute": dispute, "kind": "note", "statement": "x" }), "nahbs")
        }
        "investigate" => (json!({ "dispute": cell.dispute().await.0 }), "a"),
        "withdraw" => (json!({ "dispute": cell.dispute().await.0, "reason": "because" }), "ab"),
        "resolve" => {
            let dispute = cell.dispute().await.0;
            (json!({ "dispute": dispute, "outcome": "refund", "resolution": "x" }), "a")
        }
        _ => return None,
    })
}

async fn escrow_read(cell: &Cell<'_>, verb: &str) -> Found {
    let none = json!({});
    Some(match verb {
        "quote" => (json!({ "price": "1.00 USD" }), ALL),
        "get" | "history" => (json!({ "deal": cell.deal(&[], none).await }), "nahbs"),
        "list" => {
            cell.deal(&[], none).await;
            (json!({ "buyer": format!("w-{}", cell.n) }), "nahb")
        }
        // whoever may do nothing is told so
        "validate" => (json!({ "deal": cell.deal(&[], none).await, "trigger": "pay" }), ALL),
        "allowed_actions" => (json!({ "deal": cell.deal(&[], none).await }), ALL),
        "diagram" => (none, ALL),
        "get_dispute" => (json!({ "dispute": cell.dispute().await.0 }), "nahbs"),
        "disputes" => (json!({ "deal": cell.dispute().await.1 }), "nahbs"),
        "dispute_stats" => (none, STAFF),
        _ => return None,
    })
}

async fn receipts(cell: &Cell<'_>, verb: &str) -> Found {
    Some(match verb {
        "get" => (json!({ "receipt": cell.transfer().await }), "nahbs"),
        "list" => (json!({ "transfer": cell.transfer().await }), "nahbs"),
        "render" => (json!({ "receipt": cell.transfer().await, "format": "text" }), "nahbs"),
        "verify" => {
            let receipt = json!({ "receipt": cell.transfer().await });
            (json!({ "receipt": cell.stage.ok("receipts.get", receipt).await }), ALL)
        }
        "public_keys" => (json!({}), ALL),
        _ => return None,
    })
}

async fn treasury(cell: &Cell<'_>, verb: &str) -> Found {
    let account = |wallet: String| json!({ "account": wallet, "currency": "USD" });
    Some(match verb {
        "set_account" => {
            let mut args = account(cell.wallet().await);
            args["tier"] = "hot".into();
            (args, STAFF)
        }
        "usage" => {
            let mut args = account(cell.wallet().await);
            args["tier"] = "hot".into();
            cell.stage.ok("treasury.set_account", args).await;
            (account(format!("w-{}", cell.n)), STAFF)
        }
        "settlements" => (json!({}), STAFF),
        _ => return None,
    })
}

async fn approvals(cell: &Cell<'_>, verb: &str) -> Found {
    let policy =
        json!({ "id": format!("p-{}", cell.n), "operation": "ledger.post", "threshold": "900.00 USD" });
    Some(match verb {
        "set_policy" => {
            // one name for all: a book has room for 200
            let mut policy = policy;
            policy["id"] = "p".into();
            (policy, STAFF)
        }
        "remove_policy" => {
            let mut policy = policy;
            policy["id"] = "q".into();
            cell.stage.ok("approvals.set_policy", policy).await;
            (json!({ "id": "q" }), STAFF)
        }
        "approve" => (json!({ "approval": cell.approval(Cell::clerk()).await }), "a"),
        "reject" => (json!({ "approval": cell.approval(Cell::clerk()).await, "reason": "no" }), "a"),
        "policies" => (json!({}), STAFF),
        "get" => (json!({ "approval": cell.approval(cell.owner().into()).await }), "nahb"),
        "list" => (json!({ "requested_by": cell.owner() }), "nahb"),
        _ => return None,
    })
}

async fn vault(cell: &Cell<'_>, verb: &str) -> Found {
    let value = json!({ "subject": cell.owner(), "name": "email", "value": "alice@example.com" });
    cell.stage.ok("vault.put", value.clone()).await;
    let subject = json!({ "subject": cell.owner() });
    Some(match verb {
        "put" => (value, "nahb"),
        "reveal" => (json!({ "subject": cell.owner(), "name": "email" }), "nahb"),
        "list" => (subject, "nahb"),
        "export" | "forget" => (subject, STAFF),
        "find" => (json!({ "name": "email", "value": "alice@example.com" }), STAFF),
        "keys" | "rotate" => (json!({}), STAFF),
        _ => return None,
    })
}

/// The code of now for a secret.
fn code(stage: &Stage, secret: &Value) -> String {
    let totp = Totp::request(secret.as_str().unwrap(), 6, Algorithm::Sha1).unwrap();
    totp.code(step_of(stage.clock.now())).to_string()
}

async fn credentials(cell: &Cell<'_>, verb: &str) -> Found {
    let stage = cell.stage;
    let subject = json!({ "subject": cell.owner() });
    let pin = json!({ "subject": cell.owner(), "pin": "4711" });
    let enrol = json!({ "subject": cell.owner(), "issuer": "Shop", "account_name": "alice" });
    Some(match verb {
        "set_pin" => (pin, "nahb"),
        "verify_pin" => {
            stage.ok("credentials.set_pin", pin.clone()).await;
            (pin, "nahb")
        }
        "unlock_pin" => {
            stage.ok("credentials.set_pin", pin).await;
            (subject, "a")
        }
        "enrol_totp" => (enrol, "nahb"),
        "confirm_totp" | "verify_totp" => {
            let enrolled = stage.ok("credentials.enrol_totp", enrol).await;
            let confirm = json!({ "subject": cell.owner(), "code": code(stage, &enrolled["secret"]) });
            if verb == "confirm_totp" {
                return Some((confirm, "nahb"));
            }
            stage.ok("credentials.confirm_totp", confirm).await;
            (json!({ "subject": cell.owner(), "code": enrolled["recovery_codes"][0] }), "nahb")
        }
        _ => return None,
    })
}

async fn signing(cell: &Cell<'_>, verb: &str) -> Found {
    let to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let key = cell.stage.ok("signing.create_key", json!({})).await["key"].clone();
    let text = json!({ "key": key, "message": "hello" });
    let tx = json!({ "chain_id": "1", "nonce": "0", "to": to, "value": "1", "gas_limit": "21000", "gas_price": "1" });
    let data = json!({ "types": { "Mail": [{ "name": "to", "type": "address" }] }, "primaryType": "Mail",
        "domain": { "name": "Mail" }, "message": { "to": to } });
    Some(match verb {
        "create_key" | "keys" => (json!({}), STAFF),
        "import_key" => (json!({ "private_key": format!("0x{:064x}", cell.n + 1) }), STAFF),
        "set_key_policy" => (json!({ "key": key, "chain_ids": ["1"] }), STAFF),
        "address" => (json!({ "key": key }), STAFF),
        "sign_transaction" => (json!({ "key": key, "tx": tx }), STAFF),
        "sign_message" => (text, STAFF),
        "sign_typed_data" => (json!({ "key": key, "typed_data": data }), STAFF),
        "prepare" | "complete" => {
            let address = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23";
            let key = cell.stage.ok("signing.import_key", json!({ "address": address })).await["key"].clone();
            let mut args = json!({ "key": key, "message": "Some data" });
            if verb == "complete" {
                let signature = "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd\
                                 6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c";
                args["signature"] = signature.into();
            }
            (args, STAFF)
        }
        "recover" => {
            let signed = cell.stage.ok("signing.sign_message", text).await;
            (json!({ "signature": signed["signature"], "digest": signed["digest"] }), ALL)
        }
        "decode_transaction" => {
            let signed = cell.stage.ok("signing.sign_transaction", json!({ "key": key, "tx": tx })).await;
            (json!({ "raw": signed["raw"] }), ALL)
        }
        "erc20_transfer" => (json!({ "token": to, "to": to, "amount": "1" }), ALL),
        _ => return None,
    })
}

/// Nothing of it stays in anybody's way: the rules are about what no other sample does so often.
async fn risk(cell: &Cell<'_>, verb: &str) -> Found {
    let rule = |id: &str| {
        json!({ "id": id, "action": "ledger.post", "subject": "device", "metric": "count",
            "window": "PT10S", "limit": 1_000_000, "outcome": "block" })
    };
    let args = match verb {
        "set_rule" => rule("r"),
        "set_rate" => {
            json!({ "id": "q", "action": "ledger.post", "subject": "device", "limit": 1_000_000, "per": "PT1S" })
        }
        "set_thresholds" => json!({ "block": 100 }),
        "remove_rule" => {
            let id = format!("r-{}", cell.n);
            cell.stage.ok("risk.set_rule", rule(&id)).await;
            json!({ "id": id })
        }
        "evaluate" => {
            json!({ "action": "ledger.deduct", "args": { "account": cell.owner(), "amount": "1.00 USD" } })
        }
        "rules" | "decisions" => json!({}),
        "profile" => json!({ "account": cell.wallet().await }),
        "block" | "allow" => json!({ "subject": "device", "value": format!("d-{}", cell.n), "reason": "x" }),
        "unlist" => {
            let entry = json!({ "subject": "device", "value": format!("u-{}", cell.n), "reason": "x" });
            cell.stage.ok("risk.block", entry).await;
            json!({ "subject": "device", "value": format!("u-{}", cell.n) })
        }
        "approve_review" => return Some((json!({ "review": cell.review().await }), "a")),
        "reject_review" => return Some((json!({ "review": cell.review().await, "reason": "no" }), "a")),
        "reviews" => json!({}),
        "install_pack" => json!({ "name": "limited_sale" }),
        _ => return None,
    };
    Some((args, STAFF))
}

async fn jobs(cell: &Cell<'_>, verb: &str) -> Found {
    let args = match verb {
        "enqueue" => json!({ "kind": "mail.invoice", "payload": {} }),
        "complete" | "fail" | "extend" | "release" => {
            let (job, fence) = cell.leased().await;
            let mut args = json!({ "job": job, "fence": fence });
            match verb {
                "fail" => args["error"] = "x".into(),
                "extend" => args["for"] = "PT1H".into(),
                _ => {}
            }
            args
        }
        "retry" | "discard" => {
            cell.dispute().await;
            // a call of a payment is driven by that alone
            let queued = json!({ "kind": "notify.parties", "state": "queued", "limit": 1 });
            json!({ "job": cell.stage.ok("jobs.list", queued).await["items"][0]["id"] })
        }
        "list" | "stats" | "run_due" => json!({}),
        "lease" => json!({ "kinds": ["notify.parties"], "limit": 1, "for": "PT1M" }),
        _ => return None,
    };
    Some((args, STAFF))
}

async fn events(cell: &Cell<'_>, verb: &str) -> Found {
    let sink = format!("s-{}", cell.n);
    if matches!(verb, "take" | "settle" | "parked" | "unpark" | "rewind" | "unsubscribe") {
        cell.stage.ok("events.subscribe", json!({ "sink": sink, "from": "first" })).await;
        cell.wallet().await;
    }
    let take = json!({ "sink": sink, "limit": 1, "for": "PT1M" });
    let args = match verb {
        "list" | "verify_chain" | "state_hash" | "sinks" => json!({}),
        "replay" => json!({ "into": "memory:" }),
        "subscribe" | "parked" | "unsubscribe" => json!({ "sink": sink }),
        "rewind" => json!({ "sink": sink, "seq": 0 }),
        "advance" => json!({ "consumer": sink, "seq": 0 }),
        "take" => take,
        "settle" => {
            let batch = cell.stage.ok("events.take", take).await;
            json!({ "sink": sink, "fence": batch["fence"], "seq": batch["seq"] })
        }
        "unpark" => {
            let batch = cell.stage.ok("events.take", take).await;
            let (event, failed) = (&batch["events"][0], json!([{ "seq": batch["seq"], "error": "x" }]));
            let settled =
                json!({ "sink": sink, "fence": batch["fence"], "seq": batch["seq"], "failed": failed });
            cell.stage.ok("events.settle", settled).await;
            json!({ "sink": sink, "object": event["object"], "object_id": event["object_id"] })
        }
        _ => return None,
    };
    Some((args, STAFF))
}

/// Operations that only staff may call, whatever they are about.
async fn staff(cell: &Cell<'_>, name: &str) -> Found {
    Some(match name {
        "admin.lookup_key" => (json!({ "key": "k-0" }), STAFF),
        "admin.audit" => (json!({ "actor": cell.owner() }), "nahb"),
        "admin.erase_context" => (json!({ "subject": cell.owner() }), STAFF),
        "admin.health"
        | "admin.verify"
        | "admin.stats"
        | "admin.metrics"
        | "admin.confirm_clock"
        | "admin.fork" => (json!({}), STAFF),
        "admin.backup" => (json!({ "path": cell.file() }), STAFF),
        "admin.restore" => {
            let backup = json!({ "path": cell.file() });
            if cell.stage.kind == Kind::Sqlite {
                cell.stage.ok("admin.backup", backup.clone()).await;
            }
            (backup, STAFF)
        }
        _ => return None,
    })
}
