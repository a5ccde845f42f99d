//! Whoever agrees to a purchase agrees to what it does: prices, currencies, sellers, promos and terms are
//! changed at random between the question and the consent, and nothing is executed outside what was shown.
//!
//! The oracle reads balances and the deal; it knows nothing of how the engine compares.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{admin, posted, with};
use crate::support::soak::rounds;
use crate::support::{Stage, Value, json};

/// The terms that an offer is sold on.
#[derive(Clone, Debug, PartialEq)]
struct Sale {
    minor: u64,
    currency: &'static str,
    seller: &'static str,
    /// The days of inspection, and the fee in hundredths of a percent, of an offer that is sold by deals.
    deal: Option<(u64, u64)>,
    promo: u64,
}

/// How many figures [`Dice::change`] knows.
const FIGURES: u64 = 7;

/// The gate at which somebody agrees.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gate {
    Review,
    Approval,
    Proof,
    Quote,
}

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        u64::from(self.0.next_u32()) % end
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    fn sale(&mut self) -> Sale {
        let deal = (self.below(2) == 0).then(|| (1 + self.below(5), self.below(3) * 100));
        let (currency, seller) = (self.of(&["USD", "EUR"]), self.of(&["shop", "other"]));
        Sale { minor: 100 + self.below(1_000), currency, seller, deal, promo: self.below(4) * 500 }
    }

    /// Changes one figure; often it is the same afterwards, as when a seller saves a page that he did not
    /// touch.
    fn change(&mut self, sale: &mut Sale, figure: u64) {
        match figure {
            0 => sale.minor *= 2,
            1 => sale.minor = (sale.minor / 2).max(1),
            2 => sale.currency = if sale.currency == "USD" { "EUR" } else { "USD" },
            3 => sale.seller = if sale.seller == "shop" { "other" } else { "shop" },
            4 => sale.promo = self.below(4) * 500,
            5 => sale.deal = sale.deal.map(|(_, fee)| (1 + self.below(5), fee)),
            _ => sale.deal = sale.deal.map(|(days, _)| (days, self.below(3) * 100)),
        }
    }
}

/// An offer with its promo, and what was seen of it.
struct Case<'s> {
    stage: &'s Stage,
    gate: Gate,
    id: String,
}

