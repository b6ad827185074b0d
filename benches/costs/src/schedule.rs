//! Which processor does the next access.

/// A rule by which processors take turns. Each is deterministic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// One access each, round and round: the most conflicts that there can be.
    RoundRobin,
    /// So many accesses each.
    Bursts(u32),
    /// Any, by a generator with this seed.
    Random(u64),
    /// The processor whose clock is the earliest, as on a real machine.
    Clock,
}

/// A [`Schedule`] at work.
pub struct Scheduler {
    schedule: Schedule,
    /// How much of a burst is left.
    left: u32,
    state: u64,
}

impl Scheduler {
    /// Creates a scheduler that has scheduled nothing.
    pub fn new(schedule: Schedule) -> Self {
        let (left, state) = match schedule {
            Schedule::Bursts(length) => (length, 0),
            Schedule::Random(seed) => (0, seed),
            Schedule::RoundRobin | Schedule::Clock => (0, 0),
        };
        Self { schedule, left, state }
    }

    /// Returns one of `ready`, which is sorted; `last` had the last turn.
    pub fn next(&mut self, ready: &[usize], last: usize, clock: impl Fn(usize) -> u64) -> usize {
        match self.schedule {
            Schedule::RoundRobin => after(ready, last),
            Schedule::Bursts(length) => {
                self.left = self.left.saturating_sub(1);
                if self.left > 0 && ready.binary_search(&last).is_ok() {
                    return last;
                }
                self.left = length;
                after(ready, last)
            }
            Schedule::Random(_) => ready[(self.random() % ready.len() as u64) as usize],
            Schedule::Clock => {
                let earliest = ready.iter().copied().min_by_key(|&processor| clock(processor));
                earliest.expect("a processor is ready")
            }
        }
    }

    /// SplitMix64, by Steele, Lea and Flood.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// The next of `ready` after `last`, or the first.
fn after(ready: &[usize], last: usize) -> usize {
    let at = ready.partition_point(|&processor| processor <= last);
    ready[at % ready.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(schedule: Schedule, ready: &[usize], times: usize) -> Vec<usize> {
        let mut scheduler = Scheduler::new(schedule);
        let mut last = ready[0];
        let mut next = || {
            last = scheduler.next(ready, last, |processor| 100 - processor as u64);
            last
        };
        (0..times).map(|_| next()).collect()
    }

    #[test]
    fn round_robin_gives_each_processor_its_turn() {
        assert_eq!(turns(Schedule::RoundRobin, &[0, 2, 5], 7), [2, 5, 0, 2, 5, 0, 2]);
    }

    #[test]
    fn burst_has_its_length() {
        assert_eq!(turns(Schedule::Bursts(3), &[1, 4], 8), [1, 1, 4, 4, 4, 1, 1, 1]);
    }

    #[test]
    fn burst_ends_when_its_processor_is_not_ready() {
        let mut scheduler = Scheduler::new(Schedule::Bursts(10));
        assert_eq!(scheduler.next(&[0, 1], 0, |_| 0), 0);
        assert_eq!(scheduler.next(&[1], 0, |_| 0), 1);
        assert_eq!(scheduler.next(&[0, 1], 1, |_| 0), 1);
    }

    #[test]
    fn seed_decides_random_order() {
        let [one, same, other] =
            [1, 1, 2].map(|seed| turns(Schedule::Random(seed), &[0, 1, 2, 3], 64));
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert!((0..4).all(|processor| one.contains(&processor)));
    }

    #[test]
    fn earliest_clock_is_next() {
        assert_eq!(turns(Schedule::Clock, &[0, 2, 5], 2), [5, 5]);
    }
}
