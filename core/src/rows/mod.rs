//! The vocabulary between kernel and stores: rows, needs, and writes.

pub mod body;
pub mod codec;
pub mod delta_rows;
pub mod events;
mod fresh;
pub mod identity;
pub mod kinds;
pub mod listing;
pub mod loaded;
pub mod needs;
pub mod object;
pub mod owner;
pub mod private;
pub mod rank;
pub mod row;
pub mod sink;
pub mod tables;
pub mod traced;
pub mod unreadable;
pub mod writes;
