//! Parts that the command line uses beyond the public interface: for no other use, and they may change at any
//! time.
//!
//! `core/tests/tidy/floors.rs` refuses a command line that uses anything else that is hidden.

pub use crate::api::CONTRACT;
pub use crate::api::arguments::most_members;
pub use crate::api::codes::of_every_call as is_of_every_call;
pub use crate::api::examples::STORY;
#[cfg(feature = "chain")]
pub use crate::chain::JOBS as CHAIN_JOBS;
pub use crate::engine::environment::{currency_and_places, options_beside, variable};
#[cfg(feature = "sqlite")]
pub use crate::engine::file_url::file_of;
pub use crate::engine::store_url::store_alone;
pub use crate::error::IN_OWN;
pub use crate::escrow::diagram::svg as deal_svg;
pub use crate::kernel::identity::KeyRetention;
pub use crate::kernel::permit::Who;
pub use crate::ledger::limits::calendar::Zone;
pub use crate::pipeline::sequencer::sweep;
pub use crate::receipt::{STYLE, accounts_of};
pub use crate::request::said::said;
pub use crate::request::scope::{HostRule, KeyRule, OperationInfo};
pub use crate::request::strict::object as strict_object;
pub use crate::store::exhausted::{NO_DESCRIPTORS, has_descriptors};
#[cfg(feature = "chain")]
pub use crate::upkeep::chains::check_endpoints;
pub use crate::upkeep::pool::{Pool, Stopping};
pub use crate::upkeep::verify;
#[cfg(feature = "chain")]
pub use crate::withdrawal::compared::{EndpointCheck, EndpointsCheck};
#[cfg(feature = "chain")]
pub use crate::withdrawal::judge::quorum::EndpointStatus;
pub use crate::withdrawal::model::State as WithdrawalState;

/// How texts that others wrote are shown to people.
pub mod readable {
    pub use crate::readable::{json, line, paragraphs};
}
