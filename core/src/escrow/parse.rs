//! Parses requests about a deal into the one operation that moves it.

use super::decide::Move;
use super::model::{Deadline, Trigger};
use crate::error::{Error, Result};
use crate::escrow::requests::{
    AcceptDeal, ApproveRefund, CancelDeal, ConfirmDeal, DeliverDeal, ExtendDeal, PayDeal, RefuseRefund,
    ReleasePart, RequestRefund, SecureDeal, ShipDeal,
};
use crate::ids::DealId;
use crate::request::note::Note;
use crate::request::record::{Parse, Request, WriteRequest};
use crate::request::shape::{amount_of, text_of};

/// Reads what every trigger of a caller has.
fn read<R: Request>(
    request: &R,
    parse: &Parse<'_>,
    trigger: Trigger,
    deal: &str,
    reason: Option<&String>,
) -> Result<Move> {
    let deal = DealId::request("deal", deal)?;
    let mut read = Move::new(parse.book.clone(), deal, trigger);
    read.reason = text_of("reason", reason)?;
    read.note = Note::parse(&request.common())?;
    Ok(read)
}

macro_rules! pulls {
    ($request:ty, $trigger:ident) => {
        impl WriteRequest for $request {
            type Operation = Move;
            fn parse(&self, parse: &Parse<'_>) -> Result<Move> {
                read(self, parse, Trigger::$trigger, &self.deal, self.reason.as_ref())
            }
        }
    };
}
pulls!(SecureDeal, Secure);
pulls!(AcceptDeal, Accept);
pulls!(DeliverDeal, Deliver);
pulls!(ConfirmDeal, Confirm);
pulls!(CancelDeal, Cancel);
pulls!(ApproveRefund, ApproveRefund);

impl WriteRequest for RequestRefund {
    type Operation = Move;
    fn parse(&self, parse: &Parse<'_>) -> Result<Move> {
        let mut ask = read(self, parse, Trigger::RequestRefund, &self.deal, Some(&self.reason))?;
        ask.args.amount = amount_of("amount", self.amount.as_ref(), parse)?;
        Ok(ask)
    }
}

impl WriteRequest for RefuseRefund {
    type Operation = Move;
    fn parse(&self, parse: &Parse<'_>) -> Result<Move> {
        read(self, parse, Trigger::RefuseRefund, &self.deal, Some(&self.reason))
    }
}

impl WriteRequest for ReleasePart {
    type Operation = Move;
    fn parse(&self, parse: &Parse<'_>) -> Result<Move> {
        let mut part = read(self, parse, Trigger::ReleasePart, &self.deal, self.reason.as_ref())?;
        part.args.amount = amount_of("amount", self.amount.as_ref(), parse)?;
        part.args.milestone = text_of("milestone", self.milestone.as_ref())?;
        if part.args.amount.is_some() == part.args.milestone.is_some() {
            return Err(Error::invalid("amount", "must be given, or else `milestone`"));
        }
        Ok(part)
    }
}

impl WriteRequest for ExtendDeal {
    type Operation = Move;
    fn parse(&self, parse: &Parse<'_>) -> Result<Move> {
        let mut extend = read(self, parse, Trigger::Extend, &self.deal, self.reason.as_ref())?;
        let given = [
            (Deadline::PayBy, self.pay_by),
            (Deadline::ShipBy, self.ship_by),
            (Deadline::DeliverBy, self.deliver_by),
            (Deadline::ReleaseAt, self.release_at),
        ];
        let mut given = given.into_iter().filter_map(|(deadline, at)| Some((deadline, at?)));
        match (given.next(), given.next()) {
            (Some(one), None) => extend.args.until = Some(one),
            _ => return Err(Error::invalid("pay_by", "must be given, or else one of the other deadlines")),
        }
        Ok(extend)
    }
}

impl WriteRequest for PayDeal {
    type Operation = Move;
    fn parse(&self, parse: &Parse<'_>) -> Result<Move> {
        let mut pay = read(self, parse, Trigger::Pay, &self.deal, self.reason.as_ref())?;
        pay.args.secure = self.secure.unwrap_or(true);
        Ok(pay)
    }
}

impl WriteRequest for ShipDeal {
    type Operation = Move;
    fn parse(&self, parse: &Parse<'_>) -> Result<Move> {
        let mut ship = read(self, parse, Trigger::Ship, &self.deal, self.reason.as_ref())?;
        for (name, value) in [("carrier", &self.carrier), ("tracking", &self.tracking)] {
            ship.texts.extend(text_of(name, value.as_ref())?.map(|value| (name, value)));
        }
        Ok(ship)
    }
}