impl Case<'_> {
    async fn set(&self, sale: &Sale) {
        let Sale { minor, currency, seller, deal, promo } = sale;
        let price = format!("{}.{:02} {currency}", minor / 100, minor % 100);
        let mut offer = json!({ "id": self.id, "seller": seller, "price": price });
        if let Some((days, fee)) = deal {
            offer["escrow"] = json!({ "inspection": format!("P{days}D"), "fees": [{ "to": "@fees", "bps": fee, "from": "seller" }] });
        }
        self.stage.ok("purchases.set_offer", offer).await;
        let promo = json!({ "id": format!("{}-off", self.id), "off": { "bps": promo.max(&1) } });
        self.stage.ok("purchases.set_promo", promo).await;
    }

    fn asked(&self) -> Value {
        json!({ "offer": self.id, "buyer": "alice", "promo": format!("{}-off", self.id), "key": self.id })
    }

    /// The commitment that is shown before anybody agrees, and the call that carries the consent.
    async fn shown(&self) -> (Value, Value) {
        let (stage, mut call) = (self.stage, self.asked());
        let quote = json!({ "offer": self.id, "buyer": "alice", "promo": call["promo"] });
        let quote = stage.ok("purchases.quote", quote).await;
        let commitment = match self.gate {
            Gate::Quote => {
                call["expect"] = quote.clone();
                quote["commitment"].clone()
            }
            Gate::Proof => {
                let proof = json!({ "subject": "alice", "pin": "4711" });
                call["proofs"] = json!([stage.ok("credentials.verify_pin", proof).await["proof"]]);
                quote["commitment"].clone()
            }
            Gate::Review => {
                let review =
                    stage.no_matter("purchases.buy", call.clone(), "review_required").await["review"].clone();
                call = json!({ "review": review, "actor": admin() });
                let all = stage.ok("risk.reviews", json!({ "state": "pending" })).await;
                let mut all = all["items"].as_array().unwrap().iter();
                let kept = all.find(|one| one["id"] == review).unwrap();
                assert_eq!(kept["commitment"], kept["now"]["commitment"], "{kept}");
                kept["commitment"].clone()
            }
            Gate::Approval => {
                let asked = stage.no_matter("purchases.buy", call.clone(), "approval_required").await;
                call = json!({ "approval": asked["approval"], "actor": admin() });
                let kept = stage.ok("approvals.get", json!({ "approval": asked["approval"] })).await;
                assert_eq!(kept["commitment"], kept["now"]["commitment"], "{kept}");
                kept["commitment"].clone()
            }
        };
        assert_eq!(commitment, quote["commitment"], "every gate shows the same");
        (commitment, call)
    }

    /// Agrees; answers the purchase, or the code and the part that moved.
    async fn agreed(&self, call: Value) -> Result<Value, (String, Value)> {
        let refused = |error: &Value| {
            (error["code"].as_str().unwrap().to_owned(), error["details"]["condition"].clone())
        };
        let name = match self.gate {
            Gate::Quote | Gate::Proof => "purchases.buy",
            Gate::Review => "risk.approve_review",
            Gate::Approval => "approvals.approve",
        };
        match self.stage.call(name, call).await {
            Err(error) => Err(refused(&serde_json::to_value(&error).unwrap())),
            Ok(reply) if matches!(self.gate, Gate::Quote | Gate::Proof) => Ok(reply["purchase"].clone()),
            Ok(reply) if reply["executed"] == true => Ok(reply["reply"]["purchase"].clone()),
            Ok(reply) => Err(refused(&reply["error"])),
        }
    }

    async fn balances(&self) -> [String; 2] {
        [posted(self.stage, "alice", "USD").await, posted(self.stage, "alice", "EUR").await]
    }

    /// The books and the deal must have nothing that was not shown.
    async fn is_within(&self, purchase: &Value, shown: &Value, before: [String; 2]) {
        let cents = |text: &str| text.replace('.', "").parse::<u64>().unwrap();
        for ((currency, before), after) in ["USD", "EUR"].into_iter().zip(before).zip(self.balances().await) {
            let left = cents(&before) - cents(&after);
            let flows = shown["outflows"].as_array().unwrap().iter();
            let agreed =
                flows.filter(|flow| flow["from"] == "alice" && flow["amount"]["currency"] == currency);
            let agreed: u64 = agreed.map(|flow| cents(flow["amount"]["amount"].as_str().unwrap())).sum();
            assert!(left <= agreed, "{left} of {agreed} {currency}: {purchase} {shown}");
        }
        assert!(shown["payees"].as_array().unwrap().contains(&purchase["seller"]), "{purchase} {shown}");
        let deal = match &purchase["deal"] {
            Value::Null => json!({}),
            id => self.stage.ok("escrow.get", json!({ "deal": id })).await,
        };
        assert_eq!(shown["terms"]["inspection"], deal["terms"]["inspection"], "{deal} {shown}");
        let parts = |fees: &Value| {
            fees.as_array().map(|fees| fees.iter().map(|fee| fee["bps"].clone()).collect::<Vec<_>>())
        };
        let taken = parts(&deal["fees"]).unwrap_or_default();
        assert_eq!(parts(&shown["terms"]["fees"]).unwrap_or_default(), taken, "{deal} {shown}");
    }
}

