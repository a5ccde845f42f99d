//! The worker of an application before doubles of gateways: it leases calls, sends them, reports, and is
//! killed where that hurts.

use super::double::Double;
use super::{all_of, leases, said, together};
use crate::support::{Stage, Value, json};

/// The calls of one lease, and so what a killed worker leaves behind at most.
const BATCH: u32 = 16;
/// The codes that refuse a report that came too late; for questions alone, because another worker may have
/// them.
const TOO_LATE: [&str; 2] = ["version_conflict", "transition_not_allowed"];

/// Something to report. `counts` says that nobody may refuse it.
struct Report {
    name: &'static str,
    args: Value,
    counts: bool,
}

pub(super) struct Worker {
    gateways: Vec<&'static str>,
    jobs: u32,
    /// How often it is still killed, and at every which job.
    kills: u32,
    every: u32,
    killed: u32,
    /// Reports that killed workers had heard, and when their successor makes them.
    belated: Vec<(i64, Report)>,
}

impl Worker {
    pub(super) const fn of(gateways: Vec<&'static str>) -> Self {
        Self { gateways, jobs: 0, kills: 0, every: 1, killed: 0, belated: Vec::new() }
    }

    /// One that is killed so often, at every so many jobs.
    pub(super) fn dying(self, times: u32, every: u32) -> Self {
        Self { kills: times, every, ..self }
    }

    pub(super) const fn killed(&self) -> u32 {
        self.killed
    }

    /// Works, and passes on news, until nothing is under way any more, however much time that takes.
    pub(super) async fn run(&mut self, stage: &Stage, double: &mut Double) {
        let mut idle = 0;
        for _ in 0..10_000 {
            let now = stage.clock.now().micros();
            double.arrive(now);
            let mut reports = self.work(stage, double, now).await;
            let news = double.news(now).into_iter();
            reports.extend(news.map(|args| Report { name: "payments.report", args, counts: true }));
            // they were put off by the same time, so the first is due first
            let due = self.belated.partition_point(|(at, _)| *at <= now);
            reports.extend(self.belated.drain(..due).map(|(_, report)| report));
            if reports.is_empty() {
                if self.belated.is_empty() && double.is_quiet() && is_over(stage).await {
                    return;
                }
                idle += 1;
                stage.advance(match idle {
                    0..=5 => "PT20S",
                    6..=15 => "PT3M",
                    _ => "PT7H",
                });
                stage.ok("jobs.run_due", json!({})).await;
                continue;
            }
            idle = 0;
            report(stage, reports).await;
            stage.advance("PT1S");
        }
        let open = all_of(stage, "payments.list", json!({ "unsettled": true })).await;
        panic!("it does not end: {open:#?}");
    }

    /// Sends what is due, and answers what there is to report.
    async fn work(&mut self, stage: &Stage, double: &mut Double, now: i64) -> Vec<Report> {
        let mut reports = Vec::new();
        for job in leases(stage, &self.gateways, BATCH).await {
            self.jobs += 1;
            if self.kills > 0 && self.jobs.is_multiple_of(self.every) {
                self.kill(&job, double, now);
                // it had more, which nobody has begun
                break;
            }
            let heard = double.call(&job, now);
            if heard.is_some() || double.hits(50) {
                reports.push(Report::of(&job, heard));
            } else {
                // a worker that waits for an answer until its lease ends
                double.count("lapsed");
            }
        }
        reports
    }

    /// In turn: before it sends, after it has sent, after the answer, and before it has reported.
    fn kill(&mut self, job: &Value, double: &mut Double, now: i64) {
        match self.killed % 4 {
            0 => {}
            1 => double.send(job, now),
            2 => drop(double.call(job, now)),
            _ => {
                if let Some(heard) = double.call(job, now) {
                    self.belated.push((now + 90_000_000, Report::of(job, Some(heard))));
                }
            }
        }
        self.kills -= 1;
        self.killed += 1;
    }
}

impl Report {
    fn of(job: &Value, heard: Option<Value>) -> Self {
        let counts = job["payload"]["call"] != "query";
        match heard {
            Some(result) => {
                Self { name: "jobs.complete", args: said(job, &json!({ "result": result })), counts }
            }
            None => Self { name: "jobs.fail", args: said(job, &json!({ "error": "no answer" })), counts },
        }
    }
}

/// All at once, as several workers and a web server do.
async fn report(stage: &Stage, reports: Vec<Report>) {
    let calls = reports.iter().map(|report| (report.name, report.args.clone())).collect();
    let outcomes = together(stage, calls).await;
    for (report, outcome) in reports.iter().zip(outcomes) {
        let Err(error) = outcome else { continue };
        let is_late = !report.counts && TOO_LATE.contains(&error.code().as_str());
        assert!(is_late, "{} {}: {error} {:?}", report.name, report.args, error.details());
    }
}

/// No call waits, and none is under way.
async fn is_over(stage: &Stage) -> bool {
    let stats = stage.ok("jobs.stats", json!({})).await;
    let kinds = stats["kinds"].as_array().unwrap().iter();
    let mut of_gateways = kinds.filter(|kind| kind["kind"].as_str().unwrap().starts_with("gateway."));
    of_gateways.all(|kind| kind["queued"] == 0 && kind["leased"] == 0)
}
