//! Deals run in memory: the table against the machine, money, time, and what can be asked.

mod allowed;
mod money;
mod parts;
mod queries;
mod standstill;
mod table;
mod walk;

use crate::currency::{Currencies, Currency};
use crate::env::Env;
use crate::error::Error;
use crate::escrow::decide::Move;
use crate::escrow::model::{Deal, Ruling, State, Trigger};
use crate::escrow::requests::OpenDeal;
use crate::escrow::timers;
use crate::escrow::views::DealReply;
use crate::ids::{AccountId, Actor, Book, DealId};
use crate::kernel::draft::Draft;
use crate::kernel::fold::Fold;
use crate::kernel::operation::{Context, Halt, Operation};
use crate::kernel::permit::Who;
use crate::ledger::requests::{OpenAccount, TopUp};
use crate::money::Money;
use crate::request::domain::Domains;
use crate::request::note::Note;
use crate::request::record::{Parse, WriteRequest};
use crate::rows::loaded::Loaded;
use crate::rows::needs::{AccountKey, Needs};
use crate::rows::tables::{AccountRow, AccountStatus, RecordRow};
use crate::time::{Span, Time};

/// When the tests begin.
const START: Time = Time::from_micros(1_800_000_000_000_000);

/// Alice's opening balance, in cents.
const PURSE: i128 = 100_000;
const PRICE: i128 = 4_000;

/// A group without a store behind it: rows that it has not read do not exist.
struct World {
    fold: Fold,
    env: Env,
    book: Book,
    currencies: Currencies,
}

/// Alice buys (her account belongs to `u-alice`) and bob sells (`u-bob`).
fn world() -> World {
    let (env, book) = (Env::test(START, 1), Book::main());
    let mut world = World { fold: Fold::new(START), env, book, currencies: Currencies::iso() };
    for name in ["alice", "bob"] {
        let _ = world.ask(&system(), &OpenAccount::new(name, "USD").owner(format!("u-{name}"))).unwrap();
    }
    let _ = world.ask(&system(), &TopUp::new("alice", "1000.00 USD").key("k")).unwrap();
    world
}

fn system() -> Actor {
    Actor::system()
}

fn alice() -> Actor {
    Actor::new("alice")
}

fn bob() -> Actor {
    Actor::new("u-bob")
}

fn admin() -> Actor {
    Actor::admin("root")
}

fn usd() -> Currency {
    Currency::new("USD", 2).unwrap()
}

fn dollars(cents: i128) -> Option<Money> {
    Money::new(cents, usd())
}

fn order() -> OpenDeal {
    OpenDeal::new("alice", "bob", "40.00 USD")
        .key("k")
        .pay_within(Span::from_days(1))
        .ship_within(Span::from_days(2))
        .deliver_within(Span::from_days(3))
}

fn code(error: &Error) -> &'static str {
    error.code().as_str()
}

impl World {
    fn ask<R: WriteRequest>(
        &mut self,
        actor: &Actor,
        request: &R,
    ) -> Result<<R::Operation as Operation>::Reply, Error> {
        let parse = Parse {
            currencies: &self.currencies,
            book: &self.book,
            actor,
            now: self.fold.now(),
            keyring: None,
            rests_on_keys: &std::cell::Cell::new(false),
            env: &self.env,
            scope: None,
            policies: &[],
            rules: None,
            operations: &[],
            domains: &Domains::default(),
        };
        request.fits("")?;
        let operation = request.parse(&parse)?;
        self.run(actor, &operation)
    }

    fn run<O: Operation>(&mut self, actor: &Actor, operation: &O) -> Result<O::Reply, Error> {
        let seed = self.env.seed();
        let mut extra = Needs::default();
        loop {
            let mut needs = extra.clone();
            operation.needs(&self.fold.seen, &mut needs);
            let missing = self.fold.seen.missing(&needs);
            if !missing.is_empty() {
                self.fold.absorb(&missing, Loaded::default());
                continue;
            }
            let ctx = Context {
                book: self.book.clone(),
                operation: "test",
                now: self.fold.now(),
                stamp: self.fold.next_stamp(&self.book),
                at: None,
                actor: actor.clone(),
                who: Who::Anybody,
                trace: None,
                notify_every_state: false,
                wait_limits: crate::waits::WaitLimits::default(),
            };
            let mut draft = Draft::new(&ctx, seed.ids(), &self.fold.seen);
            match operation.decide(&mut draft) {
                Ok(made) => {
                    let writes = draft.finish();
                    self.fold.apply(&ctx, writes, None)?;
                    let reply = operation.reply(&made, &self.fold.seen, false);
                    return reply.map_err(|halt| panic!("the reply asks for rows: {halt:?}"));
                }
                Err(Halt::NeedMore(more)) => extra.extend(&more),
                Err(Halt::Reject(rejection)) => return Err(rejection.error),
                Err(Halt::Busy) => panic!("nobody else is there"),
            }
        }
    }

    fn pull(&mut self, actor: &Actor, deal: DealId, trigger: Trigger) -> Result<DealReply, Error> {
        let operation = self.the(deal, trigger);
        self.run(actor, &operation)
    }

    fn the(&self, deal: DealId, trigger: Trigger) -> Move {
        Move::new(self.book.clone(), deal, trigger)
    }

