//! The reference: the machine of a deal over plain maps, single-threaded, written from the contract and not
//! from the library. One seller, one currency in minor units, time in minutes.

use std::collections::BTreeMap;

use super::calls::{BUYERS, Call, Op, Terms, Verb};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Buyer,
    Seller,
    Admin,
    System,
}
use Role::{Admin, Buyer, Seller, System};

/// Fourteen days, in minutes: as long as a dispute may wait for staff.
const FOR_STAFF: i64 = 14 * 24 * 60;

/// Deadlines in the order in which a deal meets them.
const DEADLINES: [(&str, &str); 4] = [
    ("pending", "pay_by"),
    ("awaiting_shipment", "ship_by"),
    ("shipped", "deliver_by"),
    ("delivered", "release_at"),
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deal {
    terms: Terms,
    pub(crate) state: &'static str,
    pub(crate) version: i64,
    funded: i64,
    /// Of the price, released and given back.
    settled: (i64, i64),
    to_seller: i64,
    refunded: i64,
    fees: i64,
    /// The state before and the part of the price.
    asked: Option<(&'static str, Option<i64>)>,
    /// The dispute, the state before and who opened it.
    dispute: Option<(String, &'static str, Role)>,
    /// As in `DEADLINES`.
    times: [Option<i64>; 4],
    left: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Dispute {
    deal: String,
    state: &'static str,
    opened_at: i64,
    respond_by: i64,
    overdue: bool,
    late: bool,
}

impl Dispute {
    fn open(deal: &str, opened_at: i64, respond_by: i64) -> Self {
        let (deal, state) = (deal.to_owned(), "open");
        Self { deal, state, opened_at, respond_by, overdue: false, late: false }
    }
}

/// Ids that the library gave, for what a call makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) deal: Option<String>,
    pub(crate) dispute: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bank {
    pub(crate) deals: BTreeMap<String, Deal>,
    disputes: BTreeMap<String, Dispute>,
    /// Posted and held.
    balances: BTreeMap<&'static str, (i64, i64)>,
    keys: BTreeMap<String, (Call, String)>,
    pub(crate) now: i64,
}

type Verdict<T> = Result<T, String>;

fn refused<T>(code: impl Into<String>) -> Verdict<T> {
    Err(code.into())
}

/// Returns the roles that may do this in a state; `None` where there is no row.
fn who(state: &str, verb: &Verb) -> Option<&'static [Role]> {
    Some(match (state, verb) {
        ("pending", Verb::Pay { .. })
        | ("paid", Verb::Secure)
        | ("shipped", Verb::Deliver)
        | ("in_escrow" | "awaiting_shipment" | "shipped" | "delivered", Verb::ReleasePart(_)) => {
            &[Buyer, Admin, System]
        }
        ("pending" | "paid" | "in_escrow", Verb::Cancel) => &[Buyer, Seller, Admin, System],
        ("awaiting_shipment", Verb::Ship | Verb::Cancel) => &[Seller, Admin, System],
        ("in_escrow", Verb::Accept) => &[Seller],
        ("shipped" | "delivered", Verb::Confirm)
        | ("awaiting_shipment" | "shipped" | "delivered", Verb::RequestRefund(_)) => &[Buyer],
        ("refund_pending", Verb::ApproveRefund | Verb::RefuseRefund) => &[Seller, Admin],
        ("in_escrow" | "awaiting_shipment" | "shipped" | "delivered" | "refund_pending", Verb::Dispute)
        | ("disputed", Verb::Withdraw { .. }) => &[Buyer, Seller],
        ("disputed", Verb::Resolve { .. }) => &[Admin],
        _ => return None,
    })
}

impl Deal {
    fn new(terms: &Terms, now: i64) -> Self {
        Self {
            terms: terms.clone(),
            state: "pending",
            version: 1,
            funded: 0,
            settled: (0, 0),
            to_seller: 0,
            refunded: 0,
            fees: 0,
            asked: None,
            dispute: None,
            times: [terms.pay.map(|minutes| now + minutes), None, None, None],
            left: None,
        }
    }

    fn unsettled(&self) -> i64 {
        self.terms.price - self.settled.0 - self.settled.1
    }

    fn held(&self) -> i64 {
        self.funded - self.to_seller - self.refunded - self.fees
    }

    fn over(&self) -> bool {
        matches!(self.state, "released" | "refunded" | "split" | "cancelled" | "expired")
    }

    fn clock(&self) -> Option<usize> {
        DEADLINES.iter().position(|(state, _)| *state == self.state)
    }

    /// When the timer of its state runs.
    pub(crate) fn due(&self) -> Option<i64> {
        self.times[self.clock()?]
    }

    /// The part of the price that was asked back.
    fn asked(&self) -> Option<i64> {
        Some(self.asked?.1.map_or(self.unsettled(), |part| part.min(self.unsettled())))
    }

    fn role(&self, who: &[Role], actor: &str, reason: bool) -> Verdict<Role> {
        let roles: &[Role] = match actor {
            "system" => &[System],
            "root" => &[Admin],
            "bob" => &[Seller],
            actor if actor == self.terms.buyer => &[Buyer],
            _ => &[],
        };
        if let Some(role) = who.iter().find(|role| roles.contains(role)) {
            return Ok(*role);
        }
        let party = who.iter().any(|role| matches!(role, Buyer | Seller));
        if party && roles.contains(&Admin) && reason { Ok(Admin) } else { refused("not_permitted") }
    }

    fn enter(&mut self, state: &'static str, now: i64) {
        let from = self.clock();
        self.state = state;
        self.version += 1;
        match state {
            "awaiting_shipment" => self.times[1] = self.terms.ship.map(|minutes| now + minutes),
            "shipped" => self.times[2] = self.terms.deliver.map(|minutes| now + minutes),
            "delivered" => self.times[3] = Some(now + self.terms.inspection),
            "disputed" | "refund_pending" => {
                if let Some(from) = from {
                    self.left = self.times[from].take().map(|at| (at - now).max(0));
                }
            }
            _ if self.over() => (self.asked, self.dispute, self.left) = (None, None, None),
            _ => {}
        }
    }

    /// Back to the state before the standstill.
    fn resume(&mut self, before: &'static str, now: i64) {
        (self.state, self.version, self.dispute) = (before, self.version + 1, None);
        if before == "refund_pending" {
            return;
        }
        self.asked = None;
        if let (Some(clock), Some(left)) = (self.clock(), self.left.take()) {
            self.times[clock] = Some(now + left);
        }
    }

    /// Everything that a view shows.
    pub(crate) fn line(&self) -> String {
        let or = |number: Option<i64>| number.map_or("-".to_owned(), |number| number.to_string());
        format!(
            "{} v{} {} {} funded {} released {} refunded {} fees {} held {} asked {} dispute {} until {} left {}",
            self.state,
            self.version,
            self.terms.buyer,
            self.terms.price,
            self.funded,
            self.to_seller,
            self.refunded,
            self.fees,
            self.held(),
            or(self.asked()),
            self.dispute.as_ref().map_or("-", |(id, _, _)| id),
            self.times.map(or).join(" "),
            or(self.left),
        )
    }
}

impl Bank {
    /// A bank in which the buyers have so much.
    pub(crate) fn with(funds: i64) -> Self {
        Self { balances: BUYERS.into_iter().map(|buyer| (buyer, (funds, 0))).collect(), ..Self::default() }
    }

    /// Answers one call, and does what it does.
    pub(crate) fn call(&mut self, call: &Call, made: &Made) -> String {
        let before = self.clone();
        match self.decide(call, made) {
            Ok(line) => line,
            Err(refusal) => {
                *self = before;
                refusal
            }
        }
    }

    fn decide(&mut self, call: &Call, made: &Made) -> Verdict<String> {
        if let Some((known, deal)) = self.keys.get(&call.key) {
            // who calls is no part of the request, but a key belongs to whoever used it first
            return if known.actor == call.actor && known.request() == call.request() {
                Ok(format!("ok replayed=true {}", self.deals[deal].line()))
            } else {
                refused("idempotency_mismatch")
            };
        }
        let deal = match &call.op {
            Op::Open(terms) => {
                if !["root", "system", "bob", terms.buyer].contains(&call.actor) {
                    return refused("not_permitted");
                }
                let id = made.deal.clone().unwrap_or_default();
                self.deals.insert(id.clone(), Deal::new(terms, self.now));
                id
            }
            Op::Act { deal, verb, reason } => {
                let deal = self.about(deal, verb)?;
                self.pull(&deal, verb, call.actor, *reason, made)?;
                deal
            }
        };
        self.keys.insert(call.key.clone(), (call.clone(), deal.clone()));
        Ok(format!("ok replayed=false {}", self.deals[&deal].line()))
    }

    /// The deal that a call is about: of its dispute, where it names one.
    fn about(&self, deal: &str, verb: &Verb) -> Verdict<String> {
        let (Verb::Withdraw { dispute } | Verb::Resolve { dispute, .. }) = verb else {
            return if self.deals.contains_key(deal) {
                Ok(deal.to_owned())
            } else {
                refused("deal_not_found")
            };
        };
        match self.disputes.get(dispute) {
            None => refused("dispute_not_found"),
            Some(dispute) if dispute.state != "open" => {
                refused(format!("transition_not_allowed {}", dispute.state))
            }
            Some(dispute) => Ok(dispute.deal.clone()),
        }
    }

    fn pull(&mut self, id: &str, verb: &Verb, actor: &str, reason: bool, made: &Made) -> Verdict<()> {
        let (now, mut deal) = (self.now, self.deals[id].clone());
        let Some(mut who) = who(deal.state, verb) else {
            return refused(format!("transition_not_allowed {}", deal.state));
        };
        if let (Verb::Withdraw { .. }, Some((_, _, opener))) = (verb, &deal.dispute) {
            who = match opener {
                Buyer => &[Buyer],
                Seller => &[Seller],
                _ => &[Admin],
            };
        }
        // a refund is asked for and refused with a reason in every case
        let reason = reason || matches!(verb, Verb::RequestRefund(_) | Verb::RefuseRefund);
        let role = deal.role(who, actor, reason)?;
        if matches!(verb, Verb::Pay { .. } | Verb::Ship) && deal.due().is_some_and(|at| now >= at) {
            let (_, name) = DEADLINES[deal.clock().unwrap_or_default()];
            return refused(format!("condition_not_met {name}"));
        }
        match verb {
            Verb::Pay { secure } => self.pay(&mut deal, *secure)?,
            Verb::Secure => self.capture(&mut deal),
            Verb::Accept => Self::on(&mut deal, now),
            Verb::Ship => deal.enter("shipped", now),
            Verb::Deliver => deal.enter("delivered", now),
            Verb::Confirm => self.release_all(&mut deal),
            Verb::Cancel => self.cancel(&mut deal),
            Verb::RequestRefund(amount) => {
                if deal.unsettled() == 0 {
                    return refused("condition_not_met held");
                }
                bounded("amount", *amount, &deal)?;
                deal.asked = Some((deal.state, *amount));
                deal.enter("refund_pending", now);
            }
            Verb::ApproveRefund => self.approve(&mut deal),
            Verb::RefuseRefund => {
                let before = deal.asked.map_or("", |(before, _)| before);
                deal.resume(before, now);
            }
            Verb::ReleasePart(amount) => {
                bounded("amount", Some(*amount), &deal)?;
                self.release(&mut deal, *amount);
                deal.version += 1;
            }
            Verb::Dispute => {
                let dispute = made.dispute.clone().unwrap_or_default();
                let opened = Dispute::open(id, now, now + deal.terms.respond);
                self.disputes.insert(dispute.clone(), opened);
                deal.dispute = Some((dispute, deal.state, role));
                deal.enter("disputed", now);
            }
            Verb::Withdraw { dispute } => {
                self.disputes.get_mut(dispute).unwrap().state = "withdrawn";
                let before = deal.dispute.as_ref().map_or("", |(_, before, _)| before);
                deal.resume(before, now);
            }
            Verb::Resolve { dispute, ruling, refund } => {
                self.resolve(&mut deal, ruling, *refund)?;
                self.disputes.get_mut(dispute).unwrap().state = "resolved";
            }
        }
        assert!(
            !deal.over() || deal.held() == 0,
            "the reference itself keeps the rule of the deal's account"
        );
        self.deals.insert(id.to_owned(), deal);
        Ok(())
    }

    fn pay(&mut self, deal: &mut Deal, secure: bool) -> Verdict<()> {
        let (posted, held) = self.balances[deal.terms.buyer];
        if posted - held < deal.terms.price {
            return refused(format!("insufficient_balance {} {}", posted - held, deal.terms.price));
        }
        self.balances.get_mut(deal.terms.buyer).unwrap().1 += deal.terms.price;
        deal.enter("paid", self.now);
        if secure {
            self.capture(deal);
        }
        Ok(())
    }

    fn capture(&mut self, deal: &mut Deal) {
        let buyer = self.balances.get_mut(deal.terms.buyer).unwrap();
        *buyer = (buyer.0 - deal.terms.price, buyer.1 - deal.terms.price);
        deal.funded = deal.terms.price;
        deal.enter("in_escrow", self.now);
        if !deal.terms.accept {
            Self::on(deal, self.now);
        }
    }

    fn on(deal: &mut Deal, now: i64) {
        deal.enter(if deal.terms.shipping { "awaiting_shipment" } else { "delivered" }, now);
    }

    fn cancel(&mut self, deal: &mut Deal) {
        match deal.state {
            "pending" => deal.enter("cancelled", self.now),
            "paid" => {
                self.balances.get_mut(deal.terms.buyer).unwrap().1 -= deal.terms.price;
                deal.enter("cancelled", self.now);
            }
            _ => self.refund_all(deal),
        }
    }

    fn approve(&mut self, deal: &mut Deal) {
        let (before, part) = (deal.asked.map_or("", |(before, _)| before), deal.asked().unwrap_or(0));
        if part == deal.unsettled() {
            self.refund_all(deal);
        } else {
            self.refund(deal, part);
            deal.resume(before, self.now);
        }
    }

    fn resolve(&mut self, deal: &mut Deal, ruling: &str, refund: Option<i64>) -> Verdict<()> {
        bounded("refund", refund, deal)?;
        match (ruling, refund) {
            ("release", _) => self.release_all(deal),
            ("refund", _) => self.refund_all(deal),
            (_, Some(part)) if part < deal.unsettled() => {
                self.refund(deal, part);
                self.release(deal, deal.unsettled());
                deal.enter("split", self.now);
            }
            _ => return refused("condition_not_met refund"),
        }
        Ok(())
    }

    fn refund(&mut self, deal: &mut Deal, part: i64) {
        self.balances.get_mut(deal.terms.buyer).unwrap().0 += part;
        deal.refunded += part;
        deal.settled.1 += part;
    }

    fn refund_all(&mut self, deal: &mut Deal) {
        self.refund(deal, deal.unsettled());
        deal.enter("refunded", self.now);
    }

    /// Fees of parts are cumulative: what is due of all that was released, less what was taken.
    fn release(&mut self, deal: &mut Deal, part: i64) {
        deal.settled.0 += part;
        let fee = deal.settled.0 * deal.terms.fee / 10_000 - deal.fees;
        deal.fees += fee;
        deal.to_seller += part - fee;
        self.balances.entry("@fees").or_default().0 += fee;
        self.balances.entry("bob").or_default().0 += part - fee;
    }

    fn release_all(&mut self, deal: &mut Deal) {
        self.release(deal, deal.unsettled());
        deal.enter("released", self.now);
    }

    /// Runs the timer of a deal, and does nothing before its time.
    pub(crate) fn timer(&mut self, id: &str) -> bool {
        let Some(mut deal) = self.deals.get(id).cloned() else { return false };
        if deal.due().is_none_or(|at| self.now < at) {
            return false;
        }
        match deal.state {
            "pending" => deal.enter("expired", self.now),
            "awaiting_shipment" => self.refund_all(&mut deal),
            "shipped" => deal.enter("delivered", self.now),
            _ => self.release_all(&mut deal),
        }
        self.deals.insert(id.to_owned(), deal);
        true
    }

    /// Nobody answered a dispute in time; it is said once.
    pub(crate) fn overdue(&mut self, id: &str) -> bool {
        let now = self.now;
        let Some(dispute) = self.disputes.get_mut(id) else { return false };
        let said = dispute.state == "open" && !dispute.overdue && dispute.respond_by <= now;
        dispute.overdue |= said;
        said
    }

    /// Staff have not decided a dispute for as long as it may wait for them; it is said once.
    pub(crate) fn late(&mut self, id: &str) -> bool {
        let now = self.now;
        let Some(dispute) = self.disputes.get_mut(id) else { return false };
        let said = dispute.state == "open" && !dispute.late && dispute.opened_at + FOR_STAFF <= now;
        dispute.late |= said;
        said
    }

    pub(crate) fn balance(&self, account: &str) -> (i64, i64) {
        self.balances.get(account).copied().unwrap_or_default()
    }
}

fn bounded(field: &str, amount: Option<i64>, deal: &Deal) -> Verdict<()> {
    if amount.is_some_and(|amount| amount > deal.unsettled()) {
        return refused(format!("invalid_amount {field}"));
    }
    Ok(())
}
