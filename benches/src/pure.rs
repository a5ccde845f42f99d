//! The pure core without a store: what every call costs before anything is read or written.

use clap::ValueEnum;
use earnest::api::operations::find;
use earnest::engine::runner::Runner as _;
use earnest::env::{Env, Seed};
use earnest::kernel::call::Command;
use earnest::kernel::draft::Draft;
use earnest::kernel::fold::Fold;
use earnest::kernel::identity::Canonical;
use earnest::kernel::operation::{Context, Operation as _};
use earnest::kernel::permit::Who;
use earnest::money::{Amount, Money};
use earnest::request::record::{Parse, Request as _, WriteRequest};
use earnest::request::scope::OperationInfo;
use earnest::request::scope::Scope;
use earnest::requests::{TopUp, Transfer};
use earnest::rows::loaded::Loaded;
use earnest::rows::needs::Needs;
use earnest::rows::writes::Writes;
use earnest::store::Capabilities;
use earnest::{Actor, Engine, Error, Options, Time};

/// Transfers in a group.
pub(crate) const GROUP: u64 = 100;

/// The operation of a transfer's request.
type Movement = <Transfer as WriteRequest>::Operation;

/// The pure functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Pure {
    /// An amount from its text to minor units.
    MoneyParse,
    /// The canonical form of a transfer's request, hashed.
    RequestHash,
    /// A transfer's request to a command: shape, names, amount, key, hash.
    TransferCall,
    /// The rule alone: accounts judged, funds, two postings and their event, on rows that are known.
    TransferDecide,
    /// A call, then decided in a group of 100, up to the group's write set: keys, images, hashes and the
    /// chain too.
    TransferGroup,
    /// The same with 20 rules and rates, which judge every call and count it.
    RuledGroup,
}

impl Pure {
    /// Its name in JSON.
    #[allow(dead_code, reason = "the timing benchmarks have names of their own")]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::MoneyParse => "money_parse",
            Self::RequestHash => "request_hash",
            Self::TransferCall => "transfer_call",
            Self::TransferDecide => "transfer_decide",
            Self::TransferGroup => "transfer_group",
            Self::RuledGroup => "ruled_group",
        }
    }
}

/// A bank in memory whose clock stands still, with two funded accounts.
pub(crate) async fn funded() -> Result<Engine, Error> {
    let start: Time = "2026-01-01T00:00:00Z".parse()?;
    let options = Options::new().background(false).env(Env::test(start, 1));
    let bank = Engine::open_with("memory:", options).await?;
    for account in ["alice", "bob"] {
        bank.ledger().top_up(TopUp::new(account, "1000000.00 USD").key(account)).await?;
    }
    Ok(bank)
}

/// Everything that the pure core is given: rows read once from a store in memory, a clock that stands still.
pub(crate) struct Core {
    scope: Scope,
    info: &'static OperationInfo,
    request: Transfer,
    rows: Loaded,
    capabilities: Capabilities,
    now: Time,
    operation: Movement,
    context: Context,
    seed: Seed,
    known: Fold,
}

impl Core {
    /// Two funded accounts, and a request to move money between them.
    pub(crate) async fn new() -> Result<Self, Error> {
        Self::of(&funded().await?).await
    }

