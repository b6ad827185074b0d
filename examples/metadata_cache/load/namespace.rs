//! The chunks that there are.

use crate::key::Key;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;

/// The chunks of files, in no order: how often one is looked up says nothing about its path.
pub struct Namespace(Vec<(String, u64)>);

const CHUNKS_OF_A_FILE: usize = 4;

impl Namespace {
    pub fn new(chunks: usize) -> Self {
        let name = |nth: usize| {
            let file = nth / CHUNKS_OF_A_FILE;
            (
                format!("/data/user-{}/table-{file}/part-00000", file % 17),
                (nth % CHUNKS_OF_A_FILE) as u64,
            )
        };
        let mut names: Vec<_> = (0..chunks).map(name).collect();
        names.shuffle(&mut SmallRng::seed_from_u64(0));
        Self(names)
    }

    #[inline]
    pub fn key(&self, chunk: usize) -> Key<'_> {
        let (path, number) = &self.0[chunk];
        Key::new(path, *number)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn chunks_have_keys_and_digests_of_their_own() {
        let namespace = Namespace::new(1000);
        let keys = (0..namespace.len()).map(|chunk| namespace.key(chunk));
        let names: HashSet<_> = keys.clone().map(|key| (key.path, key.chunk)).collect();
        let digests: HashSet<_> = keys.map(|key| key.digest).collect();
        assert_eq!((names.len(), digests.len()), (1000, 1000));
    }
}
