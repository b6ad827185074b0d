//! The server that says where chunks are.

use super::time::Time;
use crate::check::seal;
use crate::entry::Entry;
use crate::key::Key;
use latchfree::atomic::{AcqRel, Acquire, Atomic};
use std::time::Duration;

/// What the master knows. It answers at once, and a reader hears of a change as soon as it asks for the version.
pub struct Master {
    versions: Box<[Atomic<u64>]>,
    time: Time,
    lease: u64,
}

impl Master {
    pub fn new(chunks: usize, lease: Duration) -> Self {
        let versions = (0..chunks).map(|_| Atomic::new(0)).collect();
        Self { versions, time: Time::start(), lease: lease.as_nanos() as u64 }
    }

    pub fn now(&self) -> u64 {
        self.time.now()
    }

    /// The version of a chunk.
    #[inline]
    pub fn version(&self, chunk: usize) -> u64 {
        self.versions[chunk].load(Acquire)
    }

    /// Changes a chunk: it is somewhere else from now on. The caches are not told.
    pub fn change(&self, chunk: usize) {
        self.versions[chunk].fetch_add(1, AcqRel);
    }

    /// Says where a chunk is, and for how long that may be used.
    pub fn grant(&self, chunk: usize, key: &Key<'_>) -> Entry {
        let version = self.version(chunk);
        let lease_end = self.time.tick() + self.lease;
        Entry { location: seal(key, version, lease_end), version, lease_end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grant_has_the_version_of_the_chunk_and_a_lease_of_its_own() {
        let master = Master::new(2, Duration::from_nanos(50));
        let key = Key::new("/a", 0);
        let before = master.now();
        let first = master.grant(1, &key);
        assert!(first.version == 0 && first.lease_end >= before + 50);
        master.change(1);
        let second = master.grant(1, &key);
        assert_eq!((second.version, master.version(0), master.version(1)), (1, 0, 1));
        assert!(second.is_newer_than(&first) && second.lease_end > first.lease_end);
    }
}
