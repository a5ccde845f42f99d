//! Reviews: calls that people look at before they take place.

pub mod operations;
pub mod review;
pub mod state;
