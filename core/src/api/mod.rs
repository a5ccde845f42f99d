//! The interface for callers: operations, requests and views, each declared once.

mod background;
pub mod batch;
mod domains;
mod open;
pub mod operations;
pub mod requests;
pub mod views;
