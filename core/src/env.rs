//! The only place with a clock and with randomness: all other code gets the time and its ids from here.

mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use rand::TryRng as _;
#[expect(clippy::disallowed_types, reason = "this is the one place that may ask")]
use rand::rngs::SysRng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

pub use watch::{Jump, LEAP, Watch};

use crate::time::{Span, Time};

/// Where "now" comes from.
///
/// ```
/// use earnest::env::Clock;
/// let clock = Clock::test("2026-01-01T00:00:00Z".parse()?);
/// let before = clock.now();
/// clock.advance("P4D".parse()?);
/// assert_eq!(clock.now().micros() - before.micros(), 4 * 86_400 * 1_000_000);
/// # Ok::<(), earnest::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The store's own clock where it has one, otherwise this machine's.
    #[default]
    System,
    /// A clock that does not move until it is advanced; it replaces the store's.
    Test(Arc<AtomicI64>),
    /// A clock of a machine that a test sets and lets run: it replaces the store's, and is believed as little
    /// as that.
    Machine(Arc<Machine>),
}

impl Clock {
    /// A test clock that shows `start`.
    #[must_use]
    pub fn test(start: Time) -> Self {
        Self::Test(Arc::new(AtomicI64::new(start.micros())))
    }

    /// The time now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may ask")]
    pub fn now(&self) -> Time {
        match self {
            Self::System => Time::from_micros(jiff::Timestamp::now().as_microsecond()),
            Self::Test(micros) => Time::from_micros(micros.load(Ordering::SeqCst)),
            Self::Machine(machine) => Time::from_micros(machine.shown.load(Ordering::SeqCst)),
        }
    }

    /// Whether this is a clock of a test: it replaces the store's.
    #[must_use]
    pub const fn is_test(&self) -> bool {
        matches!(self, Self::Test(_) | Self::Machine(_))
    }

    /// How long the machine has run, asleep or awake, from some beginning; `None` for a test clock, which no
    /// time moves.
    #[must_use]
    pub fn passed(&self) -> Option<Span> {
        match self {
            Self::System => Some(running()),
            Self::Test(_) => None,
            Self::Machine(machine) => Span::from_micros(machine.passed.load(Ordering::SeqCst)),
        }
    }

    /// Moves a test clock forward; a system clock is left alone.
    pub fn advance(&self, by: Span) {
        if let Self::Test(micros) = self {
            micros.fetch_add(by.micros(), Ordering::SeqCst);
        }
    }
}

/// The clock of a machine in a test: the time shown, and the time that passes independently of it.
#[derive(Debug)]
pub struct Machine {
    shown: AtomicI64,
    passed: AtomicI64,
}

impl Machine {
    /// One that shows `start`.
    #[must_use]
    pub const fn new(start: Time) -> Self {
        Self { shown: AtomicI64::new(start.micros()), passed: AtomicI64::new(0) }
    }

    /// Lets time pass: the clock advances by as much.
    pub fn pass(&self, span: Span) {
        self.shown.fetch_add(span.micros(), Ordering::SeqCst);
        self.passed.fetch_add(span.micros(), Ordering::SeqCst);
    }

    /// Sets the clock.
    pub fn show(&self, time: Time) {
        self.shown.store(time.micros(), Ordering::SeqCst);
    }
}

/// How long this machine has run. Rust's monotonic clock stops while a machine sleeps, and a laptop that was
/// asleep overnight has no wrong clock: so the system's own clock that counts sleep is read.
#[cfg(unix)]
fn running() -> Span {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let id = rustix::time::ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let id = rustix::time::ClockId::Monotonic;
    let time = rustix::time::clock_gettime(id);
    let micros = time.tv_sec.saturating_mul(1_000_000).saturating_add(time.tv_nsec / 1_000);
    Span::from_micros(micros).unwrap_or(Span::ZERO)
}

