//! The counts of a mount, and their text.

use crate::table::MAX_SESSIONS;
use latchfree::counter::{Counters, LocalCounts, Which};
use std::fmt;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    Hits,
    /// Look-ups that have found nothing.
    Misses,
    /// Look-ups that have found an entry whose lease had ended.
    Expired,
    /// Look-ups that have found an entry whose version was behind.
    Stale,
    Inserted,
    Replaced,
    /// Entries that made room for others.
    Evicted,
    Removed,
}

const COUNTS: usize = Count::Removed as usize + 1;

impl From<Count> for Which<COUNTS> {
    #[inline]
    fn from(count: Count) -> Self {
        Which::new(count as usize).unwrap() // never `None`, and the compiler sees it
    }
}

/// The counts of all sessions: each has a slot of its own.
pub type Counts = Counters<COUNTS, MAX_SESSIONS>;

/// The counts of one session.
pub type SessionCounts<'a> = LocalCounts<'a, COUNTS>;

/// The sums, as they were while all went on: each for itself, not all at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums([u64; COUNTS]);

const NAMES: [&str; COUNTS] =
    ["hits", "misses", "expired", "stale", "inserted", "replaced", "evicted", "removed"];

impl Sums {
    pub fn of(counts: &Counts) -> Self {
        Self(counts.sums())
    }

    pub fn get(&self, count: Count) -> u64 {
        self.0[count as usize]
    }

    /// All that were counted as look-ups.
    pub fn look_ups(&self) -> u64 {
        [Count::Hits, Count::Misses, Count::Expired, Count::Stale]
            .map(|count| self.get(count))
            .iter()
            .sum()
    }

    /// Entries that are in the cache. Beside adds it is an estimate, as the counts are of different moments.
    pub fn entries(&self) -> u64 {
        let gone = self.get(Count::Evicted) + self.get(Count::Removed);
        self.get(Count::Inserted).saturating_sub(gone)
    }

    /// What was counted since `earlier`.
    pub fn since(&self, earlier: &Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] - earlier.0[at]))
    }
}

/// A line for each count, as a file in `/proc` has it.
impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, sum) in NAMES.iter().zip(self.0) {
            writeln!(f, "{name} {sum}")?;
        }
        write!(f, "entries {}", self.entries())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_a_line_for_each_count() {
        let counts = Counts::new();
        let session = counts.local();
        session.add(Count::Hits, 123);
        session.inc(Count::Stale);
        counts.add(Count::Inserted, 9);
        counts.add(Count::Evicted, 2);
        counts.inc(Count::Removed);
        let sums = Sums::of(&counts);
        let text = "hits 123\nmisses 0\nexpired 0\nstale 1\ninserted 9\nreplaced 0\nevicted 2\nremoved 1\nentries 6";
        assert_eq!((sums.to_string().as_str(), sums.look_ups(), sums.entries()), (text, 124, 6));
        session.inc(Count::Hits);
        assert_eq!(Sums::of(&counts).since(&sums).to_string().lines().next(), Some("hits 1"));
    }
}
