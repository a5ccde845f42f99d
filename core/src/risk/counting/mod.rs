//! The counts of rules for each subject: counters, their windows, and the rows that keep them.

pub(in crate::risk) mod clock_regression;
pub mod counter;
pub(in crate::risk) mod counter_blob;
pub mod deltas;
pub mod rate;
pub(in crate::risk) mod states;
pub(in crate::risk) mod varint;
pub mod window;
