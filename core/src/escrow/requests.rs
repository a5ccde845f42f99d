//! What callers ask of a deal, read into the one operation that moves it.

use std::sync::Arc;

use super::decide::Move;
use super::model::Trigger;
use crate::api::request::{Parse, Request, WriteRequest, text};
use crate::api::requests::{AcceptDeal, CancelDeal, ConfirmDeal, DeliverDeal, PayDeal, SecureDeal, ShipDeal};
use crate::error::Result;
use crate::ids::DealId;
use crate::ledger::model::Note;

/// Reads what every trigger of a caller has.
fn read<R: Request>(
    request: &R,
    parse: &Parse<'_>,
    trigger: Trigger,
    (deal, reason): (&str, Option<&String>),
) -> Result<Move> {
    let deal = DealId::request("deal", deal)?;
    let mut read = Move::new(parse.book.clone(), deal, trigger);
    read.reason = optional("reason", reason, 1000)?;
    read.note = Note::parse(&request.common())?;
    Ok(read)
}

fn optional(field: &str, value: Option<&String>, limit: usize) -> Result<Option<Arc<str>>> {
    value.map(|value| text(field, value, limit)).transpose()
}

macro_rules! pulls {
    ($request:ty, $trigger:ident) => {
        impl WriteRequest for $request {
            type Operation = Move;
            fn parse(&self, parse: &Parse<'_>) -> Result<Move> {
                read(self, parse, Trigger::$trigger, (&self.deal, self.reason.as_ref()))
            }
        }
    };
}
pulls!(SecureDeal, Secure);
pulls!(AcceptDeal, Accept);
pulls!(DeliverDeal, Deliver);
pulls!(ConfirmDeal, Confirm);
pulls!(CancelDeal, Cancel);

impl WriteRequest for PayDeal {
    type Operation = Move;
    fn parse(&self, parse: &Parse<'_>) -> Result<Move> {
        let mut pay = read(self, parse, Trigger::Pay, (&self.deal, self.reason.as_ref()))?;
        pay.secure = self.secure.unwrap_or(true);
        Ok(pay)
    }
}

impl WriteRequest for ShipDeal {
    type Operation = Move;
    fn parse(&self, parse: &Parse<'_>) -> Result<Move> {
        let mut ship = read(self, parse, Trigger::Ship, (&self.deal, self.reason.as_ref()))?;
        for (name, value) in [("carrier", &self.carrier), ("tracking", &self.tracking)] {
            ship.texts.extend(optional(name, value.as_ref(), 255)?.map(|value| (name, value)));
        }
        Ok(ship)
    }
}
