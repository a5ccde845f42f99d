//! How often somebody may guess: what a wrong PIN or code costs, and when the next one may be tried.
//!
//! An attempt is claimed before it is checked, in a commit of its own: it counts as wrong until it was found
//! right. So a thousand guesses at once are five, and a process that dies while it checks gives none back.
//! Five wrong ones in a row lock for five minutes; after that there is one try each, and the lock grows. Who
//! tries while it is locked changes nothing.
//!
//! A lock never lasts for longer from now than it did when it began: where it would, the clock that began it
//! was ahead and was set back since, and it begins now.
//!
//! A device that was right before has a count of its own, and all others share one: a stranger's guesses lock
//! strangers out, not the owner.

use serde::{Deserialize, Serialize};

use crate::time::{Span, Time};

/// How many wrong ones in a row lock.
pub const FREE: u32 = 5;
/// After how many in a row only staff can help.
pub const LAST: u32 = 100;
/// How many devices are known.
pub const DEVICES: usize = 5;
/// For how long a device stays known after it was right.
pub const KNOWN_FOR: Span = Span::from_days(90);

/// The least lead of a time that is taken as now. One with a smaller lead is kept: clocks differ.
const AHEAD: Span = Span::from_secs(1);

/// The count of one lane. The default is that nothing was wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// Wrong ones in a row, and those that are claimed and not yet found right.
    pub wrong: u32,
    /// No try before this time.
    pub locked_until: Option<Time>,
}

/// Why no attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// Not before this time.
    Until(Time),
    /// Not before staff have unlocked it.
    ForGood,
}

impl Attempts {
    /// Whether an attempt may be made now.
    pub fn may(&self, now: Time) -> Result<(), Locked> {
        if self.wrong >= LAST {
            return Err(Locked::ForGood);
        }
        match self.locked_until {
            Some(until) if now < until => Err(Locked::Until(until)),
            _ => Ok(()),
        }
    }

    /// Claims an attempt: what to write before it is checked. A right one makes it the default again.
    pub fn claim(&self, now: Time) -> Result<Self, Locked> {
        self.may(now)?;
        let wrong = self.wrong.saturating_add(1);
        let locked_until = lock_after(wrong).map(|span| now.checked_add(span).unwrap_or(Time::MAX));
        Ok(Self { wrong, locked_until })
    }

    /// Takes a lock that ends later than one that begins now as begun now, and says whether it does: the
    /// clock was set back by a second or more.
    fn take_as_now(&mut self, now: Time) -> bool {
        let longest = lock_after(self.wrong).and_then(|span| now.checked_add(span));
        let (Some(until), Some(longest)) = (self.locked_until, longest) else { return false };
        let is_ahead = until.since(longest) >= AHEAD;
        if is_ahead {
            self.locked_until = Some(longest);
        }
        is_ahead
    }

    /// How many more may be wrong before the next lock.
    pub fn left(&self) -> u32 {
        FREE.saturating_sub(self.wrong)
    }

    /// Returns the lock to which a wrong attempt led, if any.
    pub fn lock(&self) -> Option<Locked> {
        match self.locked_until {
            _ if self.wrong >= LAST => Some(Locked::ForGood),
            until => until.map(Locked::Until),
        }
    }
}

/// For how long the n-th wrong one in a row locks.
fn lock_after(wrong: u32) -> Option<Span> {
    match wrong {
        0..FREE => None,
        FREE => Some(Span::from_mins(5)),
        6 => Some(Span::from_mins(15)),
        7 => Some(Span::from_hours(1)),
        8 => Some(Span::from_hours(4)),
        _ => Some(Span::from_hours(24)),
    }
}

/// A device that was right before, under a hash of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The hash of its name.
    pub hash: [u8; 32],
    /// When it was right last.
    pub right_at: Time,
    /// Its own count.
    pub attempts: Attempts,
}

/// The counts of a subject. The default is that no device is known and nothing was wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lanes {
    /// At most five devices that are known, the one that was right last at the end.
    pub devices: Vec<Device>,
    /// The count that all other attempts share.
    pub others: Attempts,
}

impl Lanes {
    /// Takes locks, and when devices were right, as of now where a clock that was ahead has written them, and
    /// says whether there were any.
    pub fn take_as_now(&mut self, now: Time) -> bool {
        let mut taken = self.others.take_as_now(now);
        for device in &mut self.devices {
            taken |= device.attempts.take_as_now(now);
            if device.right_at.since(now) >= AHEAD {
                (device.right_at, taken) = (now, true);
            }
        }
        taken
    }

    /// The count that an attempt from a device is of.
    pub fn of(&self, device: Option<&[u8; 32]>, now: Time) -> Attempts {
        self.place(device, now).map_or(self.others, |place| self.devices[place].attempts)
    }

    /// Claims an attempt in the lane of a device: what to write before it is checked.
    pub fn claim(&self, device: Option<&[u8; 32]>, now: Time) -> Result<Self, Locked> {
        let claimed = self.of(device, now).claim(now)?;
        let mut lanes = self.clone();
        match self.place(device, now) {
            Some(place) => lanes.devices[place].attempts = claimed,
            None => lanes.others = claimed,
        }
        Ok(lanes)
    }

    /// A claimed attempt was right: its lane is as new, and its device is known from now on. Of more than
    /// five the one that was right longest ago is forgotten.
    pub fn right(&self, device: Option<&[u8; 32]>, now: Time) -> Self {
        let mut lanes = self.clone();
        if self.place(device, now).is_none() {
            lanes.others = Attempts::default();
        }
        if let Some(hash) = device {
            lanes.devices.retain(|known| known.hash != *hash);
            if lanes.devices.len() >= DEVICES {
                lanes.devices.remove(0);
            }
            lanes.devices.push(Device { hash: *hash, right_at: now, attempts: Attempts::default() });
        }
        lanes
    }

    /// Staff have unlocked it: every lane is as new, and the devices stay known.
    pub fn unlocked(&self) -> Self {
        let open = |device: &Device| Device { attempts: Attempts::default(), ..*device };
        Self { devices: self.devices.iter().map(open).collect(), others: Attempts::default() }
    }

    /// A device is known in the 90 days after it was right, without the end.
    fn place(&self, device: Option<&[u8; 32]>, now: Time) -> Option<usize> {
        let hash = device?;
        self.devices.iter().position(|known| known.hash == *hash && now.since(known.right_at) < KNOWN_FOR)
    }
}