#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "this is the one place that may ask")]
fn running() -> Span {
    static BEGAN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    Span::from(BEGAN.get_or_init(std::time::Instant::now).elapsed())
}

/// A reading of the monotonic clock, to measure waiting: no decision sees it.
#[expect(clippy::disallowed_methods, reason = "this is the one place that may ask")]
pub(crate) fn monotonic_now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

/// Where the seeds of ids and salts come from.
#[derive(Clone, Debug, Default)]
pub enum Seeds {
    /// The operating system.
    #[default]
    System,
    /// Counters: the same ids in every run (tests and simulations).
    Counted(Arc<Counted>),
}

/// Counters in place of randomness. Commits have their own: how calls fall into groups must not change their
/// ids.
#[derive(Debug, Default)]
pub struct Counted {
    calls: AtomicU64,
    commits: AtomicU64,
    apart: AtomicU64,
}

impl Counted {
    /// Counters that begin at `start`.
    #[must_use]
    pub const fn starting_at(start: u64) -> Self {
        Self { calls: AtomicU64::new(start), commits: AtomicU64::new(start), apart: AtomicU64::new(start) }
    }

    /// Continues from `start`.
    pub fn restart(&self, start: u64) {
        self.calls.store(start, Ordering::SeqCst);
        self.commits.store(start, Ordering::SeqCst);
        self.apart.store(start, Ordering::SeqCst);
    }
}

/// Clock and seeds of an engine.
#[derive(Clone, Debug, Default)]
pub struct Env {
    /// The clock.
    pub clock: Clock,
    /// The seeds.
    pub seeds: Seeds,
    /// Whether the clock is believed.
    pub watch: Watch,
    /// Which ids come next.
    pub places: Places,
}

impl Env {
    /// A deterministic environment: the clock is fixed at `start`, and ids count from `seed`.
    #[must_use]
    pub fn test(start: Time, seed: u64) -> Self {
        let seeds = Seeds::Counted(Arc::new(Counted::starting_at(seed)));
        Self { clock: Clock::test(start), seeds, ..Self::default() }
    }

    /// Draws the seed of one command. Its ids come after those of the commands before it.
    #[must_use]
    pub fn seed(&self) -> Seed {
        let seed = self.draw(|counted| counted.calls.fetch_add(1, Ordering::SeqCst));
        Seed { place: Some(self.places.take(seed.at)), ..seed }
    }

    /// Draws the secret of a signing key: anyone who could guess it could sign in this installation's name.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.draw(|counted| counted.calls.fetch_add(1, Ordering::SeqCst)).bytes)
    }

    /// Draws the salt of one sealed value, from which the value's own key is derived.
    #[must_use]
    pub fn salt(&self) -> [u8; 32] {
        self.draw(|counted| counted.calls.fetch_add(1, Ordering::SeqCst)).bytes
    }

    /// The same environment with randomness of its own: what is drawn there again in each attempt at a call
    /// leaves the ids of other calls alone, where they are counted.
    #[must_use]
    pub fn apart(&self) -> Self {
        let seeds = match &self.seeds {
            Seeds::System => Seeds::System,
            Seeds::Counted(counted) => {
                let start = counted.apart.fetch_add(1, Ordering::SeqCst);
                Seeds::Counted(Arc::new(Counted::starting_at(start << 20 | 1 << 61)))
            }
        };
        Self { seeds, places: Places::default(), ..self.clone() }
    }

    /// Draws the id of a commit.
    #[must_use]
    pub fn commit(&self) -> Uuid {
        // the top bit distinguishes commits from calls of the same number
        self.draw(|counted| counted.commits.fetch_add(1, Ordering::SeqCst) | 1 << 63).ids().uuid()
    }

    /// Draws the id of a store that is made, or of a timeline that begins.
    #[must_use]
    pub fn store_id(&self) -> Uuid {
        // a bit of its own distinguishes it from calls and commits of the same number
        self.draw(|counted| counted.commits.fetch_add(1, Ordering::SeqCst) | 1 << 62).ids().uuid()
    }

    /// Asks the operating system each time. A generator in this process's memory would give the same again in
    /// a forked process, and in a machine that is restored from a snapshot.
    fn draw(&self, count: impl FnOnce(&Counted) -> u64) -> Seed {
        let mut bytes = [0_u8; 32];
        match &self.seeds {
            Seeds::System => from_system(&mut bytes),
            Seeds::Counted(counted) => bytes[..8].copy_from_slice(&count(counted).to_le_bytes()),
        }
        Seed { at: self.clock.now(), place: None, bytes }
    }
}

