//! Windows: when entries leave them, and the buckets that entries are kept in.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::{Time, at};
use crate::ledger::limits::calendar::Zone;
use crate::risk::counting::window::{BUCKETS, Window};
use crate::time::Span;

const SECOND: i64 = 1_000_000;

/// Two functions tell whether an entry counts: when it leaves, and from when on entries count. They agree.
#[test]
fn what_counts_has_not_left() {
    let zones = ["Asia/Seoul", "Europe/Berlin", "America/Santiago"].map(|zone| Zone::named(zone).unwrap());
    let of_zone = |zone: &Zone| [Window::Day(zone.clone()), Window::Month(zone.clone())];
    let spans = [1, 59, 10 * SECOND, 86_400 * SECOND, 400 * 86_400 * SECOND];
    let rolling = spans.map(|span| Window::Rolling(Span::from_micros(span).unwrap()));
    let windows: Vec<Window> =
        zones.iter().flat_map(of_zone).chain(rolling).chain([Window::Lifetime]).collect();
    let mut draw = ChaCha8Rng::seed_from_u64(7);
    let starts =
        [Time::MIN.micros(), Time::EPOCH.micros(), at("2026-03-29T00:30:00Z").micros(), Time::MAX.micros()];
    let mut below = |bound: i64| i64::try_from(draw.next_u64() >> 1).unwrap() % bound;
    let mut one_of = |count: usize| usize::try_from(below(i64::try_from(count).unwrap())).unwrap();
    for round in 0..20_000 {
        let window = &windows[one_of(windows.len())];
        let width = [2, 100 * SECOND, 3 * 86_400 * SECOND, 800 * 86_400 * SECOND][one_of(4)];
        let start = starts[one_of(4)];
        let mut time = || {
            let off = i64::try_from(one_of(usize::try_from(width).unwrap())).unwrap() - width / 2;
            // at the end of time itself everything has left
            Time::from_micros((start + off).clamp(Time::MIN.micros(), Time::MAX.micros() - 1))
        };
        let (now, entry) = (time(), time());
        let from = window.counts_from(now);
        assert_eq!(window.edges(now), (from, window.bucket(now)), "round {round}: {window:?} at {now}");
        for entry in [entry, from, Time::from_micros(from.micros().max(Time::MIN.micros() + 1) - 1)] {
            let left = window.leaves(entry).is_some_and(|leaves| leaves <= now);
            assert_eq!(entry >= from, !left, "round {round}: {window:?} {entry} at {now}");
        }
    }
}

#[test]
fn buckets_cover_their_window() {
    for span in [1, 58, 59, 60, 10_000_000, 400 * 86_400 * SECOND] {
        let window = Window::Rolling(Span::from_micros(span).unwrap());
        let start = at("2026-01-01T00:00:00Z").micros();
        for offset in [0, 1, span / 2, span - 1] {
            let (first, last) =
                (Time::from_micros(start + offset), Time::from_micros(start + offset + span - 1));
            // each begins where the one before ends
            let before =
                |at: &Time| Some(Time::from_micros(window.bucket(*at) - 1)).filter(|at| *at >= first);
            let buckets = std::iter::successors(Some(last), before).count();
            assert!(buckets <= BUCKETS, "{span}: {buckets}");
        }
    }
    let zone = Zone::named("Europe/Berlin").unwrap();
    assert_ne!(Window::Day(zone.clone()), Window::Month(zone.clone()));
    assert_ne!(Window::Day(zone), Window::Day(Zone::default()));
}
