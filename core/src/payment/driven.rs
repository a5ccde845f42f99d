//! Runs the calls of a gateway by its built-in driver.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use super::merchant::unsent;
use super::model::{GatewayCall, GatewayOutcome};
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::GatewayRequest;
use crate::gateway::caller_of;
use crate::gateway::drive::{AskedPause, Door, Drive};
use crate::gateway::pause::pause_after;
use crate::http::client::Client;
use crate::jobs::decide::pause as own_pause;
use crate::jobs::handler::{Failed, Handler, Inside};
use crate::jobs::views::Job;
use crate::request::domain::JobManner;
use crate::request::texts::masked;
use crate::time::{Span, Time};

/// A pause that a gateway asks for.
struct PauseFrom {
    pause: Span,
    now: Time,
}

/// The report of a call, with the pause that the gateway asks for.
fn report(
    job: &Job,
    call: GatewayCall,
    said: DriverReply,
    asked: Option<PauseFrom>,
) -> Result<Value, Failed> {
    let pause = asked.as_ref().map(|asked| asked.pause);
    match said {
        DriverReply::Answer(answer) if answer.told == GatewayOutcome::Unsent => {
            Ok(answer.retry_after(pause).to_result())
        }
        DriverReply::Answer(answer) => Ok(answer.to_result()),
        // a question is asked again by itself
        DriverReply::Unknown(why) if call == GatewayCall::Query => {
            let failed = Failed::new(masked(&why));
            let Some(asked) = asked else { return Err(failed) };
            let own = own_pause(job.attempts, *job.id.uuid().as_bytes(), &JobManner::default());
            let at = asked.now.checked_add(pause_after(pause, own)).unwrap_or(asked.now);
            Err(failed.retry_at(at))
        }
        DriverReply::Unknown(why) => match pause {
            None => Err(Failed::new(masked(&why))),
            Some(_) => {
                tracing::warn!(job = %job.id, why = %masked(&why), "a gateway asks for a pause");
                Ok(GatewayAnswer::of(GatewayOutcome::Unknown).retry_after(pause).to_result())
            }
        },
        // it is asked about by its reference
        DriverReply::Lost { reference, .. } => {
            let answer = GatewayAnswer::of(GatewayOutcome::Unknown).reference(reference);
            Ok(answer.retry_after(pause).to_result())
        }
    }
}

/// The handler of the calls of a gateway.
pub(crate) struct Driven {
    drive: Drive,
    client: Client,
}

impl Driven {
    /// A handler with these settings.
    pub(crate) fn handler(drive: Drive) -> Arc<dyn Handler> {
        let client = drive.client();
        Arc::new(Self { drive, client })
    }
}

#[async_trait]
impl Handler for Driven {
    async fn run(&self, job: &Job) -> Result<Value, Failed> {
        unsent(job, "a driver runs inside an engine")
    }

    async fn run_inside(&self, job: &Job, inside: &Inside) -> Result<Value, Failed> {
        let (Some(account), Some(driver)) = (&inside.gateway, inside.driver) else {
            return self.run(job).await;
        };
        let Some(caller) = caller_of(driver) else {
            return unsent(job, "no driver that is built in talks to the gateway");
        };
        let call = match GatewayRequest::of(&job.key, &job.payload, &inside.currencies) {
            Ok(call) => call,
            Err(error) => return unsent(job, &error.message()),
        };
        let (asked, now) = (AskedPause::default(), inside.now);
        let door = Door { client: &self.client, account, base: self.drive.base(), now, pause: &asked };
        let said = match call.call {
            GatewayCall::Query => caller.settle(&door, &call).await,
            _ => caller.send(&door, &call).await,
        };
        report(job, call.call, said, asked.get().map(|pause| PauseFrom { pause, now }))
    }

    fn is_driver(&self) -> bool {
        true
    }

    fn has_counterparties(&self) -> bool {
        true
    }

    /// The merchant: each book has one of its own at a gateway.
    fn counterparty(&self, book: &str, _: &Value) -> Option<String> {
        Some(book.to_owned())
    }

    fn book(&self) -> Option<&str> {
        self.drive.book()
    }
}
