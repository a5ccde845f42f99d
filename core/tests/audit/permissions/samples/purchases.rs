//! Purchases of which the buyer is the wallet, and the seller the account that is paid.

use super::{ALL, Cell, Found};
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
        // the buyer owns the account that is paid
        "set_offer" => {
            let id = format!("own-{}", cell.n);
            (json!({ "id": id, "seller": cell.wallet().await, "price": "1.00 USD" }), "nahb")
        }
        "set_promo" => {
            let id = format!("promo-{}", cell.n);
            (json!({ "id": id, "off": { "bps": 500 }, "offers": [cell.own_offer().await] }), "nahb")
        }
        "reserve" | "buy" => (cell.order().await, "nahb"),
        "pay" => (json!({ "purchase": cell.reserved().await }), "nahb"),
        "cancel" => (json!({ "purchase": cell.reserved().await, "reason": "because" }), "nahb"),
        "refund" => {
            let purchase = cell.reserved().await;
            cell.stage.ok("purchases.pay", json!({ "purchase": purchase })).await;
            (json!({ "purchase": purchase }), "as")
        }
        _ => return None,
    })
}

async fn looked_up(cell: &Cell<'_>, verb: &str) -> Found {
    Some(match verb {
        "get_offer" | "quote" => (json!({ "offer": cell.offer().await }), ALL),
        "offers" => (json!({}), ALL),
        "promos" => (json!({ "offer": cell.own_offer().await }), "nahb"),
        "get" | "history" => (json!({ "purchase": cell.reserved().await }), "nahbs"),
        // an actor who may do nothing gets an empty list
        "allowed_actions" => (json!({ "purchase": cell.reserved().await }), ALL),
        "list" => {
            cell.reserved().await;
            (json!({ "buyer": format!("w-{}", cell.n) }), "nahb")
        }
        _ => return None,
    })
}

impl Cell<'_> {
    async fn offer_of(&self, name: &str, seller: &str) -> String {
        let offer = json!({ "id": format!("{name}-{}", self.n), "seller": seller, "price": "10.00 USD" });
        id(&self.stage.ok("purchases.set_offer", offer).await["offer"])
    }

    /// An offer of the seller.
    async fn offer(&self) -> String {
        self.offer_of("offer", &self.seller()).await
    }

    /// An offer that pays the wallet of the buyer.
    async fn own_offer(&self) -> String {
        let wallet = self.wallet().await;
        self.offer_of("own", &wallet).await
    }

    async fn order(&self) -> Value {
        let wallet = self.wallet().await;
        json!({ "offer": self.offer().await, "buyer": wallet })
    }

    /// A purchase that is held.
    async fn reserved(&self) -> String {
        let order = self.order().await;
        id(&self.stage.ok("purchases.reserve", order).await["purchase"])
    }
}
