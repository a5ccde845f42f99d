//! The native half of the Node package `earnest`: requests go in as JSON, replies come out as JSON, and no
//! thread of Rust ever enters JavaScript.
//!
//! Letters to JavaScript arrive in a [`mailbox`]: a thread of the engine puts them there and rings a bell, a
//! function that Node calls on its own thread, and that takes what is there in one go. So an event loop may
//! end while the engine is at work. All else is `earnest-native`'s, which every package of another language
//! has too.

// a macro of napi expands to what the lint means
#![allow(clippy::needless_pass_by_value, reason = "arguments of functions for Node are owned")]

mod engine;
mod hosts;
mod mailbox;
mod values;