/// Asks `gate` of every purchase.
async fn guarded(stage: &Stage, gate: Gate) {
    for (account, currency) in [("shop", "EUR"), ("other", "USD"), ("other", "EUR"), ("alice", "EUR")] {
        stage.ok("ledger.open_account", json!({ "account": account, "currency": currency })).await;
    }
    stage.funded("alice", "1000000.00 USD").await;
    stage.funded("alice", "1000000.00 EUR").await;
    stage.ok("credentials.set_pin", json!({ "subject": "alice", "pin": "4711" })).await;
    if gate == Gate::Review {
        let rule = json!({ "id": "all", "action": "purchases.buy", "metric": "count", "subject": "account",
            "limit": 0, "window": "lifetime", "outcome": "review" });
        stage.ok("risk.set_rule", rule).await;
        return;
    }
    if gate == Gate::Quote {
        return;
    }
    for (n, operation) in ["purchases.buy", "escrow.pay"].into_iter().enumerate() {
        for currency in ["USD", "EUR"] {
            let id = format!("p{n}-{}", currency.to_lowercase());
            let policy = json!({ "id": id, "operation": operation, "currency": currency, "threshold": format!("0.01 {currency}") });
            let asks = match gate {
                Gate::Proof => json!({ "require": ["pin"], "approvers": 0 }),
                _ => json!({ "approvers": 1 }),
            };
            stage.ok("approvals.set_policy", with(policy, &asks)).await;
        }
    }
}

/// Runs one case, and answers whether it was executed.
async fn run(stage: &Stage, gate: Gate, seed: u64) -> bool {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
    let case = Case { stage, gate, id: format!("o-{seed}") };
    let first = dice.sale();
    let mut sale = first.clone();
    case.set(&sale).await;
    let (shown, call) = case.shown().await;
    let mut set = vec![first.clone()];
    let changes = match seed {
        // each figure alone
        0..FIGURES => vec![seed],
        _ => (0..dice.below(4)).map(|_| dice.below(FIGURES)).collect(),
    };
    for figure in changes {
        dice.change(&mut sale, figure);
        case.set(&sale).await;
        set.push(sale.clone());
    }
    let before = case.balances().await;
    match case.agreed(call).await {
        Ok(purchase) => {
            case.is_within(&purchase, &shown, before).await;
            // a proof is no older than what it proves
            assert!(gate != Gate::Proof || set.iter().all(|one| *one == first), "seed {seed}: {set:?}");
            true
        }
        Err((code, part)) => {
            assert_eq!(case.balances().await, before, "seed {seed}: {code}");
            let expected = if gate == Gate::Proof { "factor_required" } else { "condition_not_met" };
            assert!(
                code == expected || code == "currency_mismatch" && gate == Gate::Quote,
                "seed {seed}: {code} {part}"
            );
            let moved = |last: &Sale| match gate {
                Gate::Proof => set.iter().any(|one| *one != first),
                Gate::Quote => *last != first,
                // what costs less is within what was shown
                _ => Sale { minor: first.minor, ..last.clone() } != first || last.minor > first.minor,
            };
            assert!(
                set.last().is_some_and(moved),
                "seed {seed}: {code} ({part}), and nothing moved: {set:?}"
            );
            false
        }
    }
}

async fn walked(stage: &Stage, gate: Gate) {
    guarded(stage, gate).await;
    let mut executed = 0;
    let seeds = u64::from(rounds(24, 400));
    for seed in 0..seeds {
        executed += u64::from(run(stage, gate, seed).await);
    }
    assert!(executed > 0 && executed < seeds, "{executed} of {seeds}");
}

with_a_shop! {
    async fn soak_a_review_is_of_what_was_shown(stage) {
        walked(stage, Gate::Review).await;
    }

    async fn soak_an_approval_is_of_what_was_shown(stage) {
        walked(stage, Gate::Approval).await;
    }

    async fn soak_a_proof_is_of_what_was_shown(stage) {
        walked(stage, Gate::Proof).await;
    }

    async fn soak_a_quote_is_kept_to(stage) {
        walked(stage, Gate::Quote).await;
    }
}
