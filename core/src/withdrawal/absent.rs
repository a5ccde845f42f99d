//! Stands in for withdrawals in a build without the feature `signing`: all operations and jobs refuse. A
//! program that cannot read signed bytes back must not send any.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;

use serde_json::Value;

use super::requests::{
    CancelWithdrawal, PauseLane, RequestWithdrawal, ResumeLane, RetireLane, RetryWithdrawal, SetAsset,
    SetChain, SettleWithdrawal, SpeedUpWithdrawal,
};
use super::views::{AssetReply, ChainReply, LaneReply, WithdrawalReply, WithdrawalRequested};
use crate::error::{Error, Result};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::{JobEnd, JobOrder, Leasing, Timer};
use crate::request::record::{Parse, WriteRequest};
use crate::request::scope::Scope;
use crate::rows::needs::Needs;
use crate::rows::tables::{JobRow, RecordRow};
use crate::signing::absent::absent;

/// An operation that is never made.
pub struct NeverMade<R> {
    never: Infallible,
    reply: PhantomData<fn() -> R>,
}

impl<R: Send + 'static> Operation for NeverMade<R> {
    type Reply = R;

    fn needs(&self, _: &Snapshot, _: &mut Needs) {
        match self.never {}
    }

    fn decide(&self, _: &mut Draft<'_>) -> Decided<CreatedIds> {
        let _ = self.reply;
        match self.never {}
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Decided<R> {
        match self.never {}
    }
}

macro_rules! refused {
    ($($request:ty => $reply:ty, $operation:literal;)*) => {$(
        impl WriteRequest for $request {
            type Operation = NeverMade<$reply>;
            fn parse(&self, _: &Parse<'_>) -> Result<NeverMade<$reply>> {
                Err(absent($operation))
            }
            // nothing else is said of it
            fn operation(&self, parse: &Parse<'_>) -> Result<NeverMade<$reply>> {
                self.parse(parse)
            }
        }
    )*};
}

refused! {
    SetChain => ChainReply, "withdrawals.set_chain";
    SetAsset => AssetReply, "withdrawals.set_asset";
    PauseLane => LaneReply, "withdrawals.pause_lane";
    ResumeLane => LaneReply, "withdrawals.resume_lane";
    RetireLane => LaneReply, "withdrawals.retire_lane";
    RequestWithdrawal => WithdrawalRequested, "withdrawals.request";
    CancelWithdrawal => WithdrawalReply, "withdrawals.cancel";
    SpeedUpWithdrawal => WithdrawalReply, "withdrawals.speed_up";
    RetryWithdrawal => WithdrawalReply, "withdrawals.retry";
    SettleWithdrawal => WithdrawalReply, "withdrawals.settle";
}

/// Runs no timer: another process does that.
pub(super) fn due(_: &RecordRow) -> Option<Timer> {
    None
}

/// Names no rows: every job is refused.
pub(super) fn needs(_: &JobRow, _: &Snapshot, _: &mut Needs) {}

/// Leases no job.
pub(super) fn leased(_: &JobRow, _: &mut Draft<'_>) -> Decided<Leasing> {
    Err(absent("jobs.lease").into())
}

/// Shows no job.
pub(super) fn shown(_: &Scope, _: &JobRow, _: &Snapshot) -> Decided<Option<Value>> {
    Err(absent("jobs.lease").into())
}

/// Keeps nothing of a result.
pub(super) fn kept(_: &str) -> Option<Arc<str>> {
    Some("null".into())
}

/// Judges no report.
pub(super) fn ended(_: &JobRow, _: JobEnd, _: &mut Draft<'_>) -> Decided<()> {
    Err(absent("jobs.complete").into())
}

/// Refuses orders about a job: only the withdrawal decides about its jobs.
pub(super) fn ordered(_: JobOrder) -> Error {
    Error::not_permitted("a job of a withdrawal is neither retried nor discarded")
}
