//! Instructions of the pure core, counted by callgrind: repeatable whatever else the machine does.

use std::collections::BTreeMap;

use clap::ValueEnum as _;
use earnest::requests::Transfer;
use serde::Serialize;
use tokio::process::Command;

use crate::args::{InstructionsOrder, PureOrder};
use crate::output::{self, failed, note};
use crate::pure::{Core, GROUP, Pure, funded};
use crate::{Done, bank};

/// Instructions a run.
#[derive(Debug, Serialize)]
struct Instructions {
    /// How often each function ran.
    count: u64,
    /// Transfers in a group.
    group: u64,
    /// Instructions by function.
    instructions_per_op: BTreeMap<&'static str, u64>,
}

/// `instructions`.
pub(crate) async fn instructions(order: &InstructionsOrder) -> Done {
    let mut counted = BTreeMap::new();
    for what in Pure::value_variants().iter().copied() {
        note(&format!("valgrind: {}", what.name()));
        // what the program costs before and after is taken away
        let empty = collected(what, 0).await?;
        let full = collected(what, order.count).await?;
        counted.insert(what.name(), full.saturating_sub(empty) / order.count);
    }
    let of = |what: Pure| counted.get(what.name()).copied().unwrap_or_default();
    // what a group adds to the call: its key, the decision, images, event, hashes, write set
    let folded = of(Pure::TransferGroup).saturating_sub(of(Pure::TransferCall));
    let ruled = of(Pure::RuledGroup).saturating_sub(of(Pure::TransferGroup));
    counted.insert("transfer_fold", folded);
    counted.insert("rules_fold", ruled);
    let report = Instructions { count: order.count, group: GROUP, instructions_per_op: counted };
    output::print(&report, order.json)
}

/// Instructions of one run under callgrind.
async fn collected(what: Pure, count: u64) -> Done<u64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(std::env::current_exe()?);
    command.args(["pure", "--what", what.name(), "--count", &count.to_string()]);
    let output = match command.output().await {
        Ok(output) => output,
        Err(error) => return failed(format!("`valgrind` does not run: {error}")),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find_map(|line| line.split_once("Collected :"));
    match line.and_then(|(_, count)| count.trim().parse().ok()).filter(|_| output.status.success()) {
        Some(count) => Ok(count),
        None => failed(format!("callgrind counted nothing: {}", said.lines().last().unwrap_or_default())),
    }
}

/// `pure`.
pub(crate) async fn pure(order: &PureOrder) -> Done {
    let core = match order.what {
        Pure::RuledGroup => ruled().await?,
        _ => Core::new().await?,
    };
    core.repeat(order.what, order.count)?;
    Ok(())
}

/// The core in a bank with rules, which have counted before.
async fn ruled() -> Done<Core> {
    let bank = funded().await?;
    bank::rules(&bank, RULES).await?;
    for number in 0..2 {
        let pay = Transfer::new("alice", "bob", "12.34 USD").key(format!("before-{number}"));
        bank.ledger().transfer(pay).await?;
    }
    Ok(Core::of(&bank).await?)
}

/// Rules and rates in its bank.
const RULES: u32 = 20;
