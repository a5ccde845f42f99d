//! Groups that follow one another: the next is decided while the one before is written, and is written when
//! that one has ended.

use tokio::sync::watch;

/// How far a group is; the closed channel shows that it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Begun,
    /// Its decisions are cached, though not written.
    Decided,
}

/// A group that another one may follow.
#[derive(Clone, Debug)]
pub struct Predecessor(watch::Receiver<Phase>);

/// The ticket of a group. Dropping it ends the group.
#[derive(Debug)]
pub struct Ticket {
    ahead: Option<Predecessor>,
    own: watch::Sender<Phase>,
}

impl Ticket {
    /// Issues the ticket of a group behind `ahead`, and the handle that the next one follows.
    pub fn behind(ahead: Option<Predecessor>) -> (Self, Predecessor) {
        let (own, next) = watch::channel(Phase::Begun);
        (Self { ahead, own }, Predecessor(next))
    }

    /// Waits until the decisions of the group ahead are cached, or it has ended.
    pub async fn begin(&self) {
        self.wait(|phase| *phase == Phase::Decided).await;
    }

    /// Lets the group behind begin.
    pub fn decided(&self) {
        self.own.send_replace(Phase::Decided);
    }

    /// Waits until the group ahead has ended.
    pub async fn come(&self) {
        self.wait(|_| false).await;
    }

    async fn wait(&self, until: impl FnMut(&Phase) -> bool) {
        if let Some(Predecessor(phase)) = &self.ahead {
            // an error means that it has ended
            phase.clone().wait_for(until).await.map(drop).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::yield_now;

    #[tokio::test]
    async fn a_group_begins_behind_a_decision_and_comes_behind_an_end() {
        let (first, ahead) = Ticket::behind(None);
        first.begin().await;
        first.come().await;
        let (second, _) = Ticket::behind(Some(ahead));
        let second = std::sync::Arc::new(second);
        let waiting = |ends: bool| {
            let second = second.clone();
            tokio::spawn(async move { if ends { second.come().await } else { second.begin().await } })
        };
        let (begins, comes) = (waiting(false), waiting(true));
        yield_now().await;
        assert!(!begins.is_finished());
        first.decided();
        assert!(begins.await.is_ok());
        yield_now().await;
        assert!(!comes.is_finished(), "decided is not written");
        drop(first);
        assert!(comes.await.is_ok());
        second.begin().await;
    }
}
