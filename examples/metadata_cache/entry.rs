//! What is cached, and when it may be used.

/// Where a chunk is, as the master has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The address of the server that has it.
    pub location: u64,
    /// How often the master has changed the chunk, up to this answer.
    pub version: u64,
    /// The time from which on the entry is not to be used.
    pub lease_end: u64,
}

impl Entry {
    /// Whether it is the later answer of two.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        (self.version, self.lease_end) > (other.version, other.lease_end)
    }
}

/// What an entry has to satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The time, read before the look-up.
    pub now: u64,
    /// The version that the reader has heard of.
    pub version: u64,
}

/// What came out of a look-up. All but a hit are misses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Hit(Entry),
    Missing,
    /// There is an entry, and its lease has ended.
    Expired,
    /// There is an entry, and its version is behind.
    Stale,
}

impl Terms {
    /// Says what a look-up that has found this is.
    #[inline]
    pub fn judge(&self, found: Option<Entry>) -> Outcome {
        match found {
            None => Outcome::Missing,
            Some(entry) if entry.lease_end <= self.now => Outcome::Expired,
            Some(entry) if entry.version < self.version => Outcome::Stale,
            Some(entry) => Outcome::Hit(entry),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: Entry = Entry { location: 7, version: 3, lease_end: 100 };

    #[test]
    fn entry_is_a_hit_until_its_lease_ends() {
        let at = |now| Terms { now, version: 3 }.judge(Some(ENTRY));
        assert_eq!(
            [99, 100, 101].map(at),
            [Outcome::Hit(ENTRY), Outcome::Expired, Outcome::Expired]
        );
        assert_eq!(Terms { now: 0, version: 0 }.judge(None), Outcome::Missing);
    }

    #[test]
    fn entry_behind_the_version_is_stale() {
        let with = |version| Terms { now: 0, version }.judge(Some(ENTRY));
        assert_eq!([2, 3, 4].map(with), [Outcome::Hit(ENTRY), Outcome::Hit(ENTRY), Outcome::Stale]);
    }

    #[test]
    fn later_answer_has_the_greater_version_or_the_later_lease() {
        let newer = Entry { version: 4, lease_end: 0, ..ENTRY };
        let renewed = Entry { lease_end: 101, ..ENTRY };
        assert!(newer.is_newer_than(&renewed) && renewed.is_newer_than(&ENTRY));
        assert!(!ENTRY.is_newer_than(&ENTRY) && !ENTRY.is_newer_than(&renewed));
    }
}
