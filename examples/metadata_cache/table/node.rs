//! What a key is compared with.

use crate::key::Key;
use latchfree::atomic::{Atomic, Relaxed};

/// The key of an entry, on the heap. It does not change.
pub struct Node {
    /// Whether it is in use. Says nothing of memory that is gone; for a checked table, which keeps freed nodes for a while.
    mark: Atomic<u64>,
    chunk: u64,
    path: Box<str>,
}

/// Numbers that memory rarely has by chance.
const LIVE: u64 = 0x6C69_7665_6E6F_6465;
const FREED: u64 = 0xDEAD_DEAD_DEAD_DEAD;

impl Node {
    pub fn new(key: &Key<'_>) -> Self {
        Self { mark: Atomic::new(LIVE), chunk: key.chunk, path: key.path.into() }
    }

    /// Whether it is that of `key`.
    ///
    /// # Panics
    ///
    /// If it is freed, which shows a pin that does not hold.
    #[inline]
    pub fn is_of(&self, key: &Key<'_>) -> bool {
        assert!(self.is_live(), "{}", super::retired::FOLLOWED_FREED);
        self.chunk == key.chunk && *self.path == *key.path
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_of_the_key_with_its_path_and_chunk_only() {
        let key = Key::new("/a/b", 3);
        let node = Node::new(&key);
        assert!(node.is_of(&key) && node.is_live());
        assert!(!node.is_of(&Key { chunk: 4, ..key }) && !node.is_of(&Key { path: "/a/c", ..key }));
    }

    #[test]
    #[should_panic(expected = "freed")]
    fn comparison_with_a_freed_node_panics() {
        let key = Key::new("/a/b", 3);
        let node = Node::new(&key);
        node.poison();
        node.is_of(&key);
    }
}
