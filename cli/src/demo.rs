//! `earnest demo`: shows the engine step by step on a real store, and checks each step.

mod disputes;

use earnest::currency::Currencies;
use earnest::env::Env;
use earnest::keyring::Keyring;
use earnest::money::Amount;
use earnest::{Book, Engine, Error};
use serde_json::{Value, json};

use super::Context;
use super::mask::masked;
use super::output::{Failure, Paint};

/// How a step went.
type Step<T = ()> = Result<T, Wrong>;

/// An unexpected result of a step.
struct Wrong(String);

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Self(format!("refused: {} ({})", error.message(), error.code()))
    }
}

pub(super) async fn demo(context: &Context) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let given = context.settings.store_argument.as_deref();
    let own = format!("sqlite:{}", folder.path().join("demo.db").display());
    let book = match &context.settings.book_argument {
        Some(book) => book.clone(),
        None => Book::request("book", &format!("demo-{}", tag()))?,
    };
    let mut options = context.settings.options().book(book);
    options.keyring.get_or_insert_with(|| Keyring::generate(&Env::default()));
    let engine = context.settings.engine(given.unwrap_or(&own), options).await?;
    let place = match given {
        Some(url) => masked(url),
        None => format!("a new {} file, removed afterwards", engine.store().name()),
    };
    let mut demo = Demo { context, engine: engine.clone(), steps: 0 };
    let ended = Box::pin(demo.whole(&place)).await;
    engine.close().await;
    ended
}

/// A short text that no other run has.
fn tag() -> String {
    let uuid = Env::default().seed().ids().uuid().simple().to_string();
    uuid.chars().rev().take(8).collect()
}

struct Demo<'c> {
    context: &'c Context,
    engine: Engine,
    steps: usize,
}

