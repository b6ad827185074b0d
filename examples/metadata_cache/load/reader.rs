//! A thread that looks up.

use super::Closes;
use super::clock;
use super::draws::Draws;
use super::world::World;
use crate::caches::Cache;
use crate::check::Violation;
use crate::entry::{Outcome, Terms};
use crate::error::Result;
use crate::mount::{Mount, Session};
use hdrhistogram::Histogram;
use latchfree::refcount::Closed;
use std::time::{Duration, Instant};

/// Look-ups for which the time is read once, as for the components of a path or the chunks of a scan. One of them is timed.
const REQUEST: usize = 16;

pub struct Reader<'a, C: Cache> {
    world: &'a World,
    session: Session<'a, C>,
    draws: Draws,
    read: Read,
    /// Last: when the session has ended.
    _closes: Closes<'a, C>,
}

/// What readers have done.
pub struct Read {
    pub look_ups: u64,
    /// The time that they have run. Nothing, where the system does not tell.
    pub processors: Option<Duration>,
    /// Nanoseconds, of one look-up of each request.
    pub latencies: Histogram<u64>,
}

/// Why a reader ends.
enum Stop {
    Closed,
    Violated(Violation),
}

impl<'a, C: Cache> Reader<'a, C> {
    pub fn new(
        world: &'a World,
        mount: &'a Mount<C>,
        session: Session<'a, C>,
        draws: Draws,
    ) -> Self {
        Self { world, session, draws, read: Read::default(), _closes: Closes(mount) }
    }

    /// Looks up until the mount is closed.
    pub fn run(mut self) -> Result<Read> {
        let begun = clock::of_thread();
        loop {
            match self.request() {
                Ok(()) => {}
                Err(Stop::Closed) => break,
                Err(Stop::Violated(violation)) => return Err(violation.into()),
            }
        }
        self.read.processors = clock::of_thread().zip(begun).map(|(now, begun)| now - begun);
        Ok(self.read)
    }

    fn request(&mut self) -> Result<(), Stop> {
        let now = self.world.master.now();
        (1..REQUEST).try_for_each(|_| self.look_up(now, false))?;
        self.look_up(now, true)
    }

    #[inline]
    fn look_up(&mut self, now: u64, timed: bool) -> Result<(), Stop> {
        let World { namespace, master, checker } = self.world;
        let chunk = self.draws.draw();
        let terms = Terms { now, version: master.version(chunk) };
        let before = checker.as_ref().map(|checker| checker.before(chunk, terms));
        let begun = timed.then(Instant::now);
        let key = namespace.key(chunk);
        let outcome = self.session.look_up(&key, terms)?;
        if let Some(begun) = begun {
            self.read.latencies.saturating_record(begun.elapsed().as_nanos() as u64);
        }
        self.read.look_ups += 1;
        match (outcome, before) {
            (Outcome::Hit(entry), Some(before)) => before.check(&key, entry)?,
            (Outcome::Hit(_), None) => {}
            _ => self.world.fill(&mut self.session, chunk, &key)?,
        }
        Ok(())
    }
}

impl Read {
    pub fn add(&mut self, other: Self) {
        self.look_ups += other.look_ups;
        self.processors = self.processors.zip(other.processors).map(|(all, one)| all + one);
        self.latencies.add(other.latencies).expect("they are of one kind");
    }
}

/// Nothing. Of times up to a minute, to three digits.
impl Default for Read {
    fn default() -> Self {
        let latencies =
            Histogram::new_with_max(60_000_000_000, 3).expect("the limits are sensible");
        Self { look_ups: 0, processors: Some(Duration::ZERO), latencies }
    }
}

impl From<Closed> for Stop {
    fn from(Closed: Closed) -> Self {
        Self::Closed
    }
}

impl From<Violation> for Stop {
    fn from(violation: Violation) -> Self {
        Self::Violated(violation)
    }
}
