//! The names of segment files.

use super::index::Entry;
use crate::error::{Context, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Where a log ends: behind `records`, in the segment `base`, which has so many `bytes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    pub records: u64,
    pub base: u64,
    pub bytes: u64,
    /// The last index entry of the segment.
    pub last_entry: Entry,
}

/// The file with the frames of the segment that starts with record `base`.
pub fn log_path(dir: &Path, base: u64) -> PathBuf {
    dir.join(format!("{base:020}.log"))
}

/// The file with its index.
pub fn index_path(dir: &Path, base: u64) -> PathBuf {
    dir.join(format!("{base:020}.index"))
}

/// The first records of all segments in `dir`, in order. Other files do not count.
pub fn bases(dir: &Path) -> Result<Vec<u64>> {
    let listing = || format!("cannot list {}", dir.display());
    let mut bases = Vec::new();
    for entry in fs::read_dir(dir).context(listing)? {
        bases.extend(entry.context(listing)?.file_name().to_str().and_then(base_of));
    }
    bases.sort_unstable();
    Ok(bases)
}

fn base_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".log")?;
    let is_number = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// Makes new, renamed and deleted names in `dir` survive a power failure.
pub fn sync_names(dir: &Path) -> Result<()> {
    if cfg!(unix) {
        let synced = File::open(dir).and_then(|dir| dir.sync_all());
        synced.context(|| format!("cannot sync the folder {}", dir.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_bases_match() {
        let path = log_path(Path::new("dir"), 524_288);
        assert_eq!(path, Path::new("dir/00000000000000524288.log"));
        assert_eq!(base_of("00000000000000524288.log"), Some(524_288));
        assert_eq!(base_of("18446744073709551615.log"), Some(u64::MAX));
        let strangers =
            ["18446744073709551616.log", "524288.log", "job", "+0000000000000000001.log"];
        for name in strangers.into_iter().chain(["00000000000000524288.index"]) {
            assert_eq!(base_of(name), None, "{name}");
        }
    }

    #[test]
    fn segments_are_listed_in_order() {
        let dir = tempfile::tempdir().unwrap();
        for base in [500, 0, 10_000] {
            fs::write(log_path(dir.path(), base), "").unwrap();
            fs::write(index_path(dir.path(), base), "").unwrap();
        }
        fs::write(dir.path().join("job"), "").unwrap();
        assert_eq!(bases(dir.path()).unwrap(), [0, 500, 10_000]);
    }
}