impl Demo<'_> {
    async fn whole(&mut self, place: &str) -> Result<(), Failure> {
        let say = self.context.say;
        if !say.json {
            say.line(
                say.paint(Paint::Strong, "Alice buys a camera from Bob, and neither has to trust the other."),
            )?;
            say.line(
                say.paint(Paint::Faint, &format!("Store: {place}. Book: {}.", self.engine.book_name())),
            )?;
        }
        self.heading("Balances")?;
        self.step("Alice and Bob open accounts", Self::accounts(&self.engine).await)?;
        self.step("Alice tops up $100.00", Self::top_up(&self.engine, false).await)?;
        self.step("The request is sent again after a lost reply", Self::top_up(&self.engine, true).await)?;
        self.step("Alice tries to spend $250.00", Self::overdraft(&self.engine).await)?;
        self.heading("A deal")?;
        let deal = self.step(
            "Alice offers $40.00 for the camera",
            Self::open(&self.engine, "deal-1", "40.00 USD").await,
        )?;
        self.step(
            "Alice pays: the money waits in the deal",
            Self::pay(&self.engine, &deal, "pay-1", "60.00", false).await,
        )?;
        self.step("The payment is sent again", Self::pay(&self.engine, &deal, "pay-1", "60.00", true).await)?;
        self.step("Bob asks for the money before he ships", Self::too_early(&self.engine, &deal).await)?;
        self.step("Bob ships", Self::ship(&self.engine, &deal).await)?;
        self.step("Alice confirms: Bob is paid", Self::confirm(&self.engine, &deal).await)?;
        self.heading("A deal that comes to nothing")?;
        let lens = self
            .step("Alice offers $25.00 for a lens", Self::open(&self.engine, "deal-2", "25.00 USD").await)?;
        self.step("Alice pays", Self::pay(&self.engine, &lens, "pay-2", "35.00", false).await)?;
        self.step("Bob cannot deliver, and cancels", Self::cancel(&self.engine, &lens).await)?;
        self.disputes().await?;
        self.large_sum().await?;
        self.heading("The books")?;
        self.step("All balances sum to zero", Self::trial_balance(&self.engine).await)?;
        self.step("Every invariant is recomputed", Self::verify(&self.engine).await)?;
        let steps = self.steps;
        let end = format!(
            "\n{}",
            say.paint(Paint::Good, &format!("{steps} steps, and every one was as it should be."))
        );
        Ok(say.either(
            &json!({ "ok": true, "steps": steps, "store": place, "book": self.engine.book_name() }),
            end,
        )?)
    }

    async fn large_sum(&mut self) -> Result<(), Failure> {
        self.heading("A large sum")?;
        let (car, approval) =
            self.step("Alice pays ₩1,200,000: two must agree", Self::large(&self.engine).await)?;
        self.step("Ann approves, and tries it twice", Self::first_consent(&self.engine, &approval).await)?;
        self.step("Ben approves: the payment is made", Self::last_consent(&self.engine, &approval).await)?;
        self.step("Alice sends the payment again", Self::paid_large(&self.engine, &car).await)
    }

    fn heading(&self, text: &str) -> Result<(), Failure> {
        let say = self.context.say;
        if !say.json {
            say.line("")?;
            say.line(say.paint(Paint::Strong, text))?;
        }
        Ok(())
    }

    /// Reports how a step went: its title, its output and the engine's reply.
    fn step<T>(&mut self, title: &str, outcome: Step<(T, String, Value)>) -> Result<T, Failure> {
        self.steps += 1;
        let (number, say) = (self.steps, self.context.say);
        match outcome {
            Ok((made, shown, reply)) => {
                let document =
                    json!({ "step": number, "ok": true, "title": title, "shown": shown, "reply": reply });
                let mark = say.paint(Paint::Good, "✓");
                say.either(&document, format!("  {mark} {title:<46}{}", say.paint(Paint::Faint, &shown)))?;
                Ok(made)
            }
            Err(Wrong(what)) => {
                let document = json!({ "step": number, "ok": false, "title": title, "wrong": what });
                let mark = say.paint(Paint::Bad, "✗");
                say.either(&document, format!("  {mark} {title:<46}{}", say.paint(Paint::Bad, &what)))?;
                Err(Failure::Reported)
            }
        }
    }

    async fn accounts(engine: &Engine) -> Step<((), String, Value)> {
        let mut reply = Value::Null;
        for (account, name) in [("alice", "Alice"), ("bob", "Bob")] {
            let args = json!({ "account": account, "currency": "USD", "display_name": name, "key": format!("open-{account}") });
            reply = engine.call("ledger.open_account", args).await?;
            expect("balance", at(&reply, "/account/available/amount"), "0.00")?;
        }
        Ok(((), balances(engine).await?, reply))
    }

    async fn top_up(engine: &Engine, again: bool) -> Step<((), String, Value)> {
        let args = json!({ "account": "alice", "amount": "100.00 USD", "key": "top-up-1" });
        let reply = engine.call("ledger.top_up", args).await?;
        expect("replayed", &reply["replayed"], again)?;
        balance(engine, "alice", "100.00").await?;
        let shown = if again {
            format!("same key: replayed, {}", balances(engine).await?)
        } else {
            balances(engine).await?
        };
        Ok(((), shown, reply))
    }

    async fn overdraft(engine: &Engine) -> Step<((), String, Value)> {
        let args = json!({ "account": "alice", "amount": "250.00 USD", "key": "spend-1" });
        let error = refused(engine, "ledger.deduct", args, "insufficient_balance").await?;
        balance(engine, "alice", "100.00").await?;
        let (available, required) =
            (human(&error["details"]["available"]), human(&error["details"]["required"]));
        Ok(((), format!("refused: insufficient_balance, {available} of {required}"), error))
    }

    async fn open(engine: &Engine, key: &str, price: &str) -> Step<(String, String, Value)> {
        let args = json!({ "buyer": "alice", "seller": "bob", "price": price, "key": key, "actor": "alice" });
        let reply = engine.call("escrow.open", args).await?;
        expect("state", at(&reply, "/deal/state"), "pending")?;
        let id = at(&reply, "/deal/id").as_str().unwrap_or_default().to_owned();
        Ok((id, "pending".to_owned(), reply))
    }

    async fn pay(
        engine: &Engine,
        deal: &str,
        key: &str,
        left: &str,
        again: bool,
    ) -> Step<((), String, Value)> {
        let reply = engine.call("escrow.pay", json!({ "deal": deal, "key": key, "actor": "alice" })).await?;
        expect("replayed", &reply["replayed"], again)?;
        expect("state", at(&reply, "/deal/state"), "awaiting_shipment")?;
        expect("held", at(&reply, "/deal/held"), at(&reply, "/deal/price").clone())?;
        balance(engine, "alice", left).await?;
        let held = human(at(&reply, "/deal/held"));
        let shown = if again { "same key: replayed" } else { "awaiting_shipment" };
        Ok(((), format!("{shown}, deal {held}, {}", balances(engine).await?), reply))
    }

    async fn too_early(engine: &Engine, deal: &str) -> Step<((), String, Value)> {
        let args = json!({ "deal": deal, "actor": "bob" });
        let error = refused(engine, "escrow.confirm", args, "transition_not_allowed").await?;
        balance(engine, "bob", "0.00").await?;
        Ok(((), "refused: transition_not_allowed".to_owned(), error))
    }

    async fn ship(engine: &Engine, deal: &str) -> Step<((), String, Value)> {
        let args = json!({ "deal": deal, "carrier": "Post", "tracking": "RR123456789", "actor": "bob" });
        let reply = engine.call("escrow.ship", args).await?;
        expect("state", at(&reply, "/deal/state"), "shipped")?;
        let tracking = at(&reply, "/deal/shipment/tracking").as_str().unwrap_or_default().to_owned();
        Ok(((), format!("shipped, {tracking}"), reply))
    }

    async fn confirm(engine: &Engine, deal: &str) -> Step<((), String, Value)> {
        let reply = engine.call("escrow.confirm", json!({ "deal": deal, "actor": "alice" })).await?;
        expect("state", at(&reply, "/deal/state"), "released")?;
        expect("held", at(&reply, "/deal/held/amount"), "0.00")?;
        balance(engine, "alice", "60.00").await?;
        balance(engine, "bob", "40.00").await?;
        Ok(((), format!("released, {}", balances(engine).await?), reply))
    }

    async fn cancel(engine: &Engine, deal: &str) -> Step<((), String, Value)> {
        let args = json!({ "deal": deal, "reason": "sold already", "actor": "bob" });
        let reply = engine.call("escrow.cancel", args).await?;
        expect("state", at(&reply, "/deal/state"), "refunded")?;
        expect("held", at(&reply, "/deal/held/amount"), "0.00")?;
        balance(engine, "alice", "60.00").await?;
        Ok(((), format!("refunded, {}", balances(engine).await?), reply))
    }

    async fn large(engine: &Engine) -> Step<((String, String), String, Value)> {
        let args = json!({ "account": "alice", "amount": "1500000 KRW", "key": "top-up-large" });
        engine.call("ledger.top_up", args).await?;
        let args = json!({ "buyer": "alice", "seller": "bob", "price": "1200000 KRW", "key": "deal-large", "actor": "alice" });
        let opened = engine.call("escrow.open", args).await?;
        let deal = at(&opened, "/deal/id").as_str().unwrap_or_default().to_owned();
        let args = json!({ "deal": deal, "key": "pay-large", "actor": "alice" });
        let error = refused(engine, "escrow.pay", args, "approval_required").await?;
        expect("policy", &error["details"]["policy"], "default")?;
        won(engine, "1500000").await?;
        let approval = error["details"]["approval"].as_str().unwrap_or_default().to_owned();
        Ok(((deal, approval), "refused: approval_required, 2 admins".to_owned(), error))
    }

    async fn first_consent(engine: &Engine, approval: &str) -> Step<((), String, Value)> {
        let args = json!({ "approval": approval, "actor": { "id": "ann", "role": "admin" } });
        let reply = engine.call("approvals.approve", args.clone()).await?;
        expect("executed", &reply["executed"], false)?;
        refused(engine, "approvals.approve", args, "already_approved").await?;
        won(engine, "1500000").await?;
        Ok(((), "1 of 2, the second time: already_approved".to_owned(), reply))
    }

    async fn last_consent(engine: &Engine, approval: &str) -> Step<((), String, Value)> {
        let args = json!({ "approval": approval, "actor": { "id": "ben", "role": "admin" } });
        let reply = engine.call("approvals.approve", args).await?;
        expect("executed", &reply["executed"], true)?;
        expect("state", at(&reply, "/reply/deal/state"), "awaiting_shipment")?;
        won(engine, "300000").await?;
        Ok(((), format!("executed, deal {}", human(at(&reply, "/reply/deal/held"))), reply))
    }

    async fn paid_large(engine: &Engine, deal: &str) -> Step<((), String, Value)> {
        let args = json!({ "deal": deal, "key": "pay-large", "actor": "alice" });
        let reply = engine.call("escrow.pay", args).await?;
        expect("replayed", &reply["replayed"], true)?;
        won(engine, "300000").await?;
        Ok(((), "same key: replayed".to_owned(), reply))
    }

    async fn trial_balance(engine: &Engine) -> Step<((), String, Value)> {
        let reply = engine.call("ledger.trial_balance", json!({})).await?;
        expect("balanced", &reply["balanced"], true)?;
        let each = reply["currencies"].as_array().map_or(&[][..], Vec::as_slice).iter();
        let shown: Vec<String> = each
            .map(|row| format!("debits {}, credits {}", human(&row["debits"]), human(&row["credits"])))
            .collect();
        Ok(((), shown.join("; "), reply))
    }

    async fn verify(engine: &Engine) -> Step<((), String, Value)> {
        let reply = engine.call("admin.verify", json!({})).await?;
        let checks = reply["checks"].as_array().map_or(&[][..], Vec::as_slice);
        let wrong: Vec<&Value> = checks.iter().filter(|check| check["ok"] != true).collect();
        if let Some(first) = wrong.first() {
            return Err(Wrong(format!("{}: {}", first["name"], first["found"])));
        }
        expect("ok", &reply["ok"], true)?;
        Ok(((), format!("{} invariants hold", checks.len()), reply))
    }
}

