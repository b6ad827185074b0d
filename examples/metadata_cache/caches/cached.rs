//! What the baselines have in their maps.

use super::Insertion;
use crate::entry::Entry;
use crate::key::Key;
use std::hash::{BuildHasherDefault, Hasher};
use std::mem;
use std::sync::Arc;

/// An entry and its key. Maps find it by the digest, and so need not hash again.
#[derive(Clone)]
pub struct Cached {
    path: Arc<str>,
    chunk: u64,
    entry: Entry,
}

impl Cached {
    pub fn new(key: &Key<'_>, entry: Entry) -> Self {
        Self { path: key.path.into(), chunk: key.chunk, entry }
    }

    fn is_of(&self, key: &Key<'_>) -> bool {
        self.chunk == key.chunk && *self.path == *key.path
    }

    /// The entry, if it is that of `key`.
    #[inline]
    pub fn of(&self, key: &Key<'_>) -> Option<Entry> {
        self.is_of(key).then_some(self.entry)
    }

    /// Stores an entry in its place.
    pub fn put(&mut self, key: &Key<'_>, entry: Entry) -> Insertion {
        if !self.is_of(key) {
            *self = Self::new(key, entry);
            Insertion::Evicted
        } else if entry.is_newer_than(&self.entry) {
            Insertion::Replaced(mem::replace(&mut self.entry, entry))
        } else {
            Insertion::Behind
        }
    }
}

/// For keys that are digests: their hash is what they are.
pub type AsItIs = BuildHasherDefault<DigestHasher>;

#[derive(Clone, Copy, Default)]
pub struct DigestHasher(u64);

impl Hasher for DigestHasher {
    fn write(&mut self, _: &[u8]) {
        unreachable!("a digest is one number")
    }

    #[inline]
    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}
