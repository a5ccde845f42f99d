//! Calls about deals: how they are drawn, and how they look to the library.

use serde_json::{Value, json};

use crate::model::calls::usd;
use crate::simulation::world::Draw;

/// An action on a deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Pay { secure: bool },
    Secure,
    Accept,
    Ship,
    Deliver,
    Confirm,
    Cancel,
    RequestRefund(Option<i64>),
    ApproveRefund,
    RefuseRefund,
    ReleasePart(i64),
    Dispute,
    Withdraw { dispute: String },
    Resolve { dispute: String, ruling: &'static str, refund: Option<i64> },
}

/// The terms of a deal; times in minutes, `None` for no deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) buyer: &'static str,
    pub(crate) price: i64,
    /// Hundredths of a percent, out of what the seller gets.
    pub(crate) fee: i64,
    pub(crate) accept: bool,
    pub(crate) shipping: bool,
    pub(crate) pay: Option<i64>,
    pub(crate) ship: Option<i64>,
    pub(crate) deliver: Option<i64>,
    pub(crate) inspection: i64,
    pub(crate) respond: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Open(Terms),
    Act { deal: String, verb: Verb, reason: bool },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) op: Op,
    pub(crate) actor: &'static str,
    pub(crate) key: String,
}

pub(crate) const BUYERS: [&str; 2] = ["alice", "amy"];

/// The actors that may turn up: the parties, a stranger, staff and the host itself.
const ACTORS: [&str; 6] = ["alice", "amy", "bob", "mallory", "root", "system"];

impl Call {
    pub(crate) fn name(&self) -> &'static str {
        let Op::Act { verb, .. } = &self.op else { return "escrow.open" };
        match verb {
            Verb::Pay { .. } => "escrow.pay",
            Verb::Secure => "escrow.secure",
            Verb::Accept => "escrow.accept",
            Verb::Ship => "escrow.ship",
            Verb::Deliver => "escrow.deliver",
            Verb::Confirm => "escrow.confirm",
            Verb::Cancel => "escrow.cancel",
            Verb::RequestRefund(_) => "escrow.request_refund",
            Verb::ApproveRefund => "escrow.approve_refund",
            Verb::RefuseRefund => "escrow.refuse_refund",
            Verb::ReleasePart(_) => "escrow.release_part",
            Verb::Dispute => "escrow.dispute",
            Verb::Withdraw { .. } => "escrow.withdraw",
            Verb::Resolve { .. } => "escrow.resolve",
        }
    }

    /// Returns the operation and its arguments, whoever asks.
    pub(crate) fn request(&self) -> (&'static str, Value) {
        let args = match &self.op {
            Op::Open(terms) => terms.args(),
            Op::Act { deal, verb, reason } => act(deal, verb, *reason),
        };
        (self.name(), args)
    }

    pub(crate) fn args(&self) -> Value {
        let (_, mut args) = self.request();
        args["key"] = self.key.as_str().into();
        args["actor"] = match self.actor {
            "root" => json!({ "id": "root", "role": "admin" }),
            "system" => json!({ "id": "host", "role": "system" }),
            actor => actor.into(),
        };
        args
    }
}

impl Terms {
    fn args(&self) -> Value {
        let mut args = json!({
            "buyer": self.buyer, "seller": "bob", "price": usd(self.price), "require_acceptance": self.accept,
            "shipping": self.shipping, "inspection": format!("PT{}M", self.inspection),
            "respond_within": format!("PT{}M", self.respond),
        });
        for (name, minutes) in
            [("pay_within", self.pay), ("ship_within", self.ship), ("deliver_within", self.deliver)]
        {
            if let Some(minutes) = minutes {
                args[name] = format!("PT{minutes}M").into();
            }
        }
        if self.fee > 0 {
            args["fees"] = json!([{ "to": "@fees", "bps": self.fee }]);
        }
        args
    }
}

fn act(deal: &str, verb: &Verb, reason: bool) -> Value {
    let mut args = match verb {
        Verb::Withdraw { dispute } => json!({ "dispute": dispute }),
        Verb::Resolve { dispute, ruling, refund } => {
            let mut args = json!({ "dispute": dispute, "outcome": ruling, "resolution": "so" });
            if let Some(refund) = refund {
                args["refund"] = usd(*refund).into();
            }
            return args;
        }
        Verb::Pay { secure } => json!({ "deal": deal, "secure": secure }),
        Verb::RequestRefund(amount) => match amount {
            Some(amount) => json!({ "deal": deal, "amount": usd(*amount), "reason": "so" }),
            None => json!({ "deal": deal, "reason": "so" }),
        },
        Verb::RefuseRefund => json!({ "deal": deal, "reason": "no" }),
        Verb::ReleasePart(amount) => json!({ "deal": deal, "amount": usd(*amount) }),
        Verb::Dispute => json!({ "deal": deal, "type": "other", "statement": "x" }),
        _ => json!({ "deal": deal }),
    };
    if reason {
        args["reason"] = "by letter".into();
    }
    args
}

