//! Operations of several commits, with work between them that stops nobody: PINs, signatures, rotations of
//! keys, and sinks.
//!
//! PINs, signatures and rotations are `Staged` (`stages.rs`): each claims in a first commit, works outside
//! every group, and settles in another commit. A `Visit` (`visit.rs`) makes the commits, each as a call of
//! its own. Sinks, which look again and again before they commit, and lanes need the visit alone.

pub mod chains;
#[cfg(feature = "signing")]
pub mod lanes;
#[cfg(not(feature = "signing"))]
#[path = "lanes_absent.rs"]
pub mod lanes;
pub mod pins;
pub mod rewrap;
#[cfg(feature = "signing")]
pub mod signer;
#[cfg(feature = "signing")]
pub mod signing;
#[cfg(not(feature = "signing"))]
#[path = "signing_absent.rs"]
pub mod signing;
pub mod sinks;
mod stages;
mod visit;
