//! The sum of a counter and its deltas is what one row would have counted, in whatever order the deltas are
//! merged.

use crate::risk::counting::counter::{Counter, Distinct, Hash};
use crate::risk::counting::window::Window;
use crate::risk::judging::judge::State;
use crate::time::Time;

/// A plain generator: the parts are the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn value(n: u64) -> Hash {
    let mut hash = Hash::default();
    hash[..8].copy_from_slice(&n.to_be_bytes());
    hash
}

fn windows() -> Vec<Window> {
    let zone = |window: &str, zone: &str| Window::request(window, Some(zone)).unwrap();
    let rolling = |window: &str| Window::request(window, None).unwrap();
    vec![
        rolling("PT10S"),
        rolling("PT1H"),
        rolling("lifetime"),
        zone("day", "Europe/Berlin"),
        zone("month", "Asia/Seoul"),
    ]
}

#[test]
fn parts_count_as_one_row_would() {
    let windows = windows();
    let mut draw = Draw(20_261);
    for round in 0..2_000 {
        let window = &windows[round % windows.len()];
        let mut now = Time::from_micros(1_790_000_000_000_000);
        let (mut whole, mut values) = (Counter::default(), Distinct::default());
        let mut parts = vec![(Counter::default(), Distinct::default()); 1 + draw.below(8) as usize];
        for _ in 0..1 + draw.below(200) {
            now = Time::from_micros(now.micros() + draw.below(3_000_000) as i64);
            let place = draw.below(parts.len() as u64) as usize;
            let (amount, seen) = (i128::from(1 + draw.below(9)), [value(draw.below(30))]);
            whole.add(window, now, amount);
            values.add(window, now, &seen);
            parts[place].0.add(window, now, amount);
            parts[place].1.add(window, now, &seen);
        }
        // some parts are merged before the others, in any order
        let (mut counted, mut different) =
            (State::Counter(Counter::default()), State::Distinct(Distinct::default()));
        while !parts.is_empty() {
            let (counter, distinct) = parts.swap_remove(draw.below(parts.len() as u64) as usize);
            counted.join(State::Counter(counter), Some(window), now);
            different.join(State::Distinct(distinct), Some(window), now);
        }
        let (State::Counter(counted), State::Distinct(different)) = (counted, different) else { panic!() };
        for later in [0, 1, 500_000, 1_000_000, 9_999_999, 10_000_000, 3_600_000_000, 90_000_000_000] {
            let at = Time::from_micros(now.micros() + later);
            assert_eq!(counted.used(window, at), whole.used(window, at), "round {round}, {later} later");
            assert_eq!(different.used(window, at), values.used(window, at), "round {round}, {later} later");
            for room in [0, 5, 50] {
                assert_eq!(
                    counted.has_room(window, at, room),
                    whole.has_room(window, at, room),
                    "round {round}"
                );
            }
        }
    }
}

#[test]
fn parts_of_a_clock_that_was_set_back_count_in_any_order() {
    let hour = 3_600_000_000;
    let now = Time::from_micros(1_790_000_000_000_000);
    let later = Time::from_micros(now.micros() + hour);
    for window in windows() {
        let part = |at: Time, n: u64| {
            let (mut counter, mut distinct) = (Counter::default(), Distinct::default());
            counter.add(&window, at, 1);
            distinct.add(&window, at, &[value(n)]);
            [State::Counter(counter), State::Distinct(distinct)]
        };
        let parts = [part(now, 1), part(later, 2), part(now, 3)];
        for order in [[0, 1, 2], [1, 0, 2], [2, 0, 1], [2, 1, 0]] {
            let mut sums = [State::Counter(Counter::default()), State::Distinct(Distinct::default())];
            for part in order.map(|place| parts[place].clone()) {
                for (sum, part) in sums.iter_mut().zip(part) {
                    sum.join(part, Some(&window), now);
                }
            }
            for sum in &mut sums {
                sum.take_as_now(Some(&window), now);
            }
            let [State::Counter(counted), State::Distinct(different)] = sums else { panic!() };
            assert_eq!(
                (counted.used(&window, now), different.used(&window, now)),
                (3, 3),
                "{window:?} {order:?}"
            );
        }
    }
}