fn cents(draw: &mut Draw, most: u64) -> i64 {
    1 + i64::try_from(draw.below(most)).unwrap()
}

/// A deadline, often so short that it passes, and often none.
fn within(draw: &mut Draw) -> Option<i64> {
    (draw.below(3) != 0).then(|| cents(draw, 60))
}

pub(crate) fn open(draw: &mut Draw, key: String) -> Call {
    let terms = Terms {
        buyer: draw.pick(&BUYERS),
        price: cents(draw, 4_000),
        fee: draw.pick(&[0, 0, 250, 3_333]),
        accept: draw.below(3) == 0,
        shipping: draw.below(5) != 0,
        pay: within(draw),
        ship: within(draw),
        deliver: within(draw),
        inspection: cents(draw, 60),
        respond: cents(draw, 60),
    };
    Call { actor: draw.pick(&["system", "bob", "root", terms.buyer]), op: Op::Open(terms), key }
}

/// A deal, as the drawer of a call has seen it.
pub(crate) struct Seen {
    pub(crate) deal: String,
    pub(crate) state: String,
    pub(crate) buyer: &'static str,
    pub(crate) dispute: String,
}

/// Whether a deal can still change, as far as its view says.
pub(crate) fn is_live(view: &Value) -> bool {
    !["released", "refunded", "split", "cancelled", "expired"].iter().any(|end| view["state"] == *end)
}

/// Something that is done with a deal: mostly what its state lets somebody do, by somebody who may.
pub(crate) fn act_on(draw: &mut Draw, seen: Seen, key: String) -> Call {
    let fitting: &[(u64, &str)] = match seen.state.as_str() {
        "pending" => &[(0, "buyer"), (0, "buyer"), (0, "buyer"), (0, "system"), (0, "buyer"), (6, "bob")],
        "paid" => &[(1, "buyer"), (1, "buyer"), (6, "bob")],
        "in_escrow" => &[(2, "bob"), (2, "bob"), (6, "buyer"), (11, "buyer"), (10, "buyer")],
        "awaiting_shipment" => {
            &[(3, "bob"), (3, "bob"), (6, "bob"), (7, "buyer"), (10, "buyer"), (11, "bob")]
        }
        "shipped" => &[(4, "buyer"), (4, "buyer"), (5, "buyer"), (7, "buyer"), (11, "buyer"), (10, "system")],
        "delivered" => &[(5, "buyer"), (7, "buyer"), (7, "buyer"), (10, "buyer"), (11, "bob")],
        "refund_pending" => &[(8, "bob"), (9, "bob"), (8, "root"), (11, "buyer")],
        "disputed" => &[(12, "buyer"), (12, "bob"), (13, "root"), (13, "root")],
        _ => &[],
    };
    let (number, actor) = if fitting.is_empty() || draw.below(5) == 0 {
        (draw.below(14), draw.pick(&ACTORS))
    } else {
        draw.pick(fitting)
    };
    let verb = match number {
        0 => Verb::Pay { secure: draw.below(4) != 0 },
        1 => Verb::Secure,
        2 => Verb::Accept,
        3 => Verb::Ship,
        4 => Verb::Deliver,
        5 => Verb::Confirm,
        6 => Verb::Cancel,
        7 => Verb::RequestRefund((draw.below(2) == 0).then(|| cents(draw, 3_000))),
        8 => Verb::ApproveRefund,
        9 => Verb::RefuseRefund,
        10 => Verb::ReleasePart(cents(draw, 3_000)),
        11 => Verb::Dispute,
        12 => Verb::Withdraw { dispute: seen.dispute },
        _ => {
            let ruling = draw.pick(&["release", "refund", "split"]);
            let refund = (ruling == "split").then(|| cents(draw, 3_000));
            Verb::Resolve { dispute: seen.dispute, ruling, refund }
        }
    };
    let actor = if actor == "buyer" { seen.buyer } else { actor };
    Call { op: Op::Act { deal: seen.deal, verb, reason: draw.below(2) == 0 }, actor, key }
}
