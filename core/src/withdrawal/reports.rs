//! Reads the reports of workers about a chain strictly: the endpoints that count, and the answer of each.

use super::chain::Chain;
use super::judge::num::Num;
use super::judge::quorum::Endpoints;
use super::judge::views::{self, EndpointView, JobView};
use crate::error::{Error, Result};
use crate::ids::{LaneId, WithdrawalId};
use crate::rows::tables::JobRow;

/// The endpoints of a chain, and how many must agree.
pub(super) fn endpoints_of(chain: &Chain) -> Result<Endpoints> {
    let facts = &chain.facts;
    let broken = |_| Error::corrupted(format!("the number of chain {}", facts.id));
    let chain_id = Num::parse(&facts.chain_id).map_err(broken)?;
    Ok(Endpoints::new(&facts.endpoints, chain_id, facts.quorum))
}

/// The views of a report.
pub(super) fn views_of<T: JobView>(job: &JobRow) -> Result<Vec<EndpointView<T>>> {
    let missing = || Error::invalid("result", "must have `views`");
    let result = job.result.as_deref().ok_or_else(missing)?;
    views::read_text(result).map_err(|wrong| Error::invalid(wrong.field, wrong.reason))
}

/// The object of a job, read from its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobOf {
    Withdrawal(WithdrawalId),
    /// A lane, whose nonces it watches.
    Lane(LaneId),
    /// Neither of these: a chain, which may have any name.
    Other,
}

impl JobOf {
    /// Reads the key of a job.
    pub(super) fn of(job: &JobRow) -> Self {
        let object = job.outside_key.split(':').next().unwrap_or_default();
        match (job.kind.as_ref(), object.parse(), object.parse()) {
            ("chain.facts", _, _) => Self::Other,
            (_, Ok(withdrawal), _) => Self::Withdrawal(withdrawal),
            (_, _, Ok(lane)) => Self::Lane(lane),
            _ => Self::Other,
        }
    }
}
