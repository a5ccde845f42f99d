//! The sinks whose events a worker sends to brokers.

use std::collections::BTreeSet;

use earnest::brokers::Broker;
use earnest::for_cli::Stopping;
use earnest::{Engine, Error, Subscription};

use crate::args::Work;
use crate::output::Failure;

/// The brokers that were named, by sink. No message repeats a URL: it may have a password.
pub(super) fn brokers(order: &Work) -> Result<Vec<(String, Broker)>, Failure> {
    let (mut brokers, mut seen) = (Vec::new(), BTreeSet::new());
    let mut add = |option: &str, sink: &String, url: &str| {
        let field = format!("{option} {sink}");
        if !seen.insert(sink.clone()) {
            return Err(Failure::usage(field, "is a sink that is named twice"));
        }
        brokers.push((sink.clone(), Broker::request(&field, url).map_err(Failure::Usage)?));
        Ok(())
    };
    for (sink, url) in &order.deliver {
        add("--deliver", sink, url)?;
    }
    for (sink, path) in &order.deliver_file {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::usage(format!("--deliver-file {sink}"), format!("cannot be read: {}", error.kind()))
        })?;
        add("--deliver-file", sink, text.lines().next().unwrap_or_default().trim())?;
    }
    Ok(brokers)
}

/// Begins to send. A sink that does not exist is an error.
pub(super) async fn begin(
    engine: &Engine,
    brokers: Vec<(String, Broker)>,
) -> Result<Vec<Subscription>, Error> {
    let mut begun = Vec::new();
    for (sink, broker) in brokers {
        begun.push(engine.deliver(&sink, broker).await?);
    }
    Ok(begun)
}

/// Waits until what is under way was reported on, or until a second signal: then it comes again.
pub(super) async fn end(deliveries: Vec<Subscription>, mut stopping: Stopping) {
    let all = futures_util::future::join_all(deliveries.into_iter().map(Subscription::stop));
    tokio::select! {
        _ = all => {}
        () = stopping.told_again() => {}
    }
}
