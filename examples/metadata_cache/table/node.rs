//! What is cached.

use crate::entry::Entry;
use crate::key::Key;
use latchfree::atomic::{Atomic, Relaxed};

/// A key, which does not change, and its entry, which does: under the sequence of the bucket.
pub struct Node {
    /// Whether it is in use. Says nothing of memory that is gone; for a checked table, which keeps freed nodes for a while.
    mark: Atomic<u64>,
    location: Atomic<u64>,
    version: Atomic<u64>,
    lease_end: Atomic<u64>,
    chunk: u64,
    path: Path,
}

/// A path, in place if it is short, as a name in a directory entry of Linux is.
enum Path {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Box<[u8]>),
}

const SHORT: usize = 46;

/// Numbers that memory rarely has by chance.
const LIVE: u64 = 0x6C69_7665_6E6F_6465;
const FREED: u64 = 0xDEAD_DEAD_DEAD_DEAD;

impl Node {
    pub fn new(key: &Key<'_>, entry: Entry) -> Self {
        Self {
            mark: Atomic::new(LIVE),
            location: Atomic::new(entry.location),
            version: Atomic::new(entry.version),
            lease_end: Atomic::new(entry.lease_end),
            chunk: key.chunk,
            path: Path::new(key.path),
        }
    }

    /// Whether it is that of `key`.
    ///
    /// # Panics
    ///
    /// If it is freed, which shows a pin that does not hold.
    #[inline]
    pub fn is_of(&self, key: &Key<'_>) -> bool {
        assert!(self.is_live(), "{}", super::retired::FOLLOWED_FREED);
        self.chunk == key.chunk && self.path.bytes() == key.path.as_bytes()
    }

    /// The entry. The sequence says whether it is whole.
    #[inline]
    pub fn entry(&self) -> Entry {
        Entry {
            location: self.location.load(Relaxed),
            version: self.version.load(Relaxed),
            lease_end: self.lease_end.load(Relaxed),
        }
    }

    /// Stores an entry, in a write of the sequence.
    pub fn set_entry(&self, entry: Entry) {
        self.location.store(entry.location, Relaxed);
        self.version.store(entry.version, Relaxed);
        self.lease_end.store(entry.lease_end, Relaxed);
    }

    #[inline]
    pub fn is_live(&self) -> bool {
        self.mark.load(Relaxed) == LIVE
    }

    /// Marks it as freed.
    pub fn poison(&self) {
        self.mark.store(FREED, Relaxed);
    }
}

impl Path {
    fn new(path: &str) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..path.len()), u8::try_from(path.len())) {
            (Some(part), Ok(length)) => {
                part.copy_from_slice(path.as_bytes());
                Self::Short { length, bytes }
            }
            _ => Self::Long(path.as_bytes().into()),
        }
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Short { length, bytes } => &bytes[..usize::from(*length)],
            Self::Long(bytes) => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: Entry = Entry { location: 7, version: 3, lease_end: 100 };

    #[test]
    fn node_is_of_the_key_with_its_path_and_chunk_only() {
        for length in [0, 1, SHORT - 1, SHORT, SHORT + 1, 256, 1000] {
            let (path, other) = ("a".repeat(length), "a".repeat(length + 1));
            let key = Key::new(&path, 3);
            let node = Node::new(&key, ENTRY);
            assert!(node.is_of(&key) && node.is_live());
            assert!(
                !node.is_of(&Key { chunk: 4, ..key }) && !node.is_of(&Key { path: &other, ..key })
            );
            assert!(Node::new(&Key::new(&other, 3), ENTRY).is_of(&Key::new(&other, 3)));
        }
    }

    #[test]
    fn entry_is_the_one_that_was_stored_last() {
        let node = Node::new(&Key::new("/a/b", 3), ENTRY);
        assert_eq!(node.entry(), ENTRY);
        let other = Entry { location: 8, version: 9, lease_end: 10 };
        node.set_entry(other);
        assert_eq!(node.entry(), other);
    }

    #[test]
    fn node_of_a_short_path_has_all_in_88_bytes() {
        assert!(size_of::<Node>() <= 88);
    }

    #[test]
    #[should_panic(expected = "freed")]
    fn comparison_with_a_freed_node_panics() {
        let key = Key::new("/a/b", 3);
        let node = Node::new(&key, ENTRY);
        node.poison();
        node.is_of(&key);
    }
}
