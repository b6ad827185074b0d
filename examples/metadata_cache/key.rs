//! What an entry is found by.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A chunk of a file: the path of the file, and which of its chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    pub path: &'a str,
    pub chunk: u64,
    /// Of both. Not zero, which stands for no key. All caches have at most one entry for a digest, and compare the rest.
    pub digest: u64,
}

impl<'a> Key<'a> {
    #[inline]
    pub fn new(path: &'a str, chunk: u64) -> Self {
        let mut hasher = DefaultHasher::new();
        (path, chunk).hash(&mut hasher);
        Self { path, chunk, digest: hasher.finish().max(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_depends_on_path_and_chunk() {
        let digest = |path, chunk| Key::new(path, chunk).digest;
        let again = ["/a", "/b"].concat();
        assert_eq!(digest("/a/b", 1), Key::new(&again, 1).digest);
        assert_ne!(digest("/a/b", 1), digest("/a/b", 2));
        assert_ne!(digest("/a/b", 1), digest("/a/c", 1));
    }
}
