//! The time of leases.

use latchfree::sequence::Clock;
use std::time::Instant;

/// Nanoseconds since a beginning, by a clock that never shows a time twice when it grants.
pub struct Time {
    begun: Instant,
    clock: Clock,
}

impl Time {
    pub fn start() -> Self {
        Self { begun: Instant::now(), clock: Clock::starting_at(0) }
    }

    /// The time, not behind that of any grant before.
    pub fn now(&self) -> u64 {
        self.wall().max(self.clock.peek())
    }

    /// The time of a grant, which no other grant has.
    pub fn tick(&self) -> u64 {
        self.clock.tick(self.wall()).expect("no run takes 292 years")
    }

    fn wall(&self) -> u64 {
        self.begun.elapsed().as_nanos() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_have_different_times_and_now_is_not_behind_them() {
        let time = Time::start();
        let mut last = time.tick();
        for _ in 0..1000 {
            let next = time.tick();
            assert!(next > last && time.now() > next);
            last = next;
        }
    }
}
