//! What an entry is found by.

/// A chunk of a file: the path of the file, and which of its chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    pub path: &'a str,
    pub chunk: u64,
    /// Of both. Caches find an entry by it, and compare the rest.
    pub digest: u64,
}

impl<'a> Key<'a> {
    /// Hashes a word at a time, as Linux does with names: a keyed hash takes longer than the rest of a look-up. So a user
    /// that chooses paths can choose digests too, and evict the entries of others.
    #[inline]
    pub fn new(path: &'a str, chunk: u64) -> Self {
        let words = path.as_bytes().chunks_exact(8);
        let words = words.map(|word| word.try_into().expect("eight bytes"));
        let sum =
            words.chain([last_word(path)]).map(u64::from_le_bytes).fold(path.len() as u64, mix);
        Self { path, chunk, digest: spread(mix(sum, chunk)) }
    }
}

/// The last eight bytes, or all that there are.
#[inline]
fn last_word(path: &str) -> [u8; 8] {
    path.as_bytes().last_chunk().copied().unwrap_or_else(|| {
        let mut word = [0; 8];
        word[..path.len()].copy_from_slice(path.as_bytes());
        word
    })
}

/// Takes in a word.
#[inline]
fn mix(sum: u64, word: u64) -> u64 {
    (sum.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Makes each bit depend on all: the last steps of MurmurHash3 (A. Appleby).
#[inline]
fn spread(mut sum: u64) -> u64 {
    sum = (sum ^ (sum >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    sum = (sum ^ (sum >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    sum ^ (sum >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_depends_on_each_byte_of_the_path_and_on_the_chunk() {
        let path = "/a/path/of/27/bytes/in/all/";
        let digest = Key::new(path, 1).digest;
        assert_eq!(Key::new(&["/a/path/of/27/", "bytes/in/all/"].concat(), 1).digest, digest);
        assert_ne!(Key::new(path, 2).digest, digest);
        for length in 0..path.len() {
            assert_ne!(Key::new(&path[..length], 1).digest, digest);
            let changed = [&path[..length], "#", &path[length + 1..]].concat();
            assert_ne!(Key::new(&changed, 1).digest, digest);
        }
        assert_ne!(Key::new("/a\0", 1).digest, Key::new("/a", 1).digest);
    }
}
