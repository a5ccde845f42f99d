//! The broker as a driver uses it: a line that messages are sent over.

use async_trait::async_trait;

use super::message::Message;
use super::plan::Fate;

/// The address of a broker: how to reach it, and where in it messages go.
pub trait Connect: Send + Sync {
    /// A line to it, which connects when it first sends.
    fn line(&self) -> Box<dyn Line>;
    /// Returns its address for people, without user and password.
    fn shown(&self) -> String;
}

/// A line to a broker, which is used by one driver at a time.
#[async_trait]
pub trait Line: Send {
    /// Sends messages, and says of each what became of it. Of one object none is sent before the one before
    /// it was taken.
    async fn send(&mut self, batch: &[Message]) -> Vec<Fate>;
}