    /// The same in a bank that [`funded`] made and that may have rules since.
    pub(crate) async fn of(bank: &Engine) -> Result<Self, Error> {
        let start = bank.now();
        let info =
            find("ledger.transfer").ok_or_else(|| Error::corrupted("there is no `ledger.transfer`"))?;
        let request = Transfer::new("alice", "bob", "12.34 USD").reference("order 7").key("pure");
        let scope = bank.scope();
        let actor = Actor::system();
        let parse = Parse {
            currencies: &scope.currencies,
            book: &scope.book,
            actor: &actor,
            now: start,
            keyring: None,
            rests_on_keys: &std::cell::Cell::new(false),
            env: &scope.env,
            scope: None,
            policies: &scope.policies,
            rules: None,
            operations: scope.catalogue.operations,
            domains: &scope.domains,
        };
        let mut core = Self {
            operation: request.parse(&parse)?,
            context: Context {
                book: scope.book.clone(),
                operation: info.name,
                now: start,
                stamp: start,
                at: None,
                actor: actor.clone(),
                who: Who::Anybody,
                trace: None,
                notify_every_state: scope.notify_every_state,
                wait_limits: scope.wait_limits.clone(),
            },
            seed: scope.env.seed(),
            known: Fold::new(start),
            scope,
            info,
            request,
            rows: Loaded::default(),
            capabilities: bank.store().capabilities(),
            now: bank.now(),
        };
        let commands = core.commands(1)?;
        let mut needs = Needs::default();
        // rules name rows once they were read themselves
        loop {
            commands.iter().for_each(|command| command.needs(&core.known.seen, &mut needs));
            if core.known.seen.missing(&needs).is_empty() {
                return Ok(core);
            }
            core.rows = bank.peek(&needs).await?;
            core.known = Fold::new(start);
            core.known.absorb(&needs, core.rows.clone());
        }
    }

    /// Reads an amount.
    pub(crate) fn money(&self, text: &str) -> Result<Money, Error> {
        Amount::from(text).resolve("amount", &self.scope.currencies)
    }

    /// Hashes the request.
    pub(crate) fn hash(&self) -> usize {
        self.request.canonical(Canonical::default()).finish().0.len()
    }

    /// Makes commands, each with a key of its own.
    pub(crate) fn commands(&self, count: u64) -> Result<Vec<Box<dyn Command>>, Error> {
        let command = |number: u64| {
            let mut request = Some(self.request.clone().key(format!("order-{number}")));
            self.scope.call(self.info, &mut request, Box::new(drop))
        };
        (0..count).map(command).collect()
    }

    /// Decides commands as one group, up to what it would write.
    pub(crate) fn group(&self, commands: Vec<Box<dyn Command>>) -> Result<Writes, Error> {
        let mut fold = Fold::new(self.now);
        let mut needs = Needs::default();
        for command in &commands {
            command.needs(&fold.seen, &mut needs);
        }
        fold.absorb(&needs, self.rows.clone());
        for mut command in commands {
            if command.run(&mut fold).is_err() {
                return Err(Error::corrupted("a transfer of the benchmark was not accepted"));
            }
            command.finish(Ok(()));
        }
        Ok(fold.finish(self.scope.env.commit(), self.capabilities))
    }

    /// Decides one transfer on rows that are known, and answers how many entries it would write.
    pub(crate) fn decide(&self) -> Result<usize, Error> {
        let mut draft = Draft::new(&self.context, self.seed.ids(), &self.known.seen);
        match self.operation.decide(&mut draft) {
            Ok(_) => Ok(draft.finish().entries.len()),
            Err(_) => Err(Error::corrupted("a transfer of the benchmark was not accepted")),
        }
    }

    /// Runs one of them so many times.
    #[allow(dead_code, reason = "the timing benchmarks repeat by themselves")]
    pub(crate) fn repeat(&self, what: Pure, count: u64) -> Result<usize, Error> {
        let mut seen = 0_usize;
        match what {
            Pure::MoneyParse => {
                for _ in 0..count {
                    seen += usize::from(self.money(std::hint::black_box("1234567.89 USD"))?.is_zero());
                }
            }
            Pure::RequestHash => (0..count).for_each(|_| seen += std::hint::black_box(self).hash()),
            Pure::TransferCall => seen += self.commands(count)?.len(),
            Pure::TransferDecide => {
                for _ in 0..count {
                    seen += std::hint::black_box(self).decide()?;
                }
            }
            Pure::TransferGroup | Pure::RuledGroup => {
                for begun in (0..count).step_by(usize::try_from(GROUP).unwrap_or(1)) {
                    let commands = self.commands(GROUP.min(count - begun))?;
                    seen += self.group(commands)?.entries.len();
                }
            }
        }
        Ok(seen)
    }
}
