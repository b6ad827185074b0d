//! What a key is compared with.

use crate::key::Key;
use latchfree::atomic::{Atomic, Relaxed};

/// The key of an entry, on the heap. It does not change.
#[repr(align(64))] // with a short path, one cache line
pub struct Node {
    /// Whether it is in use. Says nothing of memory that is gone; for a checked table, which keeps freed nodes for a while.
    mark: Atomic<u64>,
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
    pub fn new(key: &Key<'_>) -> Self {
        Self { mark: Atomic::new(LIVE), chunk: key.chunk, path: Path::new(key.path) }
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

    #[test]
    fn node_is_of_the_key_with_its_path_and_chunk_only() {
        for length in [0, 1, SHORT - 1, SHORT, SHORT + 1, 256, 1000] {
            let (path, other) = ("a".repeat(length), "a".repeat(length + 1));
            let key = Key::new(&path, 3);
            let node = Node::new(&key);
            assert!(node.is_of(&key) && node.is_live());
            assert!(
                !node.is_of(&Key { chunk: 4, ..key }) && !node.is_of(&Key { path: &other, ..key })
            );
            assert!(Node::new(&Key::new(&other, 3)).is_of(&Key::new(&other, 3)));
        }
    }

    #[test]
    fn node_of_a_short_path_is_one_cache_line() {
        assert_eq!((size_of::<Node>(), align_of::<Node>()), (64, 64));
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
