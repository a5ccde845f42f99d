//! What callers see: operations, requests and views, each declared once.

pub mod batch;
pub mod operations;
pub mod requests;
pub mod views;
