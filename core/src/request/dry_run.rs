//! Dry runs: a call is decided on what is read, and what it would write is thrown away.

use std::cell::Cell;

use serde_json::Value;

use super::domain::Parsed;
use super::info::OperationInfo;
use super::reading::Reading;
use super::record::Parse;
use crate::env::Env;
use crate::error::{Detail, Result};
use crate::ids::Actor;
use crate::kernel::draft::Draft;
use crate::kernel::fold::Fold;
use crate::kernel::operation::{Context, Decided, Decides, Halt};
use crate::kernel::permit::Who;
use crate::rows::needs::Needs;
use crate::waits::WaitLimits;

/// A chain of references is never longer than this.
const ROUNDS: usize = 8;

/// The actor and the operation of a call that would be made.
pub struct DryCall {
    /// The operation.
    pub name: &'static str,
    /// The actor.
    pub actor: Actor,
    /// The callers that the operation admits.
    pub who: Who,
}

/// Decides a call on what is read, and returns what `show` sees in its draft. Neither gates nor proofs are
/// asked.
pub async fn dry_run<T>(
    reading: &mut Reading<'_>,
    call: DryCall,
    operation: &dyn Decides,
    show: impl Fn(&Draft<'_>) -> Decided<T>,
) -> Result<T> {
    let mut fold = Fold::new(reading.now);
    let mut extra = Needs::default();
    for _ in 0..ROUNDS {
        let mut needs = extra.clone();
        operation.needs(&fold.seen, &mut needs);
        let missing = fold.seen.missing(&needs);
        if !missing.is_empty() {
            let loaded = reading.load(&missing).await?;
            fold.absorb(&missing, loaded);
            continue;
        }
        let stamp = fold.next_stamp(&reading.book);
        let context = Context {
            book: reading.book.clone(),
            operation: call.name,
            now: fold.now(),
            stamp,
            at: fold.at(stamp),
            actor: call.actor.clone(),
            who: call.who,
            trace: None,
            notify_every_state: false,
            wait_limits: WaitLimits::default(),
        };
        // nothing is written, so the ids need not be new
        let ids = Env::test(reading.now, 0).seed().ids();
        let mut draft = Draft::new(&context, ids, &fold.seen);
        let decided = operation.decide(&mut draft);
        match decided.and_then(|_| Ok(draft.assert_authorised()?)).and_then(|()| show(&draft)) {
            Ok(shown) => return Ok(shown),
            Err(Halt::Reject(rejection)) => return Err(rejection.error),
            Err(Halt::NeedMore(more)) => extra.extend(&more),
            Err(Halt::Busy) => break,
        }
    }
    Err(Detail::Contention { reason: "references".into() }.into())
}

/// The operation that a call with this request would be, and its effect; `None` where no call has its name.
pub fn parsed(
    reading: &Reading<'_>,
    info: &OperationInfo,
    actor: &Actor,
    args: &Value,
) -> Result<Option<Parsed>> {
    let parse = Parse {
        currencies: reading.currencies,
        book: &reading.book,
        actor,
        now: reading.now,
        keyring: reading.keyring,
        rests_on_keys: &Cell::new(false),
        // a preview seals no secret, so it draws nothing from the environment
        env: &Env::default(),
        scope: None,
        policies: reading.policies,
        rules: None,
        operations: reading.catalogue.operations,
        domains: reading.domains,
    };
    (reading.catalogue.operation)(&parse, info.name, args.clone())
}
