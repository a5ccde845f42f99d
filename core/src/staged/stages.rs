//! The stages of an operation: what it claims, what it does outside, and how it settles.

use std::future::Future;

use crate::error::Result;

/// An operation of several commits. A claim counts, whatever becomes of the later stages.
pub(super) trait Staged: Send + Sync {
    /// The result of the first commit.
    type Claimed: Send + Sync;
    /// The result of the work outside.
    type Worked: Send;
    /// The answer to the caller.
    type Reply: Send;

    /// Judges and counts in a commit of its own, before the work is done that it allows.
    fn claim(&self) -> impl Future<Output = Result<Self::Claimed>> + Send;

    /// Does the work outside every group. It may take long.
    fn outside(&self, claimed: &Self::Claimed) -> impl Future<Output = Result<Self::Worked>> + Send;

    /// Writes the result of the work in another commit, if there is something to write.
    fn settle(
        &self,
        claimed: Self::Claimed,
        worked: Self::Worked,
    ) -> impl Future<Output = Result<Self::Reply>> + Send;

    /// Runs all stages, up to the first that refuses.
    fn done(&self) -> impl Future<Output = Result<Self::Reply>> + Send {
        async move {
            let claimed = self.claim().await?;
            let worked = self.outside(&claimed).await?;
            self.settle(claimed, worked).await
        }
    }
}