fn at<'v>(reply: &'v Value, pointer: &str) -> &'v Value {
    reply.pointer(pointer).unwrap_or(&Value::Null)
}

fn expect(what: &str, found: &Value, wanted: impl Into<Value>) -> Step {
    let wanted = wanted.into();
    if *found == wanted { Ok(()) } else { Err(Wrong(format!("{what} is {found}, and should be {wanted}"))) }
}

/// Calls what must be refused with `code`, and answers the error.
async fn refused(engine: &Engine, op: &str, args: Value, code: &str) -> Step<Value> {
    match engine.call(op, args).await {
        Ok(_) => Err(Wrong(format!("`{op}` succeeded, and should be refused with `{code}`"))),
        Err(error) if error.code().as_str() == code => Ok(json!(error)),
        Err(error) => Err(error.into()),
    }
}

async fn balance(engine: &Engine, account: &str, wanted: &str) -> Step {
    let reply = engine.call("ledger.balance", json!({ "account": account, "currency": "USD" })).await?;
    expect(&format!("what {account} has"), at(&reply, "/available/amount"), wanted)
}

async fn won(engine: &Engine, wanted: &str) -> Step {
    let reply = engine.call("ledger.balance", json!({ "account": "alice", "currency": "KRW" })).await?;
    expect("what alice has in won", at(&reply, "/available/amount"), wanted)
}

async fn balances(engine: &Engine) -> Step<String> {
    let mut shown = Vec::new();
    for (account, name) in [("alice", "Alice"), ("bob", "Bob")] {
        let reply = engine.call("ledger.balance", json!({ "account": account, "currency": "USD" })).await?;
        shown.push(format!("{name} {}", human(&reply["available"])));
    }
    Ok(shown.join(", "))
}

/// An amount for people.
fn human(money: &Value) -> String {
    let amount = Amount::Raw(money.clone()).resolve("amount", &Currencies::iso());
    amount.map_or_else(|_| money.to_string(), |money| money.human("en"))
}
