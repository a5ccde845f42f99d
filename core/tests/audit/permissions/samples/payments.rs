//! Payments of which the buyer is the payer, and the seller the account that is paid.

use super::{ALL, Cell, Found, STAFF};
use crate::support::{Value, id, json};

/// A call that is in order, and who may make it.
pub(super) async fn found(cell: &Cell<'_>, verb: &str) -> Found {
    match changed(cell, verb).await {
        None => looked_up(cell, verb).await,
        found => found,
    }
}

async fn changed(cell: &Cell<'_>, verb: &str) -> Found {
    Some(match verb {
        "set_gateway" => (json!({ "id": "g", "driver": "host" }), STAFF),
        "set_route" => (json!({ "id": "r", "gateways": [cell.gateway("g").await] }), STAFF),
        "remove_route" => {
            let route = json!({ "id": "q", "gateways": [cell.gateway("g").await] });
            cell.stage.ok("payments.set_route", route).await;
            (json!({ "id": "q" }), STAFF)
        }
        "create" => (cell.terms("g").await, "nahbs"),
        "confirm" => {
            let payment = cell.payment().await;
            (json!({ "payment": payment, "token": "pm_1" }), "nahb")
        }
        "capture" => {
            let payment = cell.asked("manual").await;
            cell.answered(json!({ "outcome": "authorized", "authorized": "10.00 USD" })).await;
            (json!({ "payment": payment }), "nahs")
        }
        "void" => (json!({ "payment": cell.payment().await, "reason": "because" }), "nahb"),
        "sync" => (json!({ "payment": cell.captured().await }), STAFF),
        "refund" => (json!({ "payment": cell.captured().await, "amount": "1.00 USD" }), "nahs"),
        "settle" => {
            let payment = cell.asked("auto").await;
            let job = cell.call().await;
            let fail = json!({ "job": job["id"], "fence": job["fence"], "error": "no answer" });
            cell.stage.ok("jobs.fail", fail).await;
            (json!({ "payment": payment, "outcome": "refused", "reason": "its console shows none" }), "a")
        }
        "report" => {
            let (gateway, event) = (format!("g-{}", cell.n), format!("e-{}", cell.n));
            let payment = cell.captured().await;
            (json!({ "gateway": gateway, "event": event, "payment": payment, "outcome": "captured" }), STAFF)
        }
        "chargeback" => {
            let case = format!("c-{}", cell.n);
            (json!({ "payment": cell.captured().await, "case": case }), STAFF)
        }
        "recover" => {
            let debt = cell.debt().await;
            cell.stage.funded(&cell.debtor(), "5.00 USD").await;
            (json!({ "debt": debt, "amount": "1.00 USD" }), "nahb")
        }
        "write_off" => (json!({ "debt": cell.debt().await, "reason": "because" }), "a"),
        _ => return None,
    })
}

async fn looked_up(cell: &Cell<'_>, verb: &str) -> Found {
    Some(match verb {
        "gateways" | "routes" => (json!({}), STAFF),
        "debts" => {
            cell.debt().await;
            (json!({ "account": cell.debtor() }), "nahb")
        }
        "get" | "history" => (json!({ "payment": cell.payment().await }), "nahbs"),
        "checkout" => (json!({ "payment": cell.at_widget().await }), "nahb"),
        "list" => {
            cell.payment().await;
            (json!({ "payer": cell.owner() }), "nahb")
        }
        // an actor who may do nothing gets an empty list
        "allowed_actions" => (json!({ "payment": cell.payment().await }), ALL),
        "diagram" => (json!({ "format": "mermaid" }), ALL),
        _ => return None,
    })
}

impl Cell<'_> {
    /// A gateway of this name. What a worker leases is at one of its own: it finds no calls of others.
    async fn gateway(&self, name: &str) -> String {
        self.stage.ok("payments.set_gateway", json!({ "id": name, "driver": "host" })).await;
        name.to_owned()
    }

    async fn terms(&self, gateway: &str) -> Value {
        self.wallet().await;
        json!({ "amount": "10.00 USD", "to": self.seller(), "payer": self.owner(),
            "gateway": self.gateway(gateway).await })
    }

    /// A payment in `created`.
    async fn payment(&self) -> String {
        id(&self.stage.ok("payments.create", self.terms("g").await).await["payment"])
    }

    /// A payment in `created` at a gateway that a driver talks to.
    async fn at_widget(&self) -> String {
        let gateway = json!({ "id": "w", "driver": "stripe", "config": { "publishable_key": "pk_test_1" },
            "secrets": { "secret_key": "sk_test_1" } });
        self.stage.ok("payments.set_gateway", gateway).await;
        let mut terms = self.terms("g").await;
        terms["gateway"] = "w".into();
        id(&self.stage.ok("payments.create", terms).await["payment"])
    }

    /// A payment whose call waits for a worker.
    async fn asked(&self, capture: &str) -> String {
        self.asked_for(capture, &self.seller()).await
    }

    async fn asked_for(&self, capture: &str, to: &str) -> String {
        let mut terms = self.terms(&format!("g-{}", self.n)).await;
        for (name, value) in [("capture", capture), ("to", to), ("token", "pm_1")] {
            terms[name] = value.into();
        }
        id(&self.stage.ok("payments.create", terms).await["payment"])
    }

    /// The call that waits, taken by a worker.
    async fn call(&self) -> Value {
        let lease = json!({ "kinds": [format!("gateway.g-{}", self.n)], "limit": 1, "for": "PT1M" });
        self.stage.ok("jobs.lease", lease).await["jobs"][0].clone()
    }

    /// The gateway answers the call that waits.
    async fn answered(&self, result: Value) {
        let job = self.call().await;
        let done = json!({ "job": job["id"], "fence": job["fence"], "result": result });
        self.stage.ok("jobs.complete", done).await;
    }

    async fn captured(&self) -> String {
        let payment = self.asked("auto").await;
        self.answered(json!({ "outcome": "captured", "amount": "10.00 USD" })).await;
        payment
    }

    /// The wallet of the buyer.
    fn debtor(&self) -> String {
        format!("w-{}", self.n)
    }

    /// Returns the id of the buyer's debt after a chargeback of more than is in the wallet.
    async fn debt(&self) -> String {
        let payment = self.asked_for("auto", &self.debtor()).await;
        self.answered(json!({ "outcome": "captured", "amount": "10.00 USD" })).await;
        let case = format!("c-{}", self.n);
        let taken = json!({ "payment": payment, "case": case, "amount": "2000.00 USD" });
        self.stage.ok("payments.chargeback", taken).await;
        id(&self.stage.ok("payments.debts", json!({ "account": self.debtor() })).await["items"][0])
    }
}
