//! Strictly growing timestamps, not behind a wall clock.

use super::Exhausted;
use super::end::{END, at_most_end};
use crate::atomic::Atomic;
use crate::sys;
use core::fmt;

sites! {
    /// One variable hands out the timestamps, so each goes out once. It publishes nothing: a thread that
    /// passes a timestamp on passes on what belongs to it.
    TICK: Relaxed;
    /// A load of the least next timestamp; TICK decides. That there is none is final.
    TICK_LOOK: Relaxed;
    /// Moves the same variable past a timestamp. It publishes nothing.
    OBSERVE: Relaxed;
    /// An estimate.
    PEEK: Relaxed;
}

/// Unique, strictly growing timestamps that are not behind a wall clock which the caller reads.
///
/// A wall clock can return the same time twice, and can be set back. A [`tick`](Self::tick) is the wall clock's time
/// if that is greater than all timestamps before, and else the least that is. With [`observe`](Self::observe) for
/// the timestamps of other machines it is a hybrid logical clock (Kulkarni and others, "Logical Physical
/// Clocks", 2014), in one word: shift the wall clock's time left by as many bits as there are to be timestamps
/// within one of its units.
///
/// # Examples
///
/// ```
/// use latchfree::sequence::Clock;
/// use std::time::{SystemTime, UNIX_EPOCH};
///
/// static CLOCK: Clock = Clock::starting_at(0);
///
/// // Milliseconds, with 2^16 timestamps in each before it runs ahead of the wall clock.
/// let now = || (SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64) << 16;
///
/// let wall = now();
/// let first = CLOCK.tick(wall)?;
/// assert_eq!(first, wall);
/// assert_eq!(CLOCK.tick(wall)?, first + 1); // the same time
/// assert_eq!(CLOCK.tick(wall - 5000)?, first + 2); // set back
/// CLOCK.observe(first + 100); // from a message: what is sent after it has a greater one
/// assert_eq!(CLOCK.tick(wall)?, first + 101);
/// # Ok::<(), latchfree::sequence::Exhausted>(())
/// ```
///
/// # Guarantees
///
/// *Progress*: [`tick`](Self::tick) and [`observe`](Self::observe) are lock-free, [`peek`](Self::peek) is wait-free.
///
/// *Ordering*: none. A timestamp publishes no other memory. But timestamps agree with happens-before: of two ticks one
/// of which happens before the other, the later is greater.
///
/// *Exactness*: no timestamp is handed out twice, and each is the least that is neither behind `now`, nor behind what
/// was observed, nor handed out. [`peek`](Self::peek) is an estimate.
///
/// *Overflow*: the last timestamp is 2^63 - 1, so that timestamps fit signed columns too. After it every tick returns
/// [`Exhausted`].
///
/// *Memory*: eight bytes.
#[doc(alias("HLC", "hybrid logical clock", "monotonic", "timestamp", "Lamport"))]
pub struct Clock {
    /// The least timestamp that the next tick may return.
    next: Atomic<u64>,
}

impl Clock {
    sys::const_fn! {
        /// Creates a clock whose timestamps are at least `first`.
        #[must_use]
        pub const fn starting_at(first: u64) -> Self {
            Self { next: Atomic::new(at_most_end(first)) }
        }
    }

    /// Returns the least timestamp that is at least `now` and greater than all that were handed out or observed.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if that is not below 2^63; then nothing has moved. This is exact for that `now`, and final for it.
    #[inline]
    pub fn tick(&self, now: u64) -> Result<u64, Exhausted> {
        let after = |next: u64| {
            let timestamp = next.max(now);
            (timestamp < END).then(|| timestamp + 1)
        };
        match self.next.try_update(TICK, TICK_LOOK, after) {
            Ok(next) => Ok(next.max(now)),
            Err(_) => Err(Exhausted),
        }
    }

    /// Makes all later timestamps greater than `seen`: one that another machine has sent, or that recovery has found.
    ///
    /// One that is behind changes nothing. After `observe(2^63 - 1)` the clock is exhausted: before observing what
    /// comes from outside, check that it is not further ahead of the wall clock than clocks can be apart.
    pub fn observe(&self, seen: u64) {
        self.next.fetch_max(at_most_end(seen.saturating_add(1)), OBSERVE);
    }

    /// Returns the least timestamp that the next [`tick`](Self::tick) may return; 2^63 if there is none.
    ///
    /// All that were handed out are below it. By its return it is a lower bound.
    #[doc(alias("get", "last"))]
    #[must_use]
    pub fn peek(&self) -> u64 {
        self.next.load(PEEK)
    }
}

/// A clock without a first timestamp: the wall clock decides.
impl Default for Clock {
    fn default() -> Self {
        Self::starting_at(0)
    }
}

/// Shows the least next timestamp.
impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("next", &self.peek()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_grow_whatever_the_wall_clock_does() {
        let clock = Clock::default();
        let ticks = [7, 7, 3, 0, 20, 9].map(|now| clock.tick(now));
        assert_eq!(ticks, [7, 8, 9, 10, 20, 21].map(Ok));
        assert_eq!((Clock::starting_at(50).tick(7), clock.peek()), (Ok(50), 22));
    }

    #[test]
    fn timestamp_after_an_observed_one_is_greater() {
        let clock = Clock::starting_at(10);
        clock.observe(3);
        assert_eq!(clock.tick(0), Ok(10));
        clock.observe(11);
        assert_eq!((clock.tick(0), clock.tick(40)), (Ok(12), Ok(40)));
    }

    #[test]
    fn timestamps_end_and_a_refused_one_moves_nothing() {
        let clock = Clock::default();
        assert_eq!((clock.tick(END), clock.tick(u64::MAX)), (Err(Exhausted), Err(Exhausted)));
        assert_eq!((clock.tick(1), clock.tick(END - 1)), (Ok(1), Ok(END - 1)));
        assert_eq!((clock.tick(0), clock.peek()), (Err(Exhausted), END));
        clock.observe(u64::MAX);
        assert_eq!((clock.peek(), Clock::starting_at(u64::MAX).tick(0)), (END, Err(Exhausted)));
    }
}
