//! Checks what look-ups return, by what was known before each began.

use crate::entry::{Entry, Terms};
use crate::key::Key;
use latchfree::atomic::{Acquire, Atomic, Release};
use std::{error, fmt};

/// The location that the master of this program gives a chunk: a checksum of its key and of the rest of the entry. So an
/// entry is whole, and its key's, or it shows.
pub fn seal(key: &Key<'_>, version: u64, lease_end: u64) -> u64 {
    let mix = |sum: u64, word: u64| {
        let sum = (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        sum ^ (sum >> 29)
    };
    [key.chunk, version, lease_end].into_iter().fold(key.digest, mix)
}

/// What is known of the entries that are gone.
pub struct Checker {
    /// For each chunk, the end of the lease of the last entry that was removed or replaced. No two leases end at one time.
    gone: Box<[Atomic<u64>]>,
}

/// What was known before a look-up began.
pub struct Before {
    terms: Terms,
    gone: u64,
}

/// No lease has it.
const NONE_GONE: u64 = u64::MAX;

impl Checker {
    pub fn new(chunks: usize) -> Self {
        Self { gone: (0..chunks).map(|_| Atomic::new(NONE_GONE)).collect() }
    }

    /// Marks an entry: the removal or the replacement of it has returned.
    pub fn mark_gone(&self, chunk: usize, entry: &Entry) {
        self.gone[chunk].store(entry.lease_end, Release);
    }

    /// Takes down what is known, right before a look-up.
    pub fn before(&self, chunk: usize, terms: Terms) -> Before {
        // What was done before a removal was marked happens before the look-up.
        Before { terms, gone: self.gone[chunk].load(Acquire) }
    }
}

impl Before {
    /// Checks a hit. No part of the check is the cache's own.
    pub fn check(&self, key: &Key<'_>, entry: Entry) -> Result<(), Violation> {
        let found = || Found { path: key.path.into(), chunk: key.chunk, entry };
        let Entry { location, version, lease_end } = entry;
        if location != seal(key, version, lease_end) {
            Err(Violation::Mixture(found()))
        } else if lease_end <= self.terms.now {
            Err(Violation::PastLease { found: found(), now: self.terms.now })
        } else if version < self.terms.version {
            Err(Violation::BehindVersion { found: found(), version: self.terms.version })
        } else if lease_end == self.gone {
            Err(Violation::Removed(found()))
        } else {
            Ok(())
        }
    }
}

/// What a look-up must not return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The fields are not of one entry of this key.
    Mixture(Found),
    /// The lease had ended before the look-up began.
    PastLease { found: Found, now: u64 },
    /// The version was behind what the reader had heard of.
    BehindVersion { found: Found, version: u64 },
    /// The entry was removed or replaced before the look-up began.
    Removed(Found),
}

/// A hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    path: String,
    chunk: u64,
    entry: Entry,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mixture(found) => write!(f, "{found} is not one entry of that chunk"),
            Self::PastLease { found, now } => write!(f, "{found} at {now}"),
            Self::BehindVersion { found, version } => write!(f, "{found}, for at least {version}"),
            Self::Removed(found) => write!(f, "{found} was removed or replaced before"),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, chunk, entry: Entry { location, version, lease_end } } = self;
        write!(
            f,
            "{path}, chunk {chunk}: {location:#x}, version {version}, leased until {lease_end}"
        )
    }
}

impl error::Error for Violation {}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key<'static> {
        Key::new("/a", 1)
    }

    fn entry(version: u64, lease_end: u64) -> Entry {
        Entry { location: seal(&key(), version, lease_end), version, lease_end }
    }

    #[test]
    fn seal_depends_on_the_key_and_on_each_field() {
        let of = seal(&key(), 3, 100);
        let others = [seal(&key(), 4, 100), seal(&key(), 3, 101), seal(&Key::new("/b", 1), 3, 100)];
        assert!(others.iter().all(|&other| other != of));
        assert_ne!(seal(&Key { chunk: 2, ..key() }, 3, 100), of, "also if the digest is the same");
    }

    #[test]
    fn hit_is_checked_by_what_was_known_before() {
        let checker = Checker::new(2);
        let check = |entry| {
            let before = checker.before(1, Terms { now: 50, version: 3 });
            before.check(&key(), entry).err()
        };
        assert_eq!([entry(3, 51), entry(9, 60)].map(check), [None, None]);
        let mixture = Entry { location: entry(3, 60).location, ..entry(4, 60) };
        assert!(matches!(check(mixture), Some(Violation::Mixture(_))));
        assert!(matches!(check(entry(3, 50)), Some(Violation::PastLease { now: 50, .. })));
        assert!(matches!(check(entry(2, 60)), Some(Violation::BehindVersion { version: 3, .. })));
        checker.mark_gone(0, &entry(3, 60));
        assert_eq!(check(entry(3, 60)), None, "that was another chunk's");
        checker.mark_gone(1, &entry(3, 60));
        assert!(matches!(check(entry(3, 60)), Some(Violation::Removed(_))));
        assert_eq!(check(entry(3, 61)), None, "the next one");
    }
}
