//! The stages of an operation: what it claims, what it does outside, and how it settles.

use std::future::Future;

use crate::error::Result;

/// An operation of several commits. What is claimed counts, whatever becomes of the rest.
pub(super) trait Staged: Send + Sync {
    /// What the first commit came to.
    type Claimed: Send + Sync;
    /// What the work came to.
    type Worked: Send;
    /// The answer to the caller.
    type Reply: Send;

    /// Judges and counts, in a commit of its own, before anything is done that it allows.
    fn claim(&self) -> impl Future<Output = Result<Self::Claimed>> + Send;

    /// Does the work, outside every group: it may take long.
    fn outside(&self, claimed: &Self::Claimed) -> impl Future<Output = Result<Self::Worked>> + Send;

    /// Writes what the work came to, in another commit, if there is something to write.
    fn settle(
        &self,
        claimed: Self::Claimed,
        worked: Self::Worked,
    ) -> impl Future<Output = Result<Self::Reply>> + Send;

    /// Goes through all stages, or up to the first that refuses.
    fn done(&self) -> impl Future<Output = Result<Self::Reply>> + Send {
        async move {
            let claimed = self.claim().await?;
            let worked = self.outside(&claimed).await?;
            self.settle(claimed, worked).await
        }
    }
}
