//! `earnest torture`: processes that work on one store, are killed at any instant, and must lose and double
//! nothing.
//!
//! Every call is reported before it is made and after it is acknowledged. At the end each key is looked up:
//! an acknowledged call must be there, a refused one must not, and all others are there wholly or not at all;
//! every balance must be what the accepted calls make it, and every invariant hold.

mod check;
mod child;
mod plan;

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use earnest::env::Env;
use earnest::{Book, Engine, Error};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

use super::Context;
use super::args::Torture;
use super::mask::masked;
use super::output::{Failure, Paint};
use check::Report;
use plan::{Call, Draw, Message, Orders, PEOPLE, TRADERS, person, trader};

/// How long a process may take to open the store, or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// The store when none is named.
const NEW: &str = "a new sqlite file, removed afterwards";

/// The reports about one call.
#[derive(Clone, Debug)]
pub(super) struct Record {
    call: Call,
    /// The ids that were acknowledged.
    acknowledged: Option<Vec<String>>,
    refused: Option<String>,
}

/// The reports of all processes.
#[derive(Debug, Default)]
pub(super) struct Heard {
    records: BTreeMap<String, Record>,
    kills: u64,
    dropped: u64,
    unserved: u64,
    again: u64,
    /// Errors on the way.
    wrong: Vec<String>,
}

type Ears = Arc<Mutex<Heard>>;

pub(super) async fn torture(context: &Context, order: &Torture) -> Result<(), Failure> {
    if order.child {
        return Box::pin(child::run(context)).await;
    }
    let folder = tempfile::tempdir()?;
    let url = match context.settings.store_argument.as_deref() {
        Some(url) if url.starts_with("memory") => {
            return Err(Failure::usage("--store", "dies with its process: name another than memory"));
        }
        Some(url) => url.to_owned(),
        None => format!("sqlite:{}", folder.path().join("torture.db").display()),
    };
    let book = match &context.settings.book_argument {
        Some(book) => book.clone(),
        None => Book::request("book", &format!("torture-{}", Env::default().commit().simple()))?,
    };
    let options = context.settings.options().book(book.clone()).background(false);
    let engine = context.settings.engine(&url, options).await?;
    let ears = Ears::default();
    fund(&engine, &ears).await?;
    let arena = Arena { url: url.clone(), book, order: order.clone(), ears: ears.clone() };
    suffer(context, &arena).await;
    // a server may still be at work for a process that is dead
    tokio::time::sleep(Duration::from_secs(1)).await;
    let heard = std::mem::take(&mut *ears.lock().unwrap_or_else(PoisonError::into_inner));
    let report = Box::pin(check::check(context, &engine, &heard)).await;
    engine.close().await;
    let shown = context.settings.store_argument.as_deref().map_or_else(|| NEW.to_owned(), masked);
    say(context, order, &shown, &heard, &report?)
}

/// Gives everybody something to spend.
async fn fund(engine: &Engine, ears: &Ears) -> Result<(), Error> {
    let people = (0..PEOPLE).map(person).chain((0..TRADERS).map(trader));
    for account in people {
        let call = Call::top_up(format!("fund-{account}"), &account, 100_000);
        let reply = engine.call(&call.op, call.args.clone()).await?;
        let made = reply["transfer"]["id"].as_str().unwrap_or_default().to_owned();
        let record = Record { call: call.clone(), acknowledged: Some(vec![made]), refused: None };
        let mut heard = ears.lock().unwrap_or_else(PoisonError::into_inner);
        heard.records.insert(call.id().to_owned(), record);
    }
    Ok(())
}

/// Where it happens.
#[derive(Clone)]
struct Arena {
    url: String,
    book: Book,
    order: Torture,
    ears: Ears,
}

/// Starts, kills and starts again, until the time is over.
async fn suffer(context: &Context, arena: &Arena) {
    let seconds = u64::from(arena.order.seconds);
    let bar = context.say.bar(seconds, "torture");
    let (over, watch) = tokio::sync::watch::channel(false);
    let mut places = tokio::task::JoinSet::new();
    for place in 0..arena.order.processes {
        places.spawn(Box::pin(one_place(arena.clone(), place, watch.clone())));
    }
    for _ in 0..seconds {
        tokio::time::sleep(Duration::from_secs(1)).await;
        bar.inc(1);
        let heard = arena.ears.lock().unwrap_or_else(PoisonError::into_inner);
        let acknowledged = heard.records.values().filter(|record| record.acknowledged.is_some()).count();
        bar.set_message(format!("{} kills, {acknowledged} calls acknowledged", heard.kills));
    }
    // every place looks at it
    let _ = over.send(true);
    while places.join_next().await.is_some() {}
    bar.finish_and_clear();
}

/// Runs one process after the other. Half of the calls without a reply are made again by the next one.
async fn one_place(arena: Arena, place: u32, mut over: tokio::sync::watch::Receiver<bool>) {
    let mut draw = Draw::new(arena.order.seed, &format!("place-{place}"));
    let mut unheard: Vec<Call> = Vec::new();
    for generation in 0_u32.. {
        let name = format!("p{place}g{generation}");
        let again: Vec<Call> =
            std::mem::take(&mut unheard).into_iter().filter(|_| draw.below(2) == 0).collect();
        let count = u64::try_from(again.len()).unwrap_or(0);
        let jumps = place % 2 == 1;
        let orders = Orders {
            url: arena.url.clone(),
            book: arena.book.to_string(),
            name: name.clone(),
            seed: arena.order.seed,
            jumps,
            again,
        };
        let lived = live(&arena, &orders, Duration::from_millis(10 + draw.below(700)), &mut over).await;
        let mut heard = arena.ears.lock().unwrap_or_else(PoisonError::into_inner);
        heard.again += count;
        match lived {
            Ok(killed) => heard.kills += u64::from(killed),
            Err(what) => heard.wrong.push(format!("process {name}: {what}")),
        }
        let of_mine =
            heard.records.values().filter(|record| record.call.id().starts_with(&format!("{name}-")));
        let lost = of_mine.filter(|record| record.acknowledged.is_none() && record.refused.is_none());
        unheard.extend(lost.map(|record| record.call.clone()));
        if *over.borrow() {
            return;
        }
    }
}

