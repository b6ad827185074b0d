//! The cache on the types of this crate.
//!
//! Buckets of a few entries each, in an array that does not grow. A look-up hashes to a bucket, copies the entry with its
//! digest under the bucket's sequence, and follows the pointer beside the entry to the node that has the path. What keeps
//! the node there is the pin of the reader: see [`retired`].

mod bucket;
mod node;
mod retired;

pub use self::retired::MAX_SESSIONS;

use self::bucket::{Bucket, WAYS};
use self::retired::{Domain, Keep, Slot};
use crate::caches::{Cache, Handle, Insertion};
use crate::entry::Entry;
use crate::key::Key;

/// A cache of a fixed size.
///
/// Where a bucket is full, the entry whose lease ends first makes room: readers do not write which ones they use.
pub struct Table {
    /// Dropped with the domain, when no session is left.
    buckets: Box<[Bucket]>,
    domain: Domain,
}

impl Table {
    /// A table that frees its nodes as `keep` says.
    fn with(entries: usize, keep: Keep) -> Self {
        let buckets = entries.div_ceil(WAYS).max(1);
        // SAFETY: all links of these buckets are those of one table, which follows and retires by its one domain, and
        // are dropped with the table, from which all slots of that domain borrow.
        let buckets = (0..buckets).map(|_| unsafe { Bucket::new() }).collect();
        Self { buckets, domain: Domain::new(keep) }
    }

    fn bucket(&self, key: &Key<'_>) -> &Bucket {
        // The upper half of the product is below the number of buckets, and all digests are equally likely.
        let product = u128::from(key.digest) * self.buckets.len() as u128;
        &self.buckets[(product >> 64) as usize]
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
        let (node, entry) = self.table.bucket(key).find(key.digest, &guard)?;
        node.is_of(key).then_some(entry)
    }

    fn insert(&mut self, key: &Key<'_>, entry: Entry) -> Insertion {
        let (insertion, unlinked) = {
            let guard = self.slot.guard();
            self.table.bucket(key).insert(key, entry, &guard)
        };
        if let Some(node) = unlinked {
            self.table.domain.retire(node);
        }
        insertion
    }

    fn remove(&mut self, key: &Key<'_>) -> Option<Entry> {
        let (entry, unlinked) = {
            let guard = self.slot.guard();
            self.table.bucket(key).remove(key, &guard)?
        };
        self.table.domain.retire(unlinked);
        Some(entry)
    }
}

#[cfg(test)]
pub mod unpinned;

#[cfg(test)]
mod tests;
