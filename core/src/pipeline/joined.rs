//! One command in a transaction that is open already: it becomes durable together with the other changes
//! there, or not at all.

use crate::env::Env;
use crate::error::{Detail, Error, Result};
use crate::kernel::call::Command;
use crate::kernel::fold::Fold;
use crate::kernel::operation::Halt;
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;
use crate::store::{Capabilities, Fault, Session, Wait, Written};

fn fault(fault: Fault) -> Error {
    fault.into_error(false)
}

fn contention() -> Error {
    Detail::Contention { reason: "versions".into() }.into()
}

/// Decides and writes a command that needs no more rows than it names at once. The opener of the transaction
/// commits; after an error it must not.
pub async fn write(
    session: &mut dyn Session,
    env: &Env,
    capabilities: Capabilities,
    mut command: Box<dyn Command>,
) -> Result<()> {
    let mut needs = Needs::default();
    command.needs(&Snapshot::default(), &mut needs);
    let loaded = session.lock(&needs, Wait::Block).await.map_err(fault)?;
    let mut fold = Fold::new(env.clock.now());
    fold.absorb(&needs, loaded);
    fold.watch(env);
    match command.run(&mut fold) {
        Ok(()) => {}
        Err(Halt::Reject(rejection)) => return Err(rejection.error),
        Err(Halt::NeedMore(_) | Halt::Busy) => return Err(contention()),
    }
    let writes = fold.finish(env.commit(), capabilities);
    match session.write(&writes).await.map_err(fault)? {
        Written::All => Ok(()),
        Written::Stale | Written::Claimed => Err(contention()),
    }
}
