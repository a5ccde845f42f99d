//! Parses requests about disputes into operations.

use super::decide::{Act, DisputeAction, OpenDispute};
use super::model::Type;
use crate::dispute::requests::{
    AddEvidence, DisputeDeal, InvestigateDispute, ResolveDispute, WithdrawDispute,
};
use crate::error::{Error, Result};
use crate::escrow::decide::Move;
use crate::escrow::model::{Ruling, Trigger};
use crate::escrow::queries::ruling;
use crate::ids::{DealId, DisputeId};
use crate::request::note::Note;
use crate::request::record::{Parse, Request, WriteRequest, text};
use crate::request::shape::{amount_of, is_name, text_of};

impl WriteRequest for DisputeDeal {
    type Operation = OpenDispute;
    fn parse(&self, parse: &Parse<'_>) -> Result<OpenDispute> {
        let deal = DealId::request("deal", &self.deal)?;
        let mut act = Move::new(parse.book.clone(), deal, Trigger::Dispute);
        act.reason = text_of("reason", self.reason.as_ref())?;
        act.note = Note::parse(&self.common())?;
        let statement = text("statement", &self.statement)?;
        Ok(OpenDispute { act, kind: Type::request(&self.r#type)?, statement })
    }
}

fn act<R: Request>(request: &R, parse: &Parse<'_>, dispute: &str, step: DisputeAction) -> Result<Act> {
    let (book, dispute) = (parse.book.clone(), DisputeId::request("dispute", dispute)?);
    Ok(Act { book, dispute, step, reason: None, note: Note::parse(&request.common())? })
}

impl WriteRequest for AddEvidence {
    type Operation = Act;
    fn parse(&self, parse: &Parse<'_>) -> Result<Act> {
        if !is_name(&self.kind) {
            return Err(Error::invalid("kind", "must be 1 to 64 of `A-Z a-z 0-9 . _ : -`"));
        }
        let is_hash = |text: &String| {
            text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        if self.sha256.as_ref().is_some_and(|hash| !is_hash(hash)) {
            return Err(Error::invalid("sha256", "must be 64 lower-case hexadecimal digits"));
        }
        let statement = text_of("statement", self.statement.as_ref())?;
        let uri = text_of("uri", self.uri.as_ref())?;
        if statement.is_none() && uri.is_none() && self.sha256.is_none() {
            return Err(Error::invalid("statement", "must be given, or else `sha256` or `uri`"));
        }
        let step = DisputeAction::AddEvidence {
            kind: self.kind.clone(),
            statement,
            sha256: self.sha256.clone(),
            uri,
        };
        act(self, parse, &self.dispute, step)
    }
}

impl WriteRequest for InvestigateDispute {
    type Operation = Act;
    fn parse(&self, parse: &Parse<'_>) -> Result<Act> {
        act(self, parse, &self.dispute, DisputeAction::Investigate)
    }
}

impl WriteRequest for WithdrawDispute {
    type Operation = Act;
    fn parse(&self, parse: &Parse<'_>) -> Result<Act> {
        let mut withdraw = act(self, parse, &self.dispute, DisputeAction::Withdraw)?;
        withdraw.reason = text_of("reason", self.reason.as_ref())?;
        Ok(withdraw)
    }
}

impl WriteRequest for ResolveDispute {
    type Operation = Act;
    fn parse(&self, parse: &Parse<'_>) -> Result<Act> {
        let ruling = ruling(&self.outcome)?;
        let refund = amount_of("refund", self.refund.as_ref(), parse)?;
        match (ruling, refund) {
            (Ruling::Split, None) => return Err(Error::invalid("refund", "must be given for a split")),
            (Ruling::Release, Some(_)) => {
                return Err(Error::invalid("refund", "must not be given when all is released"));
            }
            _ => {}
        }
        let resolution = text("resolution", &self.resolution)?;
        act(self, parse, &self.dispute, DisputeAction::Resolve { ruling, refund, resolution })
    }
}
