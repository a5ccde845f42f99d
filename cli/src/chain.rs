//! `earnest chain`: whether the endpoints of a chain can be relied on.

use clap::Subcommand;
use earnest::DriveChains;
use earnest::for_cli::{EndpointCheck, EndpointStatus, EndpointsCheck, check_endpoints, readable};
use serde_json::{Value, json};

use super::Context;
use super::output::{Failure, Paint, Say};

/// The commands of `earnest chain`.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum ChainCommand {
    /// Compare the endpoints of a chain with one another, and find out what they can do
    ///
    /// Each endpoint that has an address (`urls` of `withdrawals.set_chain`) is asked for its chain, its
    /// newest and its final block, and what gas costs. The addresses are sealed: the keyring opens them.
    /// Nothing is written. Exit code 1 when fewer are well than must agree.
    Check {
        /// The name of the chain
        #[arg(value_name = "NAME")]
        name: String,
        /// Ask nodes of private networks and of this machine too, and without encryption
        #[arg(long)]
        private_nodes: bool,
    },
}

/// How nodes are reached.
pub(super) fn nodes(are_private: bool) -> DriveChains {
    DriveChains::new().allow_http(are_private).allow_private(are_private)
}

pub(super) async fn chain(context: &Context, command: &ChainCommand) -> Result<(), Failure> {
    let ChainCommand::Check { name, private_nodes } = command;
    let engine = context.settings.open_to_look().await?;
    let found = Box::pin(check_endpoints(&engine, name, nodes(*private_nodes))).await;
    engine.close().await;
    let (found, say) = (found?, context.say);
    if say.json {
        say.document(&document(name, &found))?;
    } else {
        table(say, name, &found)?;
    }
    if found.met { Ok(()) } else { Err(Failure::Reported) }
}

fn document(name: &str, found: &EndpointsCheck) -> Value {
    let endpoint = |check: &EndpointCheck| {
        let node = &check.node;
        json!({
            "endpoint": node.endpoint,
            "status": check.status.as_str(),
            "chain_id": node.chain_id,
            "head": node.head.map(|head| head.to_string()),
            "behind": check.behind,
            "finalized": node.finalized.map(|finalized| finalized.to_string()),
            "base_fee": node.base_fee,
            "priority_fee": node.priority_fee,
            "batches": node.batches,
            "by_sender_and_nonce": node.by_sender_and_nonce,
            "error": node.error,
        })
    };
    json!({
        "chain": name,
        "chain_id": found.chain_id,
        "quorum": found.quorum,
        "met": found.met,
        "endpoints": found.endpoints.iter().map(endpoint).collect::<Vec<_>>(),
    })
}

/// A row for each endpoint; below it what is wrong with it.
fn table(say: Say, name: &str, found: &EndpointsCheck) -> Result<(), Failure> {
    let width = found.endpoints.iter().map(|check| check.node.endpoint.len()).max().unwrap_or(0).max(8);
    say.line(say.paint(
        Paint::Faint,
        &format!(
            "{:<width$}  {:<11}  {:>12}  {:>6}  {:>12}  {:>16}  {:>16}  {:<7}  by nonce",
            "endpoint", "status", "head", "behind", "finalized", "base fee", "priority fee", "batches"
        ),
    ))?;
    for check in &found.endpoints {
        let node = &check.node;
        let paint = if check.status == EndpointStatus::Ok { Paint::Good } else { Paint::Bad };
        let status = say.paint(paint, &format!("{:<11}", check.status.as_str()));
        say.line(format!(
            "{:<width$}  {status}  {:>12}  {:>6}  {:>12}  {:>16}  {:>16}  {:<7}  {}",
            node.endpoint,
            shown(node.head),
            shown(check.behind),
            shown(node.finalized),
            shown(node.base_fee.as_ref()),
            shown(node.priority_fee.as_ref()),
            yes(node.batches),
            yes(node.by_sender_and_nonce),
        ))?;
        if let Some(error) = &node.error {
            say.line(format!("{:<width$}  {}", "", say.paint(Paint::Bad, &readable::line(error))))?;
        }
    }
    let well = found.endpoints.iter().filter(|check| check.status == EndpointStatus::Ok).count();
    let (count, quorum) = (found.endpoints.len(), found.quorum);
    let text = format!("{name} (chain {}): {well} of {count} are well, {quorum} must agree", found.chain_id);
    Ok(say.line(say.paint(if found.met { Paint::Good } else { Paint::Bad }, &text))?)
}

fn shown<T: std::fmt::Display>(number: Option<T>) -> String {
    number.map_or_else(|| "-".to_owned(), |number| number.to_string())
}

const fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