    fn open(&mut self, request: &OpenDeal) -> DealId {
        self.ask(&system(), request).unwrap().deal.id
    }

    /// A fresh deal in a state.
    fn deal_in(&mut self, state: State) -> DealId {
        let request = if state == State::InEscrow { order().require_acceptance(true) } else { order() };
        let deal = self.open(&request);
        let mut pay = self.the(deal, Trigger::Pay);
        pay.args.secure = state != State::Paid;
        let way: &[Trigger] = match state {
            State::Pending | State::Expired => &[],
            State::Cancelled => &[Trigger::Cancel],
            State::Paid | State::InEscrow | State::AwaitingShipment => &[Trigger::Pay],
            State::Shipped => &[Trigger::Pay, Trigger::Ship],
            State::Delivered => &[Trigger::Pay, Trigger::Ship, Trigger::Deliver],
            State::Released => &[Trigger::Pay, Trigger::Ship, Trigger::Confirm],
            State::Refunded => &[Trigger::Pay, Trigger::Cancel],
            State::RefundPending => &[Trigger::Pay, Trigger::Ship, Trigger::RequestRefund],
            State::Disputed => &[Trigger::Pay, Trigger::Ship, Trigger::Dispute],
            State::Split => &[Trigger::Pay, Trigger::Ship, Trigger::Dispute, Trigger::Resolve],
        };
        for trigger in way {
            let actor = match trigger {
                Trigger::Confirm | Trigger::RequestRefund | Trigger::Dispute => alice(),
                Trigger::Resolve => admin(),
                _ => system(),
            };
            let mut operation = if *trigger == Trigger::Pay { pay.clone() } else { self.the(deal, *trigger) };
            if *trigger == Trigger::Resolve {
                (operation.args.ruling, operation.args.amount) = (Ruling::Split, dollars(1_500));
            }
            let _ = self.run(&actor, &operation).unwrap();
        }
        if state == State::Expired {
            self.wait(Span::from_days(1));
            assert!(self.tick(deal));
        }
        assert_eq!(self.deal(deal).state, state);
        deal
    }

    /// Lets time pass.
    fn wait(&mut self, span: Span) {
        let now = self.fold.now().checked_add(span);
        self.fold.absorb(&Needs::default(), Loaded { now, ..Loaded::default() });
    }

    /// Runs the timer of a deal as the engine does; whether it moved.
    fn tick(&mut self, deal: DealId) -> bool {
        let operation = timers::operation(&self.record(deal));
        operation.is_some_and(|tick| self.run(&system(), &tick).unwrap())
    }

    fn record(&self, deal: DealId) -> RecordRow {
        self.fold.seen.records.row(&crate::escrow::model::Deal::key(&self.book, deal)).unwrap().clone()
    }

    fn deal(&self, deal: DealId) -> Deal {
        Deal::of(&self.record(deal)).unwrap()
    }

    fn key(&self, id: AccountId) -> AccountKey {
        AccountKey::new(self.book.clone(), id, usd())
    }

    fn account(&self, name: &str) -> AccountRow {
        self.fold.seen.accounts.row(&self.key(AccountId::stored(name))).unwrap().clone()
    }

    fn deal_account(&self, deal: DealId) -> i128 {
        self.fold.seen.accounts.row(&self.key(AccountId::deal(deal))).map_or(0, |row| row.posted)
    }

    fn set_status(&mut self, name: &str, status: AccountStatus) {
        let row = AccountRow { status, ..self.account(name) };
        self.fold.seen.accounts.put(row);
    }

    /// Everything that people have, wherever it is: posted to alice, bob and the deals.
    fn wealth(&self, deals: &[DealId]) -> i128 {
        let held: i128 = deals.iter().map(|deal| self.deal_account(*deal)).sum();
        let others = ["carol", "@fees"].into_iter().filter_map(|name| {
            let row = self.fold.seen.accounts.row(&self.key(AccountId::stored(name)))?;
            Some(self.fold.seen.posted(row))
        });
        self.account("alice").posted + self.account("bob").posted + held + others.sum::<i128>()
    }

    /// Ends the group: the writes that a store would get.
    fn into_writes(self) -> crate::rows::writes::Writes {
        use crate::store::Store as _;
        let capabilities = crate::store::memory::MemoryStore::default().capabilities();
        self.fold.finish(uuid::Uuid::nil(), capabilities)
    }

    /// The invariants after every call.
    fn check(&self, deals: &[DealId]) {
        assert_eq!(self.wealth(deals), PURSE, "money is conserved");
        let alice = self.account("alice");
        assert!(alice.headroom >= 0 && alice.held >= 0);
        let mut paid = 0;
        for id in deals {
            let deal = self.deal(*id);
            assert_eq!(self.deal_account(*id), deal.facts.held(), "{id}");
            assert!(!deal.state.is_terminal() || deal.facts.held() == 0, "{id}");
            let cost = crate::escrow::money::Cost::of(deal.facts.plan()).unwrap();
            paid += if deal.state == State::Paid { cost.buyer_pays } else { 0 };
        }
        assert_eq!(alice.held, paid, "open holds are those of deals that stop at the hold");
    }
}

fn note() -> Note {
    Note::default()
}