/// How many ids of a command come before those of the next one, whatever it makes: few commands make as many.
/// With more than 64 commands in each millisecond ids run ahead of the clock.
const EACH: i64 = 64;

/// The places of commands among the ids of one environment: the ids of a later command are later, however
/// little time has passed (RFC 9562, method 1). Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Places(Arc<AtomicI64>);

impl Places {
    /// The place of a command that begins now: milliseconds, and the 12 bits after them in an id.
    fn take(&self, now: Time) -> i64 {
        let clock = millis(now) << 12;
        // a clock that goes back is not followed, unless it was wrong before
        let latest = clock + ((LEAP.micros() / 1000) << 12);
        let from = |free: i64| if free > latest { clock } else { free.max(clock) };
        let next = |free| Some(from(free) + EACH);
        let (Ok(free) | Err(free)) = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
        from(free)
    }
}

/// The milliseconds of a time, as far as an id can say them.
fn millis(time: Time) -> i64 {
    (time.micros() / 1000).clamp(0, (1 << 48) - 1)
}

#[expect(clippy::panic, reason = "without randomness no id is unique and no key secret: nothing may go on")]
fn from_system(bytes: &mut [u8]) {
    if let Err(error) = SysRng.try_fill_bytes(bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
}

/// An id before which all commits were drawn before `at`, as far as the clocks of their processes were right.
#[must_use]
pub fn commit_before(at: Time) -> Uuid {
    let millis = at.micros().max(0).unsigned_abs() / 1000;
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// When an id was made, by the clock of the process that made it.
pub(crate) fn time_of(id: Uuid) -> Option<Time> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    let micros =
        i64::try_from(seconds).ok()?.checked_mul(1_000_000)?.checked_add(i64::from(nanos / 1_000))?;
    Time::try_from_micros(micros)
}

/// The seed of one command: drawn when it is queued, so that every attempt makes the same ids.
#[derive(Clone, Copy, Debug)]
pub struct Seed {
    at: Time,
    /// The place of its ids, if they have one.
    place: Option<i64>,
    bytes: [u8; 32],
}

impl Seed {
    /// When the command was queued, by this process's clock.
    #[must_use]
    pub const fn at(&self) -> Time {
        self.at
    }

    /// A salt that no id of the command gives away.
    #[must_use]
    pub fn salt(&self) -> [u8; 16] {
        let digest = Sha256::new().chain_update(b"salt").chain_update(self.bytes).finalize();
        let mut salt = [0_u8; 16];
        salt.copy_from_slice(&digest[..16]);
        salt
    }

    /// The ids of one attempt, from the first on.
    #[must_use]
    pub fn ids(&self) -> Ids {
        let rng = ChaCha8Rng::from_seed(self.bytes);
        match self.place {
            Some(place) => Ids { millis: place >> 12, count: u16::try_from(place & 0x0fff).ok(), rng },
            None => Ids { millis: millis(self.at), count: None, rng },
        }
    }
}

/// A deterministic stream of ids and salts.
#[derive(Clone, Debug)]
pub struct Ids {
    millis: i64,
    /// The 12 bits after the time in the previous id, or those of the command's place: the ids of one command
    /// are in the order of their creation.
    count: Option<u16>,
    rng: ChaCha8Rng,
}

impl Ids {
    /// The next UUID of version 7 (RFC 9562, method 1): greater than those before it.
    pub fn uuid(&mut self) -> Uuid {
        let mut random = [0_u8; 10];
        self.rng.fill_bytes(&mut random);
        let count = match self.count {
            // begins in the lower half, so that there is room above
            None => u16::from_be_bytes([random[0], random[1]]) & 0x07ff,
            Some(0x0fff) => {
                self.millis += 1;
                0
            }
            Some(count) => count + 1,
        };
        self.count = Some(count);
        [random[0], random[1]] = count.to_be_bytes();
        uuid::Builder::from_unix_timestamp_millis(self.millis.unsigned_abs(), &random).into_uuid()
    }

    /// A salt for the hash of an idempotency key: there is one with every transfer, so it is short.
    pub fn key_salt(&mut self) -> Arc<[u8]> {
        self.salt()[..8].into()
    }

    /// A salt for the hash of a free text.
    pub fn salt(&mut self) -> [u8; 16] {
        let mut salt = [0_u8; 16];
        self.rng.fill_bytes(&mut salt);
        salt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Time = Time::from_micros(1_800_000_000_000_000);

    #[test]
    fn what_one_command_makes_is_in_the_order_of_its_making() {
        let env = Env::test(START, 7);
        for _ in 0..20 {
            let mut ids = env.seed().ids();
            let made: Vec<Uuid> = (0..10_000).map(|_| ids.uuid()).collect();
            assert!(made.is_sorted_by(|a, b| a < b));
            assert!(made.iter().all(|id| id.get_version_num() == 7));
        }
    }

    /// Returns the ids of so many commands, 64 each.
    fn made_by(env: &Env, commands: usize) -> Vec<Uuid> {
        let made = (0..commands).flat_map(|_| {
            let mut ids = env.seed().ids();
            (0..EACH).map(move |_| ids.uuid())
        });
        made.collect()
    }

    #[test]
    fn a_later_command_has_later_ids_while_the_clock_stands() {
        let env = Env::test(START, 7);
        let seed = env.seed();
        assert_eq!(seed.ids().uuid(), seed.ids().uuid(), "an attempt that begins anew makes the same");
        let made = made_by(&env, 1_000);
        assert!(seed.ids().uuid() < made[0] && made.is_sorted_by(|a, b| a < b));
        env.clock.advance(Span::from_secs(1));
        let next = env.seed().ids().uuid();
        assert!(made[made.len() - 1] < next);
        assert_eq!(time_of(next), START.checked_add(Span::from_secs(1)), "ids catch up with the clock");
    }

    #[test]
    fn a_clock_that_goes_back_is_followed_where_it_was_wrong() {
        let machine = Arc::new(Machine::new(START));
        let env = Env { clock: Clock::Machine(machine.clone()), ..Env::test(START, 7) };
        let before = env.seed().ids().uuid();
        machine.show(Time::from_micros(START.micros() - 60_000_000));
        assert!(before < env.seed().ids().uuid(), "by a minute it is corrected");
        let right = Time::from_micros(START.micros() - 86_400_000_000);
        machine.show(right);
        let made = made_by(&env, 10);
        assert!(made.is_sorted_by(|a, b| a < b));
        assert_eq!(time_of(made[0]), Some(right), "by a day it was wrong");
    }

    #[test]
    fn environments_that_share_nothing_leave_the_ids_of_one_another_alone() {
        let (alone, env, other) = (Env::test(START, 7), Env::test(START, 7), Env::test(START, 900));
        let expected = made_by(&alone, 20);
        let mut made = Vec::new();
        for _ in 0..20 {
            made_by(&other, 3);
            made_by(&env.apart(), 3);
            made.extend(made_by(&env.clone(), 1));
        }
        assert_eq!(made, expected);
        assert_eq!(time_of(env.commit()), Some(START), "commits are dated by the clock");
    }
}
