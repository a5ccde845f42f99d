//! Requests: records with a shape and bounds, who makes them, and what reads are given.

pub mod address;
pub mod bounds;
pub mod diagram;
pub mod domain;
pub mod dry_run;
pub mod erased;
pub mod field;
pub mod info;
pub mod json;
pub(crate) mod lists;
pub mod normal;
pub mod note;
pub mod page;
pub mod pages;
pub mod parsed;
pub mod proof;
pub mod reading;
pub mod record;
pub mod referred;
pub mod said;
pub mod scope;
pub mod secret;
pub mod shape;
pub mod strict;
pub mod texts;
pub(crate) mod view;
