//! What callers see: operations, requests and views, each declared once.

pub mod batch;
pub mod bounds;
pub mod operations;
pub mod query;
pub mod request;
pub mod requests;
pub mod run;
pub mod views;
