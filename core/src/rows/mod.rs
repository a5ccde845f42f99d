//! What kernel and stores say to each other: rows, what is wanted of them, and what is written.

pub mod body;
pub mod codec;
pub mod events;
pub mod identity;
pub mod kinds;
pub mod listing;
pub mod loaded;
pub mod needs;
pub mod object;
pub mod ring;
pub mod row;
pub mod tables;
pub mod traced;
pub mod writes;
