//! The groups of one lane: what waits, what runs, and how the next group starts.
//!
//! Concurrent groups of a lane either run side by side on different rows, or follow one another, each decided
//! while the one before is written. The first keeps client, server and disk busy at once; the second is for
//! hot rows.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::env;
use crate::ids::Book;
use crate::pipeline::queue::{Limits, Queued};
use crate::pipeline::ticket::{Predecessor, Ticket};
use crate::store::Capabilities;

/// Groups of one lane that may run at once: enough to keep client and server busy while one of them waits for
/// the disk. More would make groups smaller.
const TOGETHER: usize = 2;
/// How many groups follow one another after most commands of a group had wanted rows of another group.
const IN_A_ROW: u32 = 64;
/// How often a command may find its rows latched before it goes in a group that runs alone.
const MET_LIMIT: u8 = 4;

/// One lane of groups: a book, or everything where the store writes several books at once.
pub(super) type LaneKey = Option<Book>;

/// The groups of a lane.
#[derive(Default)]
pub(super) struct Lane {
    queue: VecDeque<Queued>,
    /// Since when a command has waited without a turn of its lane.
    since: Option<Instant>,
    running: usize,
    /// Commands in running groups.
    under_way: usize,
    /// How many more groups follow one another.
    in_a_row: u32,
    /// The last of the groups that follow one another, while it runs.
    last: Option<Predecessor>,
}

/// How concurrent groups of a lane relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    SideBySide,
    InARow,
}

impl Lane {
    /// Puts commands behind all others.
    pub(super) fn push(&mut self, commands: Vec<Queued>) {
        self.queue.extend(commands);
        self.since = self.since.or_else(|| Some(env::monotonic_now()));
    }

    /// Puts commands before all others.
    pub(super) fn push_front(&mut self, commands: Vec<Queued>) {
        commands.into_iter().rev().for_each(|queued| self.queue.push_front(queued));
        if !self.queue.is_empty() {
            self.since = self.since.or_else(|| Some(env::monotonic_now()));
        }
    }

    /// Whether a command waits.
    pub(super) fn is_waited_for(&self) -> bool {
        !self.queue.is_empty()
    }

