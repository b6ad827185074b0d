//! The cache on the types of this crate.
//!
//! Buckets of links to a few nodes each, in an array that does not grow. A look-up hashes to a bucket, follows the link
//! with its tag to a node, compares the path there, and copies the entry beside it: all of it under the bucket's sequence.
//! What keeps the node there is the pin of the reader: see [`retired`].

mod bucket;
mod node;
mod retired;

pub use self::retired::MAX_SESSIONS;

use self::bucket::{Bucket, Locked, WAYS};
use self::retired::{Domain, Keep, Slot};
use crate::caches::{Cache, Handle, Insertion};
use crate::entry::Entry;
use crate::key::Key;
use latchfree::CachePadded;
use std::sync::{Mutex, PoisonError};

/// A cache of a fixed size.
///
/// Where a bucket is full, the entry whose lease ends first makes room: readers do not write which ones they use.
pub struct Table {
    /// Dropped with the domain, when no session is left.
    buckets: Box<[Bucket]>,
    domain: Domain,
    /// A writer has the lock of its bucket, and perhaps of others.
    writers: [CachePadded<Mutex<()>>; LOCKS],
}

const LOCKS: usize = 64;

impl Table {
    /// A table that frees its nodes as `keep` says.
    fn with(entries: usize, keep: Keep) -> Self {
        let buckets = entries.div_ceil(WAYS).max(1);
        // SAFETY: all links of these buckets are those of one table, which follows and retires by its one domain, and
        // are dropped with the table, from which all slots of that domain borrow.
        let buckets = (0..buckets).map(|_| unsafe { Bucket::new() }).collect();
        Self {
            buckets,
            domain: Domain::new(keep),
            writers: [const { CachePadded::new(Mutex::new(())) }; LOCKS],
        }
    }

    #[inline]
    fn bucket(&self, key: &Key<'_>) -> &Bucket {
        &self.buckets[self.index(key)]
    }

    #[inline]
    fn index(&self, key: &Key<'_>) -> usize {
        // The upper half of the product is below the number of buckets, and all digests are equally likely.
        let product = u128::from(key.digest) * self.buckets.len() as u128;
        (product >> 64) as usize
    }

    /// The bucket of a key, for a writer.
    fn lock(&self, key: &Key<'_>) -> Locked<'_> {
        let index = self.index(key);
        let writer = self.writers[index % LOCKS].lock().unwrap_or_else(PoisonError::into_inner);
        Locked::new(&self.buckets[index], writer)
    }
}

impl Cache for Table {
    const NAME: &'static str = "latchfree";
    type Handle<'a> = TableHandle<'a>;

    fn new(entries: usize, checked: bool) -> Self {
        Self::with(entries, if checked { Keep::CHECKED } else { Keep::USUAL })
    }

    fn handle(&self) -> Option<TableHandle<'_>> {
        Some(TableHandle { table: self, slot: self.domain.slot()? })
    }
}

/// One thread's way to a [`Table`].
pub struct TableHandle<'a> {
    table: &'a Table,
    slot: Slot<'a>,
}

impl Handle for TableHandle<'_> {
    #[inline]
    fn get(&mut self, key: &Key<'_>) -> Option<Entry> {
        let guard = self.slot.guard();
        self.table.bucket(key).find(key, &guard).map(|(_, entry)| entry)
    }

    fn insert(&mut self, key: &Key<'_>, entry: Entry) -> Insertion {
        let (insertion, unlinked) = {
            let guard = self.slot.guard();
            self.table.lock(key).insert(key, entry, &guard)
        };
        if let Some(node) = unlinked {
            self.table.domain.retire(node);
        }
        insertion
    }

    fn remove(&mut self, key: &Key<'_>) -> Option<Entry> {
        let (entry, unlinked) = {
            let guard = self.slot.guard();
            self.table.lock(key).remove(key, &guard)?
        };
        self.table.domain.retire(unlinked);
        Some(entry)
    }
}

#[cfg(test)]
pub mod unpinned;

#[cfg(test)]
mod tests;
