//! Workers that talk to the gateways: they lease calls, send them, and report, lose, delay or double what
//! they heard. One of two bugs may be planted in them.

use std::time::Duration;

use earnest::{Engine, Error};
use serde_json::{Value, json};

use super::double::Double;
use super::world::{SECONDS, World};
use super::{CARD, SECOND};
use crate::simulation::world::Draw;

/// A bug that workers have on purpose, to see that it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    Nothing,
    /// A call without an answer is sent again under a new key, though the first may have arrived.
    BlindResend,
    /// An authorize without an answer is sent to the other gateway, though the first may have the money.
    FallbackWhileUnknown,
}

/// Something to tell the engine. `counts` says that nobody may refuse it.
#[derive(Clone, Debug)]
pub(super) struct Report {
    name: &'static str,
    args: Value,
    counts: bool,
}

impl Report {
    /// Builds the report of what was heard of a call, or that nothing was.
    fn of(job: &Value, heard: Option<Value>) -> Self {
        let mut args = json!({ "job": job["id"], "fence": job["fence"] });
        // that nothing was heard is known already where the lease has ended
        let counts = heard.is_some() && job["payload"]["call"] != "query";
        let name = match heard {
            Some(result) => {
                args["result"] = result;
                "jobs.complete"
            }
            None => {
                args["error"] = "no answer".into();
                "jobs.fail"
            }
        };
        Self { name, args, counts }
    }

    const fn news(args: Value) -> Self {
        Self { name: "payments.report", args, counts: true }
    }

    /// Whether it may be refused with this. `again`: it was told before.
    fn may_be_refused(&self, error: &Error, again: bool) -> bool {
        let too_late = ["version_conflict", "transition_not_allowed"].contains(&error.code().as_str());
        too_late && (again || !self.counts)
    }
}

pub(super) struct Worker {
    draw: Draw,
    bug: Bug,
    /// Whether it loses no work of its own any more.
    careful: bool,
}

impl Worker {
    pub(super) fn new(seed: u64, bug: Bug) -> Self {
        Self { draw: Draw::new(seed), bug, careful: false }
    }

    pub(super) const fn be_careful(&mut self) {
        self.careful = true;
    }

    /// Looks for calls so many times.
    pub(super) async fn work(&mut self, world: &World, bank: &Engine, turns: u64) {
        for _ in 0..turns {
            tokio::time::sleep(Duration::from_millis(self.draw.below(30))).await;
            self.turn(world, bank).await;
        }
    }

    /// Sends what is due, and tells what there is to tell; whether there was anything.
    pub(super) async fn turn(&mut self, world: &World, bank: &Engine) -> bool {
        let now = world.now();
        world.shared.double.lock().unwrap().arrive(now);
        let kinds = [CARD, SECOND].map(|gateway| format!("gateway.{gateway}"));
        let lease = json!({ "kinds": kinds, "limit": 1 + self.draw.below(4), "for": "PT1M" });
        let leased = bank.call("jobs.lease", lease).await.unwrap_or_default();
        let jobs = leased["jobs"].as_array().cloned().unwrap_or_default();
        let mut reports = Vec::new();
        for job in &jobs {
            reports.extend(self.send(world, job, now));
        }
        reports.extend(world.shared.double.lock().unwrap().news(now).into_iter().map(Report::news));
        {
            let mut belated = world.shared.belated.lock().unwrap();
            let all = std::mem::take(&mut *belated).into_iter();
            let (due, later): (Vec<_>, Vec<_>) = all.partition(|(at, _)| *at <= now);
            *belated = later;
            reports.extend(due.into_iter().map(|(_, report)| report));
        }
        let any = !jobs.is_empty() || !reports.is_empty();
        for report in reports {
            self.tell(world, bank, report).await;
        }
        any
    }

    /// Sends a call; what there is to report now.
    fn send(&mut self, world: &World, job: &Value, now: i64) -> Option<Report> {
        let mut double = world.shared.double.lock().unwrap();
        match self.draw.below(20) {
            // killed before it sends, or behind that
            0 if !self.careful => {
                double.count("abandoned");
                return None;
            }
            1 if !self.careful => {
                double.count("abandoned");
                double.send(job, now);
                return None;
            }
            _ => {}
        }
        let mut heard = double.call(job, now);
        if heard.is_none() {
            heard = self.misbehave(&mut double, job, now);
        }
        if heard.is_none() && double.hits(50) {
            // it waits until its lease ends
            double.count("lapsed");
            return None;
        }
        let report = Report::of(job, heard);
        if self.draw.below(6) > 0 {
            return Some(report);
        }
        double.count("belated reports");
        drop(double);
        let at = now + (1 + i64::try_from(self.draw.below(120)).unwrap()) * SECONDS;
        world.shared.belated.lock().unwrap().push((at, report));
        None
    }

    /// Sends a call again, as a worker with a bug does, and returns what it hears then.
    fn misbehave(&self, double: &mut Double, job: &Value, now: i64) -> Option<Value> {
        let call = job["payload"]["call"].as_str().unwrap();
        let mut again = job.clone();
        match self.bug {
            Bug::BlindResend if call != "query" => {}
            Bug::FallbackWhileUnknown if call == "authorize" => {
                let is_card = job["kind"] == format!("gateway.{CARD}");
                again["kind"] = format!("gateway.{}", if is_card { SECOND } else { CARD }).into();
            }
            _ => return None,
        }
        again["key"] = format!("{}-again", job["key"].as_str().unwrap()).into();
        double.call(&again, now)
    }

    /// Tells it until somebody has answered, now and then twice at once.
    async fn tell(&mut self, world: &World, bank: &Engine, report: Report) {
        let doubled = self.draw.below(8) == 0;
        let mut again = doubled;
        for _ in 0..20 {
            let answer = if doubled {
                let (one, other) = tokio::join!(
                    bank.call(report.name, report.args.clone()),
                    bank.call(report.name, report.args.clone())
                );
                // one of the two was first
                one.or(other)
            } else {
                bank.call(report.name, report.args.clone()).await
            };
            match answer {
                Ok(_) => return,
                Err(error) if error.retryable() => {
                    world.count("without an answer");
                    // it may have been done
                    again = true;
                    tokio::time::sleep(Duration::from_millis(25)).await;
                }
                Err(error) => {
                    let allowed = report.may_be_refused(&error, again);
                    assert!(allowed, "{} {}: {error} {:?}", report.name, report.args, error.details());
                    return;
                }
            }
        }
        let at = world.now();
        world.shared.belated.lock().unwrap().push((at, report));
    }
}
