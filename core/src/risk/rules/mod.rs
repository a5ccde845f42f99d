//! Rules as data: what a rule says, which of them are in force in a book, and where they come from.

pub mod default_rules;
pub(in crate::risk) mod in_force;
pub(in crate::risk) mod packs;
pub mod parse;
pub mod rule;
pub(in crate::risk) mod rule_set;
