//! How guesses lock, and whom.

use super::super::attempts::{Attempts, DEVICES, Lanes, Locked};
use crate::time::{Span, Time};

const START: Time = Time::from_micros(1_767_225_600_000_000);

fn after(time: Time, span: Span) -> Time {
    time.checked_add(span).unwrap()
}

fn before(time: Time) -> Time {
    Time::from_micros(time.micros() - 1)
}

#[test]
fn the_fifth_wrong_one_locks_and_the_lock_grows() {
    let (mut attempts, mut now) = (Attempts::default(), START);
    for left in [4, 3, 2, 1] {
        attempts = attempts.claim(now).unwrap();
        assert_eq!((attempts.left(), attempts.lock()), (left, None));
    }
    let spans = [5, 15, 60, 240, 1_440, 1_440, 1_440].map(Span::from_mins);
    for span in spans {
        attempts = attempts.claim(now).unwrap();
        let until = after(now, span);
        assert_eq!((attempts.left(), attempts.lock()), (0, Some(Locked::Until(until))));
        // tries while it is locked change nothing, and it is open again at the time itself
        assert_eq!(attempts.claim(now), Err(Locked::Until(until)));
        assert_eq!(attempts.claim(before(until)), Err(Locked::Until(until)));
        assert_eq!(attempts.may(until), Ok(()));
        now = until;
    }
    while attempts.wrong < 99 {
        attempts = attempts.claim(now).unwrap();
        now = after(now, Span::from_days(1));
    }
    attempts = attempts.claim(now).unwrap();
    assert_eq!((attempts.wrong, attempts.lock()), (100, Some(Locked::ForGood)));
    assert_eq!(attempts.claim(after(now, Span::from_days(10_000))), Err(Locked::ForGood));
}

/// Of any number of guesses at once, five are claimed.
#[test]
fn museum_26_a_thousand_guesses_at_once_are_five() {
    let mut lanes = Lanes::default();
    let claimed = (0..1_000).filter(|_| match lanes.claim(None, START) {
        Ok(next) => {
            lanes = next;
            true
        }
        Err(_) => false,
    });
    assert_eq!(claimed.count(), 5);
}

#[test]
fn museum_25_a_stranger_locks_strangers_out() {
    let (phone, stranger) = ([1; 32], [2; 32]);
    let mut lanes = Lanes::default().claim(Some(&phone), START).unwrap().right(Some(&phone), START);
    assert_eq!((lanes.devices.len(), lanes.others), (1, Attempts::default()));
    for _ in 0..5 {
        lanes = lanes.claim(Some(&stranger), START).unwrap();
    }
    let until = after(START, Span::from_mins(5));
    assert_eq!(lanes.claim(Some(&stranger), START), Err(Locked::Until(until)));
    assert_eq!(lanes.claim(None, START), Err(Locked::Until(until)), "all others share one count");
    // tries while it is locked do not renew the lock, and the owner's phone goes on
    let tried = lanes.claim(Some(&phone), START).unwrap();
    assert_eq!(tried.others, lanes.others);
    let lanes = tried.right(Some(&phone), START);
    assert_eq!(lanes.others.wrong, 5, "the owner's right one opens no lane of strangers");
    let unlocked = lanes.unlocked();
    assert_eq!((unlocked.others, unlocked.devices.len()), (Attempts::default(), 1));
}

#[test]
fn a_device_is_known_for_ninety_days() {
    let phone = [1; 32];
    let lanes = Lanes::default().right(Some(&phone), START);
    let tried = lanes.claim(Some(&phone), START).unwrap();
    let end = after(START, Span::from_days(90));
    assert_eq!(tried.of(Some(&phone), before(end)).wrong, 1);
    assert_eq!(tried.of(Some(&phone), end).wrong, 0, "it is a stranger's from then on");
    let claimed = tried.claim(Some(&phone), end).unwrap();
    assert_eq!((claimed.others.wrong, claimed.devices[0].attempts.wrong), (1, 1));
    // right again: it is known anew, once, and what the others share is as new
    let right = claimed.right(Some(&phone), end);
    assert_eq!((right.devices.len(), right.others.wrong, right.devices[0].right_at), (1, 0, end));
}

#[test]
fn five_devices_are_known_and_the_oldest_goes() {
    let mut lanes = Lanes::default();
    for name in 0..7 {
        let now = after(START, Span::from_mins(u32::from(name)));
        lanes = lanes.claim(Some(&[name; 32]), now).unwrap().right(Some(&[name; 32]), now);
    }
    let names: Vec<u8> = lanes.devices.iter().map(|device| device.hash[0]).collect();
    assert_eq!((names, lanes.devices.len()), (vec![2, 3, 4, 5, 6], DEVICES));
    // one that is right again is the newest
    let lanes = lanes.right(Some(&[2; 32]), after(START, Span::from_hours(1)));
    assert_eq!(lanes.devices.iter().map(|device| device.hash[0]).collect::<Vec<_>>(), [3, 4, 5, 6, 2]);
    assert_eq!(lanes.right(None, START).devices.len(), 5);
}