/// A process from birth to death: killed after a while, or stopped when the time is over.
async fn live(
    arena: &Arena,
    orders: &Orders,
    after: Duration,
    over: &mut tokio::sync::watch::Receiver<bool>,
) -> Result<bool, String> {
    let mut child = start(arena).map_err(|error| error.to_string())?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("it has no pipes".to_owned());
    };
    let line = serde_json::to_string(orders).map_err(|error| error.to_string())?;
    input.write_all(format!("{line}\n").as_bytes()).await.map_err(|error| error.to_string())?;
    let (born, birth) = tokio::sync::oneshot::channel();
    let listening = tokio::spawn(listen(output, arena.ears.clone(), born));
    let born = tokio::time::timeout(PATIENCE, birth).await.is_ok_and(|birth| birth.is_ok());
    let killed = tokio::select! {
        () = tokio::time::sleep(after) => true,
        _ = over.wait_for(|over| *over) => false,
    };
    if killed && born {
        child.kill().await.map_err(|error| error.to_string())?;
    } else {
        drop(input);
        let ended = tokio::time::timeout(PATIENCE, child.wait()).await;
        match ended {
            Ok(Ok(status)) if status.success() => {}
            Ok(Ok(status)) => return Err(format!("it ended by itself: {status}")),
            Ok(Err(error)) => return Err(error.to_string()),
            Err(_) => return Err("it does not stop".to_owned()),
        }
    }
    listening.await.map_err(|error| error.to_string())?;
    Ok(killed && born)
}

fn start(arena: &Arena) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["torture", "--child", "--seed", &arena.order.seed.to_string()]);
    if let Some(schema) = &arena.order.names {
        command.args(["--schema", schema]);
    }
    // the store comes by the pipe: its URL may hold a password, and arguments are seen by everybody
    command.env_remove("EARNEST_STORE").env_remove("DATABASE_URL");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()
}

/// Reads the reports of a process to their end; the content of a pipe outlives its writer.
async fn listen(output: tokio::process::ChildStdout, ears: Ears, born: tokio::sync::oneshot::Sender<()>) {
    let mut lines = BufReader::new(output).lines();
    let mut born = Some(born);
    while let Ok(Some(line)) = lines.next_line().await {
        // a line that was cut by the kill is ignored
        let Ok(message) = serde_json::from_str::<Message>(&line) else { continue };
        let mut heard = ears.lock().unwrap_or_else(PoisonError::into_inner);
        match message {
            Message::Ready => {
                // the receiver may be gone
                let _ = born.take().map(|born| born.send(()));
            }
            Message::Tries(call) => {
                let id = call.id().to_owned();
                heard.records.entry(id).or_insert(Record { call, acknowledged: None, refused: None });
            }
            Message::Acknowledged(id, made) => {
                if let Some(record) = heard.records.get_mut(&id) {
                    record.acknowledged = Some(made);
                }
            }
            Message::Refused(id, code) => {
                if let Some(record) = heard.records.get_mut(&id) {
                    record.refused = Some(code);
                }
            }
            Message::Dropped(_) => heard.dropped += 1,
            Message::Unserved(..) => heard.unserved += 1,
        }
    }
}

fn say(
    context: &Context,
    order: &Torture,
    shown: &str,
    heard: &Heard,
    report: &Report,
) -> Result<(), Failure> {
    let say = context.say;
    let acknowledged = heard.records.values().filter(|record| record.acknowledged.is_some()).count();
    let refused = heard.records.values().filter(|record| record.refused.is_some()).count();
    let ok = report.findings.is_empty();
    let document = json!({
        "ok": ok, "store": shown, "seconds": order.seconds, "seed": order.seed, "processes": order.processes,
        "kills": heard.kills, "operations": heard.records.len(), "acknowledged": acknowledged,
        "refused": refused, "dropped_callers": heard.dropped, "unserved": heard.unserved,
        "made_again": heard.again, "unacknowledged_applied": report.applied,
        "unacknowledged_absent": report.absent, "transfers": report.transfers, "lost": report.lost,
        "doubled": report.doubled, "torn": report.torn, "invariants": report.invariants,
        "found": report.findings,
    });
    let text = format!(
        "{shown}: {} s, {} processes, seed {}\n  {} processes killed, {} callers dropped, {} calls made again\n  \
         {} calls: {acknowledged} acknowledged, {refused} refused; {} were not heard of: {} whole, {} absent\n  \
         {} lost, {} doubled, {} torn; {} transfers, {} invariants recomputed",
        order.seconds,
        order.processes,
        order.seed,
        heard.kills,
        heard.dropped,
        heard.again,
        heard.records.len(),
        report.applied + report.absent,
        report.applied,
        report.absent,
        report.lost,
        report.doubled,
        report.torn,
        report.transfers,
        report.invariants,
    );
    say.either(&document, text)?;
    if ok {
        return Ok(());
    }
    for what in report.findings.iter().filter(|_| !say.json) {
        say.line(say.paint(Paint::Bad, &format!("  ✗ {what}")))?;
    }
    Err(Failure::Reported)
}
