//! A few entries under one sequence.

use super::node::Node;
use super::retired::{Guard, Link, Unlinked};
use crate::caches::Insertion;
use crate::entry::Entry;
use crate::key::Key;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::seqlock::SeqCount;
use std::sync::MutexGuard;

/// The entries of a bucket. The links to them, their tags and the sequence are one cache line.
pub const WAYS: usize = 6;

/// The tag of a way without an entry.
const FREE: u8 = 0;

/// Links to nodes, which have a key and an entry each.
///
/// All of that but the keys changes under the sequence: the tags, the links, and the entries in the nodes that are linked.
#[repr(C, align(64))]
pub struct Bucket {
    changes: SeqCount,
    /// A byte of each digest, so that readers follow few links to other keys.
    tags: Atomic<u64>,
    links: [Link; WAYS],
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
        let links = std::array::from_fn(|_| unsafe { Link::new() });
        Self { changes: SeqCount::new(), tags: Atomic::new(0), links }
    }

    /// Returns the entry of a key, whole and of one moment, and the node that it was read from.
    ///
    /// Writes nothing.
    #[inline]
    pub fn find<'g>(&self, key: &Key<'_>, guard: &'g Guard<'_>) -> Option<(&'g Node, Entry)> {
        self.changes.read(|| {
            let (_, node) = self.way_of(key, guard)?;
            Some((node, node.entry()))
        })
    }

    /// The way of a key, and its node.
    #[inline(always)]
    fn way_of<'g>(&self, key: &Key<'_>, guard: &'g Guard<'_>) -> Option<(usize, &'g Node)> {
        for way in self.ways_with(tag(key)) {
            if let Some(node) = guard.follow(&self.links[way]).filter(|node| node.is_of(key)) {
                return Some((way, node));
            }
        }
        None
    }

    /// The first way with this tag, and perhaps others.
    #[inline(always)]
    fn ways_with(&self, tag: u8) -> Ways {
        Ways::with(tag, self.tags.load(Relaxed))
    }
}

/// Some ways of a bucket, in order.
struct Ways(u64);

impl Ways {
    /// The first way with this tag, and all others with it; of these that follow it, perhaps some with another.
    ///
    /// Without a branch for each way, which would be mispredicted: a byte of the difference is zero if it has a borrow and had
    /// not its highest bit set. (So has a byte that is one, if all below it have a borrow.)
    #[inline(always)]
    fn with(tag: u8, tags: u64) -> Self {
        let each = |byte: u8| u64::from_le_bytes([byte; 8]) & ALL;
        let different = tags ^ each(tag);
        Self(different.wrapping_sub(each(1)) & !different & each(0x80))
    }
}

/// The bytes of ways that there are.
const ALL: u64 = (1 << (8 * WAYS)) - 1;

impl Iterator for Ways {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let way = self.0.trailing_zeros() / 8;
        self.0 &= self.0.wrapping_sub(1);
        (way < WAYS as u32).then_some(way as usize)
    }
}

/// The byte of a digest by which a way is found. Others decide which bucket it is.
fn tag(key: &Key<'_>) -> u8 {
    (key.digest as u8).max(FREE + 1)
}

/// A bucket that no other thread changes meanwhile.
pub struct Locked<'a> {
    bucket: &'a Bucket,
    _writer: MutexGuard<'a, ()>,
}

impl<'a> Locked<'a> {
    /// All that change the bucket have the same lock for it.
    pub fn new(bucket: &'a Bucket, writer: MutexGuard<'a, ()>) -> Self {
        Self { bucket, _writer: writer }
    }

    /// Stores an entry, unless a newer one of the key is there. Returns what it has unlinked.
    pub fn insert(
        &self,
        key: &Key<'_>,
        entry: Entry,
        guard: &Guard<'_>,
    ) -> (Insertion, Option<Unlinked>) {
        if let Some((_, node)) = self.bucket.way_of(key, guard) {
            return (self.replace(node, entry), None);
        }
        let free = self.bucket.ways_with(FREE).next();
        let way = free.unwrap_or_else(|| self.first_to_end(guard));
        let node = Box::new(Node::new(key, entry)); // before readers have to wait
        let unlinked = self.link(way, tag(key), Some(node));
        (if unlinked.is_some() { Insertion::Evicted } else { Insertion::New }, unlinked)
    }

    /// Removes the entry of a key. Returns it, and what was unlinked.
    pub fn remove(&self, key: &Key<'_>, guard: &Guard<'_>) -> Option<(Entry, Unlinked)> {
        let (way, node) = self.bucket.way_of(key, guard)?;
        let entry = node.entry();
        self.link(way, FREE, None).map(|unlinked| (entry, unlinked))
    }

    /// Stores an entry in the place of that of the same key, whose node stays.
    fn replace(&self, node: &Node, entry: Entry) -> Insertion {
        let old = node.entry();
        if !entry.is_newer_than(&old) {
            return Insertion::Behind;
        }
        let _change = self.bucket.changes.write();
        node.set_entry(entry);
        Insertion::Replaced(old)
    }

    /// Changes what a way links to.
    fn link(&self, way: usize, tag: u8, node: Option<Box<Node>>) -> Option<Unlinked> {
        let Bucket { changes, tags, links } = self.bucket;
        let mut bytes = tags.load(Relaxed).to_le_bytes();
        bytes[way] = tag;
        let _change = changes.write();
        tags.store(u64::from_le_bytes(bytes), Relaxed);
        links[way].replace(node)
    }

    /// The way whose lease ends first.
    fn first_to_end(&self, guard: &Guard<'_>) -> usize {
        let lease_end =
            |&way: &usize| guard.follow(&self.bucket.links[way]).map(|node| node.entry().lease_end);
        (0..WAYS).min_by_key(lease_end).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_way_with_a_tag_is_first_and_all_others_with_it_follow() {
        let bytes = if cfg!(miri) { &[FREE, 1][..] } else { &[FREE, 1, 2, 0x7F, 0x80, 0xFF] };
        for nth in 0..bytes.len().pow(WAYS as u32) {
            let tags: [u8; WAYS] =
                std::array::from_fn(|way| bytes[nth / bytes.len().pow(way as u32) % bytes.len()]);
            let mut word = [0x55; 8]; // whatever is there of no way
            word[..WAYS].copy_from_slice(&tags);
            for &tag in bytes {
                let found: Vec<_> = Ways::with(tag, u64::from_le_bytes(word)).collect();
                let expected: Vec<_> = (0..WAYS).filter(|&way| tags[way] == tag).collect();
                assert_eq!(found.first(), expected.first());
                assert!(expected.iter().all(|way| found.contains(way)));
                assert!(found.is_sorted());
            }
        }
    }
}
