//! A few entries under one sequence.

use super::node::Node;
use super::retired::{Guard, Link, Unlinked};
use crate::caches::Insertion;
use crate::entry::Entry;
use crate::key::Key;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::seqlock::SeqCount;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The entries of a bucket. Their digests and the sequence are one cache line.
pub const WAYS: usize = 7;

/// No key has it.
const NO_DIGEST: u64 = 0;

/// Readers copy under the sequence. Writers exclude each other by the lock, and change nothing outside of it.
#[repr(C, align(64))]
pub struct Bucket {
    changes: SeqCount,
    digests: [Atomic<u64>; WAYS],
    ways: [Way; WAYS],
    writers: Mutex<()>,
}

/// An entry: all words of which are read and written relaxed, but for the link.
struct Way {
    node: Link,
    location: Atomic<u64>,
    version: Atomic<u64>,
    lease_end: Atomic<u64>,
}

impl Bucket {
    /// Creates an empty bucket.
    ///
    /// # Safety
    ///
    /// As of [`Link::new`], for all links in it: all guards that are passed to it are of one domain, what it returns as
    /// unlinked is retired to that domain, and it is dropped only when there is none of these guards.
    pub unsafe fn new() -> Self {
        // SAFETY: the links are used here only, with the guards and for the results of which the caller has promised that.
        let ways = std::array::from_fn(|_| Way::new(unsafe { Link::new() }));
        let digests = std::array::from_fn(|_| Atomic::new(NO_DIGEST));
        Self { changes: SeqCount::new(), digests, ways, writers: Mutex::new(()) }
    }

    /// Returns the entry with this digest, and the node that says of which key it is: both of one moment.
    ///
    /// Writes nothing.
    #[inline]
    pub fn find<'g>(&self, digest: u64, guard: &'g Guard<'_>) -> Option<(&'g Node, Entry)> {
        self.changes.read(|| {
            let way = &self.ways[self.index_of(digest)?];
            Some((guard.follow(&way.node)?, way.entry()))
        })
    }

    /// Stores an entry, unless a newer one of the key is there. Returns what it has unlinked.
    pub fn insert(
        &self,
        key: &Key<'_>,
        entry: Entry,
        guard: &Guard<'_>,
    ) -> (Insertion, Option<Unlinked>) {
        let _writer = self.lock();
        let same_digest = self.index_of(key.digest);
        if let Some(index) = same_digest {
            let way = &self.ways[index];
            if guard.follow(&way.node).is_some_and(|node| node.is_of(key)) {
                return (self.replace(way, entry), None);
            }
        }
        let index =
            same_digest.or_else(|| self.index_of(NO_DIGEST)).unwrap_or_else(|| self.first_to_end());
        let node = Box::new(Node::new(key)); // before readers have to wait
        let change = self.changes.write();
        self.digests[index].store(key.digest, Relaxed);
        let unlinked = self.ways[index].node.replace(Some(node));
        self.ways[index].set(entry);
        drop(change);
        (if unlinked.is_some() { Insertion::Evicted } else { Insertion::New }, unlinked)
    }

    /// Stores an entry in the place of that of the same key, whose node stays.
    fn replace(&self, way: &Way, entry: Entry) -> Insertion {
        let old = way.entry();
        if !entry.is_newer_than(&old) {
            return Insertion::Behind;
        }
        let _change = self.changes.write();
        way.set(entry);
        Insertion::Replaced(old)
    }

    /// Removes the entry of a key. Returns it, and what was unlinked.
    pub fn remove(&self, key: &Key<'_>, guard: &Guard<'_>) -> Option<(Entry, Unlinked)> {
        let _writer = self.lock();
        let index = self.index_of(key.digest)?;
        let way = &self.ways[index];
        guard.follow(&way.node).filter(|node| node.is_of(key))?;
        let entry = way.entry();
        let _change = self.changes.write();
        self.digests[index].store(NO_DIGEST, Relaxed);
        way.node.replace(None).map(|unlinked| (entry, unlinked))
    }

    /// Keeps other writers out.
    fn lock(&self) -> MutexGuard<'_, ()> {
        self.writers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first way with this digest.
    ///
    /// Compares all: a branch for each would be mispredicted, and only after the line has arrived.
    #[inline]
    fn index_of(&self, digest: u64) -> Option<usize> {
        let same = self.digests.iter().map(|other| u32::from(other.load(Relaxed) == digest));
        let same = same.rev().fold(0, |bits, same| bits << 1 | same);
        (same != 0).then(|| same.trailing_zeros() as usize)
    }

    /// The way whose lease ends first.
    fn first_to_end(&self) -> usize {
        (0..WAYS).min_by_key(|&index| self.ways[index].lease_end.load(Relaxed)).unwrap_or(0)
    }
}

impl Way {
    fn new(node: Link) -> Self {
        let [location, version, lease_end] = [0; 3].map(Atomic::new);
        Self { node, location, version, lease_end }
    }

    #[inline]
    fn entry(&self) -> Entry {
        Entry {
            location: self.location.load(Relaxed),
            version: self.version.load(Relaxed),
            lease_end: self.lease_end.load(Relaxed),
        }
    }

    fn set(&self, entry: Entry) {
        self.location.store(entry.location, Relaxed);
        self.version.store(entry.version, Relaxed);
        self.lease_end.store(entry.lease_end, Relaxed);
    }
}