    /// How long a command has waited without a turn of its lane.
    pub(super) fn waits_for(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| env::monotonic_now().saturating_duration_since(since))
    }

    /// Takes out every command that waits.
    pub(super) fn give_up(&mut self) -> VecDeque<Queued> {
        self.since = None;
        std::mem::take(&mut self.queue)
    }

    /// Whether its next group may start now.
    pub(super) fn may_start(&self, capabilities: Capabilities) -> bool {
        self.order(capabilities).is_some()
    }

    /// Whether its state can be dropped.
    pub(super) fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.running == 0 && self.in_a_row == 0
    }

    /// Starts the next group, if one may start now; with its ticket when it follows others.
    pub(super) fn next(
        &mut self,
        capabilities: Capabilities,
        limits: &Limits,
    ) -> Option<(Vec<Queued>, Option<Ticket>)> {
        let order = self.order(capabilities)?;
        let count = self.count(order, capabilities, limits);
        self.running += 1;
        self.under_way += count;
        let ahead = self.last.take();
        let ticket = (order == Order::InARow).then(|| {
            self.in_a_row = self.in_a_row.saturating_sub(1);
            let (ticket, last) = Ticket::behind(ahead);
            self.last = Some(last);
            ticket
        });
        let group = self.queue.drain(..count).collect();
        self.since = (!self.queue.is_empty()).then(env::monotonic_now);
        Some((group, ticket))
    }

    /// How the next group runs, if one may start now.
    fn order(&self, capabilities: Capabilities) -> Option<Order> {
        let met = self.queue.iter().any(|queued| queued.conflicts >= MET_LIMIT);
        let one_writes = capabilities.exclusive && capabilities.lanes > 1;
        let order = if one_writes || self.in_a_row > 0 || met { Order::InARow } else { Order::SideBySide };
        let may = match (self.running, order) {
            (0, _) => true,
            (_, Order::SideBySide) => self.last.is_none(),
            (_, Order::InARow) => self.last.is_some() && self.queue.len() >= capabilities.break_even_group,
        };
        (may && self.running < TOGETHER.min(capabilities.lanes) && !self.queue.is_empty()).then_some(order)
    }

    /// How many commands the next group takes: its share of all that wait or run, bounded by count and bytes.
    /// Commands that were queued together stay together.
    fn count(&self, order: Order, capabilities: Capabilities, limits: &Limits) -> usize {
        let share = (self.queue.len() + self.under_way).div_ceil(TOGETHER.min(capabilities.lanes).max(1));
        let small = order == Order::InARow && share < capabilities.break_even_group;
        let most = if small { self.queue.len() } else { share };
        let (mut count, mut bytes) = (0, 0);
        for queued in &self.queue {
            bytes += queued.command.weight();
            let full = count >= limits.group || bytes > limits.bytes && count > 0;
            if full || count >= most && !queued.batched {
                break;
            }
            count += 1;
        }
        let whole = (1..=count).rev().find(|end| self.queue.get(*end).is_none_or(|next| !next.batched));
        whole.unwrap_or(count)
    }

    /// Ends a group of `size` commands. The commands that waited for its rows go before all others.
    pub(super) fn ended(&mut self, size: usize, met: Vec<Queued>) {
        self.running = self.running.saturating_sub(1);
        self.under_way = self.under_way.saturating_sub(size);
        if met.len() > size / 2 {
            self.in_a_row = IN_A_ROW;
        }
        self.push_front(met);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::queue::tests::idle;

    const COSTS: usize = 64;

    fn commands(count: usize) -> Vec<Queued> {
        (0..count).map(|_| idle(100)).collect()
    }

    fn capabilities(lanes: usize) -> Capabilities {
        Capabilities {
            exclusive: false,
            multi_book: false,
            lanes,
            verified_writes: true,
            break_even_group: COSTS,
        }
    }

    fn started(lane: &mut Lane, lanes: usize, limits: &Limits) -> Vec<(usize, bool)> {
        std::iter::from_fn(|| lane.next(capabilities(lanes), limits))
            .map(|(group, ticket)| (group.len(), ticket.is_some()))
            .collect()
    }

    #[test]
    fn what_waits_is_shared_out() {
        let (mut lane, limits) = (Lane::default(), Limits::default());
        lane.push_front(commands(65));
        assert_eq!(started(&mut lane, 2, &limits), [(33, false), (32, false)]);
        // commands that arrive while a group runs form a group of at most half of them all
        lane.ended(33, Vec::new());
        lane.push_front(commands(100));
        assert_eq!(started(&mut lane, 2, &limits), [(66, false)]);
        lane.ended(32, Vec::new());
        assert_eq!(started(&mut lane, 2, &limits), [(34, false)]);
        assert!(!lane.is_waited_for() && !lane.is_idle());
    }

    #[test]
    fn groups_are_bounded_by_count_and_bytes() {
        let mut lane = Lane::default();
        lane.push_front(commands(7));
        let limits = Limits { group: 3, bytes: 250, ..Limits::default() };
        assert_eq!(started(&mut lane, 1, &limits), [(2, false)]);
        lane.ended(2, Vec::new());
        // one that is too large goes alone
        let limits = Limits { bytes: 50, ..limits };
        assert_eq!(started(&mut lane, 1, &limits), [(1, false)]);
        lane.ended(1, Vec::new());
        let limits = Limits { bytes: 10_000, ..limits };
        assert_eq!(started(&mut lane, 1, &limits), [(3, false)]);
    }

    #[test]
    fn what_was_queued_together_stays_together() {
        let (mut lane, limits) = (Lane::default(), Limits::default());
        let mut batch = commands(6);
        batch.iter_mut().skip(1).for_each(|queued| queued.batched = true);
        lane.push_front(commands(2).into_iter().chain(batch).chain(commands(4)).collect());
        // a half would be six
        assert_eq!(started(&mut lane, 2, &limits), [(8, false), (4, false)]);
        lane.ended(8, Vec::new());
        lane.ended(4, Vec::new());
        let mut batch = commands(6);
        batch.iter_mut().skip(1).for_each(|queued| queued.batched = true);
        lane.push_front(commands(2).into_iter().chain(batch).collect());
        let limits = Limits { group: 5, ..limits };
        assert_eq!(started(&mut lane, 1, &limits), [(2, false)]);
        lane.ended(2, Vec::new());
        assert_eq!(started(&mut lane, 1, &limits), [(5, false)], "too many for one group");
    }

    #[test]
    fn groups_follow_one_another_when_most_commands_met() {
        let (mut lane, limits) = (Lane::default(), Limits::default());
        lane.push_front(commands(20));
        assert_eq!(started(&mut lane, 2, &limits), [(10, false), (10, false)]);
        lane.ended(10, commands(6));
        // not concurrently with the group that runs
        assert_eq!(started(&mut lane, 2, &limits), []);
        lane.ended(10, Vec::new());
        assert_eq!(started(&mut lane, 2, &limits), [(6, true)]);
        lane.push_front(commands(COSTS - 1));
        assert_eq!(started(&mut lane, 2, &limits), [], "few wait for more");
        lane.push(commands(1));
        assert_eq!(started(&mut lane, 2, &limits), [(COSTS, true)]);
        lane.ended(6, Vec::new());
        lane.ended(COSTS, Vec::new());
        for _ in 2..IN_A_ROW {
            lane.push_front(commands(1));
            assert_eq!(started(&mut lane, 2, &limits), [(1, true)]);
            lane.ended(1, Vec::new());
        }
        assert!(lane.is_idle());
        lane.push_front(commands(2));
        assert_eq!(started(&mut lane, 2, &limits), [(1, false), (1, false)]);
    }

    #[test]
    fn where_writers_exclude_each_other_groups_follow_one_another() {
        let (mut lane, limits) = (Lane::default(), Limits::default());
        let one_writes =
            Capabilities { exclusive: true, multi_book: true, break_even_group: 4, ..capabilities(2) };
        lane.push_front(commands(20));
        let mut next =
            || lane.next(one_writes, &limits).map(|(group, ticket)| (group.len(), ticket.is_some()));
        assert_eq!([next(), next(), next()], [Some((10, true)), Some((10, true)), None]);
    }

    #[test]
    fn a_command_that_met_often_goes_when_nothing_is_beside_it() {
        let (mut lane, limits) = (Lane::default(), Limits::default());
        lane.push_front(commands(3));
        assert_eq!(started(&mut lane, 2, &limits), [(2, false), (1, false)]);
        let mut met = commands(1);
        met[0].conflicts = MET_LIMIT;
        lane.ended(2, met);
        assert_eq!(started(&mut lane, 2, &limits), []);
        lane.ended(1, Vec::new());
        assert_eq!(started(&mut lane, 2, &limits), [(1, true)]);
    }
}
