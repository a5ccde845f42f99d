//! The part of the demo in which things go wrong: a refund, a split by ruling, and their receipts.

use earnest::Engine;
use serde_json::{Value, json};

use super::{Demo, Step, Wrong, at, balance, balances, expect, human, refused};
use crate::output::Failure;

/// Staff.
fn judge() -> Value {
    json!({ "id": "dana", "role": "admin" })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Demo<'_> {
    /// Two disputes, and the receipts of the second.
    pub(super) async fn disputes(&mut self) -> Result<(), Failure> {
        self.heading("A dispute, and a refund")?;
        let tripod = self.step(
            "Alice pays $20.00 for a tripod",
            Self::bought(&self.engine, "deal-3", "20.00 USD", "40.00").await,
        )?;
        let dispute = self.step(
            "It arrives broken: she sends a photo of it",
            Self::disputed(&self.engine, &tripod, "quality_issue", "A leg is broken.").await,
        )?;
        self.step("The money stands still meanwhile", Self::frozen(&self.engine, &tripod).await)?;
        self.step("Staff rule: Alice is paid back", Self::refunded(&self.engine, &dispute).await)?;
        self.heading("A dispute, and a split")?;
        let bag = self.step(
            "Alice pays $30.00 for a bag",
            Self::bought(&self.engine, "deal-4", "30.00 USD", "30.00").await,
        )?;
        let dispute = self.step(
            "It is scratched: she disputes",
            Self::disputed(&self.engine, &bag, "quality_issue", "There is a scratch.").await,
        )?;
        self.step("Staff rule: $10.00 to Alice, $20.00 to Bob", Self::split(&self.engine, &dispute).await)?;
        self.heading("Receipts")?;
        let receipt =
            self.step("Alice asks for that of her $10.00", Self::receipt(&self.engine, &bag).await)?;
        self.step("Anybody checks it with the public key", Self::genuine(&self.engine, &receipt).await)?;
        self.step("Somebody writes $90.00 into it", Self::forged(&self.engine, &receipt).await)
    }

    /// Opened, paid and shipped.
    async fn bought(engine: &Engine, key: &str, price: &str, left: &str) -> Step<(String, String, Value)> {
        let (deal, _, _) = Self::open(engine, key, price).await?;
        let (_, shown, _) = Self::pay(engine, &deal, &format!("pay-{key}"), left, false).await?;
        let reply = engine.call("escrow.ship", json!({ "deal": deal, "actor": "bob" })).await?;
        expect("state", at(&reply, "/deal/state"), "shipped")?;
        Ok((deal, shown.replace("awaiting_shipment", "shipped"), reply))
    }

    async fn disputed(
        engine: &Engine,
        deal: &str,
        kind: &str,
        statement: &str,
    ) -> Step<(String, String, Value)> {
        let key = format!("dispute-{deal}");
        let args =
            json!({ "deal": deal, "type": kind, "statement": statement, "key": key, "actor": "alice" });
        let reply = engine.call("escrow.dispute", args).await?;
        expect("state", at(&reply, "/deal/state"), "disputed")?;
        let dispute = text(at(&reply, "/dispute/id"));
        let photo = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let args = json!({ "dispute": dispute, "kind": "photo", "sha256": photo, "actor": "alice" });
        let reply = engine.call("escrow.add_evidence", args).await?;
        expect("evidence", at(&reply, "/dispute/evidence/0/sha256"), photo)?;
        Ok((dispute, "disputed, 1 piece of evidence".to_owned(), reply))
    }

    async fn frozen(engine: &Engine, deal: &str) -> Step<((), String, Value)> {
        let args = json!({ "deal": deal, "actor": "alice" });
        let error = refused(engine, "escrow.confirm", args, "transition_not_allowed").await?;
        Ok(((), "refused: transition_not_allowed".to_owned(), error))
    }

    /// A ruling, and the state that it leaves the deal in.
    async fn ruled(engine: &Engine, dispute: &str, ruling: Value, state: &str) -> Step<Value> {
        let mut args = json!({ "dispute": dispute, "resolution": "seen", "key": format!("rule-{dispute}"), "actor": judge() });
        if let (Some(args), Value::Object(ruling)) = (args.as_object_mut(), ruling) {
            args.extend(ruling);
        }
        let reply = engine.call("escrow.resolve", args).await?;
        expect("state", at(&reply, "/deal/state"), state)?;
        expect("held", at(&reply, "/deal/held/amount"), "0.00")?;
        Ok(reply)
    }

    async fn refunded(engine: &Engine, dispute: &str) -> Step<((), String, Value)> {
        let reply = Self::ruled(engine, dispute, json!({ "outcome": "refund" }), "refunded").await?;
        balance(engine, "alice", "60.00").await?;
        Ok(((), format!("refunded, {}", balances(engine).await?), reply))
    }

    async fn split(engine: &Engine, dispute: &str) -> Step<((), String, Value)> {
        let ruling = json!({ "outcome": "split", "refund": "10.00 USD" });
        let reply = Self::ruled(engine, dispute, ruling, "split").await?;
        balance(engine, "alice", "40.00").await?;
        balance(engine, "bob", "60.00").await?;
        Ok(((), format!("split, {}", balances(engine).await?), reply))
    }

    async fn receipt(engine: &Engine, deal: &str) -> Step<(Value, String, Value)> {
        let page = engine.call("receipts.list", json!({ "deal": deal })).await?;
        let items = page["items"].as_array().map_or(&[][..], Vec::as_slice);
        let found = items.iter().find(|receipt| receipt["kind"] == "refund");
        let receipt = found.cloned().ok_or_else(|| Wrong("the refund has no receipt".to_owned()))?;
        expect("amount", at(&receipt, "/amount/amount"), "10.00")?;
        let shown = format!(
            "No. {}, {}, signed by {}",
            receipt["number"],
            human(&receipt["amount"]),
            text(at(&receipt, "/signatures/1/kid"))
        );
        Ok((receipt.clone(), shown, receipt))
    }

    async fn genuine(engine: &Engine, receipt: &Value) -> Step<((), String, Value)> {
        let keys = engine.call("receipts.public_keys", json!({})).await?;
        let reply =
            engine.call("receipts.verify", json!({ "receipt": receipt, "public_keys": keys })).await?;
        expect("valid", &reply["valid"], true)?;
        Ok(((), format!("genuine, {}", text(&reply["alg"])), reply))
    }

    async fn forged(engine: &Engine, receipt: &Value) -> Step<((), String, Value)> {
        let mut other = receipt.clone();
        if let Some(amount) = other.pointer_mut("/payload/amount/amount") {
            *amount = "90.00".into();
        }
        let reply = engine.call("receipts.verify", json!({ "receipt": other })).await?;
        expect("valid", &reply["valid"], false)?;
        expect("reason", &reply["reason"], "broken_integrity")?;
        Ok(((), "found: broken_integrity".to_owned(), reply))
    }
}
