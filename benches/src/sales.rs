//! Workloads about money that comes in: purchases of offers, payments through a gateway, and webhooks.

use std::collections::VecDeque;
use std::time::Duration;

use earnest::requests::BuyOffer;
use earnest::{Engine, Error};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::Mutex;

use crate::Done;
use crate::bank::{Workload, account, amount, code};
use crate::shared::{Draw, Work, clock};

/// Offers of which one purchase is of any: one alone would be a row that all of them wait for.
const OFFERS: u64 = 64;
/// Offers that have one piece, in every run. All callers want the first one first, then the second one.
pub(crate) const PIECES: u64 = 2_000;
/// Offers that are made at once.
const MADE_AT_ONCE: usize = 64;
/// Calls that a worker takes at once, as a worker that has several senders does.
const LEASED_AT_ONCE: u32 = 64;
/// How long a worker waits when others took what was due.
const PAUSE: Duration = Duration::from_millis(1);
const GATEWAY: &str = "bench";
const SOURCE: &str = "bench";
const SECRET: &str = "a secret of the harness";

/// Sets up a gateway and its source of webhooks, and offers: all of these workloads need them.
pub(crate) async fn set_up(bank: &Engine, workload: Workload, run: &str) -> Done {
    let gateway = json!({ "id": GATEWAY, "driver": "host" });
    bank.call("payments.set_gateway", gateway).await?;
    let source = json!({ "id": SOURCE, "scheme": "hmac", "gateway": GATEWAY, "secrets": [SECRET] });
    if workload == Workload::Webhook {
        bank.call("webhooks.set_source", source).await?;
    }
    let offers: Vec<Value> = match workload {
        Workload::Purchase => (0..OFFERS)
            .map(|n| json!({ "id": offer(n), "seller": account(n), "price": "0.01 USD", "stock": 1_000_000_000 }))
            .collect(),
        Workload::LastPiece => (0..PIECES)
            .map(|n| json!({ "id": piece(run, n), "seller": account(0), "price": "0.01 USD", "stock": 1 }))
            .collect(),
        _ => Vec::new(),
    };
    for some in offers.chunks(MADE_AT_ONCE) {
        let made: Vec<_> = some
            .iter()
            .map(|offer| {
                let (bank, offer) = (bank.clone(), offer.clone());
                tokio::spawn(async move { bank.call("purchases.set_offer", offer).await })
            })
            .collect();
        for one in made {
            one.await??;
        }
    }
    Ok(())
}

fn offer(number: u64) -> String {
    format!("bench-{number}")
}

/// The offer that has one piece, of a run.
pub(crate) fn piece(run: &str, number: u64) -> String {
    format!("{run}-{number}")
}

/// The run that a key is of, and the number of the operation among those of its caller.
pub(crate) fn parts_of(key: &str) -> (&str, u64) {
    let run = key.split('-').next().unwrap_or_default();
    let number = key.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or_default();
    (run, number)
}

/// Those who buy and pay, with the calls that their worker has taken and not sent yet.
pub(crate) struct Sales {
    bank: Engine,
    workload: Workload,
    accounts: u64,
    leased: Mutex<VecDeque<Value>>,
}

impl Sales {
    /// Nobody has bought anything yet.
    pub(crate) fn new(bank: Engine, workload: Workload, accounts: u64) -> Self {
        Self { bank, workload, accounts, leased: Mutex::default() }
    }

    async fn perform(&self, draw: &mut Draw, key: &str) -> Result<(), Error> {
        match self.workload {
            Workload::Purchase => {
                let (buyer, seller) = draw.pair(self.accounts);
                // nobody buys of himself
                let offer = if buyer == seller % OFFERS { (seller + 1) % OFFERS } else { seller % OFFERS };
                self.buy(self::offer(offer), buyer, key).await
            }
            Workload::LastPiece => {
                let (run, number) = parts_of(key);
                let buyer = 1 + draw.below(self.accounts.max(2) - 1);
                match self.buy(piece(run, number % PIECES), buyer, key).await {
                    // that is what most of them come for
                    Err(error) if error.code().as_str() == "out_of_stock" => Ok(()),
                    done => done,
                }
            }
            Workload::Webhook => self.tell(draw, key).await,
            _ => self.pay(draw, key).await,
        }
    }

    async fn buy(&self, offer: String, buyer: u64, key: &str) -> Result<(), Error> {
        self.bank.purchases().buy(BuyOffer::new(offer, account(buyer)).key(key)).await?;
        Ok(())
    }

    /// A payment with its means, in the state that waits for the gateway.
    async fn create(&self, draw: &mut Draw, key: &str) -> Result<Value, Error> {
        let args = json!({ "amount": amount(draw.minor()), "to": account(draw.below(self.accounts)), "gateway": GATEWAY,
            "token": "pm_bench", "key": key });
        let reply = self.bank.call("payments.create", args).await?;
        Ok(reply["payment"].clone())
    }

    /// A payment, and the call of one: its own, or one that another caller begins.
    async fn pay(&self, draw: &mut Draw, key: &str) -> Result<(), Error> {
        self.create(draw, key).await?;
        let job = self.lease().await?;
        let result = json!({ "outcome": "captured", "amount": job["payload"]["amount"],
            "reference": job["payload"]["payment"] });
        let report = json!({ "job": job["id"], "fence": job["fence"], "result": result });
        self.bank.call("jobs.complete", report).await?;
        Ok(())
    }

    /// A call that is due. There is one for each caller, whoever has taken it.
    async fn lease(&self) -> Result<Value, Error> {
        loop {
            let mut leased = self.leased.lock().await;
            if let Some(job) = leased.pop_front() {
                return Ok(job);
            }
            let args =
                json!({ "kinds": [format!("gateway.{GATEWAY}")], "limit": LEASED_AT_ONCE, "for": "PT5M" });
            let reply = self.bank.call("jobs.lease", args).await?;
            leased.extend(reply["jobs"].as_array().cloned().unwrap_or_default());
            if leased.is_empty() {
                drop(leased);
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// A payment, and the webhook that says that it was captured.
    async fn tell(&self, draw: &mut Draw, key: &str) -> Result<(), Error> {
        let payment = self.create(draw, key).await?;
        let total = &payment["amount"];
        let body = json!({ "payment": payment["id"], "outcome": "captured", "captured": total }).to_string();
        let sent_at = (clock::wall() / 1_000_000).to_string();
        let headers = json!({ "X-Timestamp": sent_at, "X-Nonce": key,
            "X-Signature": format!("sha256={}", signature(&format!("{sent_at}.{key}.{body}"))) });
        let args = json!({ "source": SOURCE, "headers": headers, "body": body });
        self.bank.call("webhooks.receive", args).await?;
        Ok(())
    }
}

/// HMAC-SHA256 in hex, by the secret of the source.
fn signature(signed: &str) -> String {
    // a key of any length will do
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()) else { return String::new() };
    mac.update(signed.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

impl Work for Sales {
    async fn once(&self, draw: &mut Draw, key: String) -> Result<(), String> {
        self.perform(draw, &key).await.map_err(|error| code(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_its_run_and_its_number() {
        assert_eq!(parts_of("r1f-12-7"), ("r1f", 7));
        assert_eq!(parts_of("r1f-2-12-30"), ("r1f", 30));
    }
}
