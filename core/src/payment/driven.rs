//! Runs the calls of a gateway by its built-in driver.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use super::cards::masked;
use super::merchant::unsent;
use super::model::{GatewayCall, Told};
use crate::gateway::answer::{GatewayAnswer, Spoken};
use crate::gateway::call::GatewayRequest;
use crate::gateway::caller_of;
use crate::gateway::drive::{Door, Drive};
use crate::http::client::Client;
use crate::jobs::handler::{Failed, Handler, Inside};
use crate::jobs::views::Job;

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
        let door = Door { client: &self.client, account, base: self.drive.base(), now: inside.now };
        let said = match call.call {
            GatewayCall::Query => caller.settle(&door, &call).await,
            _ => caller.send(&door, &call).await,
        };
        match said {
            Spoken::Answer(answer) => Ok(answer.to_result()),
            Spoken::Unknown(why) => Err(Failed::new(masked(&why))),
            // it is asked about by its reference
            Spoken::Lost { reference, .. } => {
                Ok(GatewayAnswer::of(Told::Unknown).reference(reference).to_result())
            }
        }
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
