//! The records to append: the lines or blocks of a file, held in memory.

use crate::error::{Context, Error, Result};
use crate::format::frame::MAX_PAYLOAD;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The sources of this crate: the input when none is given.
pub const DEFAULT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src");

/// How an input becomes records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// One record a line, without its newline.
    Lines,
    /// Blocks of this size; the last may be shorter.
    Blocks(u64),
}

/// An input in memory.
pub struct Input {
    /// Records begin at multiples of [`ALIGNMENT`], as values do that come from an allocator.
    bytes: Vec<u8>,
    /// Where each record is.
    spans: Vec<Range<usize>>,
    checksum: u32,
}

const ALIGNMENT: usize = 8;

impl Input {
    /// Reads a file, or all files in a folder, in the order of their paths.
    pub fn read(path: &Path, split: Split) -> Result<Self> {
        let mut bytes = Vec::new();
        for file in files(path)? {
            let content = fs::read(&file).context(|| format!("cannot read {}", file.display()))?;
            bytes.extend_from_slice(&content);
            if split == Split::Lines && bytes.last().is_some_and(|&last| last != b'\n') {
                bytes.push(b'\n'); // a file's last line does not run into the next file's first
            }
        }
        let spans = match split {
            Split::Lines => lines(&bytes),
            Split::Blocks(size) => blocks(&bytes, size),
        };
        let checksum = crc32c::crc32c(&bytes);
        let input = Self::aligned(&bytes, spans, checksum);
        input.check(path)?;
        Ok(input)
    }

    fn aligned(bytes: &[u8], mut spans: Vec<Range<usize>>, checksum: u32) -> Self {
        let mut aligned = Vec::with_capacity(bytes.len() + spans.len() * ALIGNMENT);
        for span in &mut spans {
            aligned.resize(aligned.len().next_multiple_of(ALIGNMENT), 0);
            let start = aligned.len();
            aligned.extend_from_slice(&bytes[span.clone()]);
            *span = start..aligned.len();
        }
        Self { bytes: aligned, spans, checksum }
    }

    fn check(&self, path: &Path) -> Result<()> {
        if self.spans.is_empty() {
            return Err(Error::refused(format!("the input {} is empty", path.display())));
        }
        match self.spans.iter().position(|span| span.len() > MAX_PAYLOAD) {
            None => Ok(()),
            Some(long) => Err(Error::refused(format!(
                "line {} of the input {} has {} bytes, more than a record can ({MAX_PAYLOAD}); \
                 cut it with --block-size",
                long + 1,
                path.display(),
                self.spans[long].len(),
            ))),
        }
    }

    /// How many records there are before the input starts over. Not zero.
    pub fn len(&self) -> u64 {
        self.spans.len() as u64
    }

    /// The length of the longest record.
    pub fn longest(&self) -> usize {
        self.spans.iter().map(Range::len).max().unwrap_or(0)
    }

    /// The length of a record, on average.
    pub fn mean_len(&self) -> usize {
        self.spans.iter().map(Range::len).sum::<usize>() / self.spans.len()
    }

    /// The record `index`; behind the last one the input starts over.
    pub fn record(&self, index: u64) -> &[u8] {
        &self.bytes[self.spans[(index % self.len()) as usize].clone()]
    }

    /// The record `index` and those that follow, without end.
    #[inline]
    pub fn records_from(&self, index: u64) -> impl Iterator<Item = &[u8]> {
        let (before, from) = self.spans.split_at((index % self.len()) as usize);
        let spans = from.iter().chain(before).cycle();
        spans.map(|span| &self.bytes[span.clone()])
    }

    /// A checksum of the files, to notice that it has changed.
    pub fn checksum(&self) -> u32 {
        self.checksum
    }
}

/// `path`, or the files below it.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let reading = || format!("cannot read the input {}", path.display());
    if !fs::metadata(path).context(reading)?.is_dir() {
        return Ok(vec![path.into()]);
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(path).context(reading)? {
        paths.push(entry.context(reading)?.path());
    }
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        found.append(&mut files(&path)?);
    }
    Ok(found)
}

fn lines(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut start = 0;
    for (end, _) in bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'\n') {
        spans.push(start..end);
        start = end + 1;
    }
    spans
}

fn blocks(bytes: &[u8], size: u64) -> Vec<Range<usize>> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let starts = (0..bytes.len()).step_by(size);
    starts.map(|start| start..bytes.len().min(start.saturating_add(size))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(split: Split, files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let input = Input::read(folder.path(), split).unwrap();
        let all = (0..input.len()).map(|at| String::from_utf8(input.record(at).into()).unwrap());
        all.collect()
    }

    #[test]
    fn lines_of_all_files_in_the_order_of_paths() {
        let files = [("b/z", "four\n\nsix"), ("a", "one\ntwo"), ("b/a", "three\n"), ("c", "seven")];
        let expected = ["one", "two", "three", "four", "", "six", "seven"];
        assert_eq!(records(Split::Lines, &files), expected);
    }

    #[test]
    fn blocks_run_across_lines_and_files() {
        let files = [("a", "one\ntwo\n"), ("b", "three")];
        assert_eq!(records(Split::Blocks(5), &files), ["one\nt", "wo\nth", "ree"]);
        assert_eq!(records(Split::Blocks(100), &files), ["one\ntwo\nthree"]);
    }

    #[test]
    fn input_starts_over_at_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("three");
        fs::write(&path, "a\nb\nc\n").unwrap();
        let input = Input::read(&path, Split::Lines).unwrap();
        assert_eq!(
            (input.record(2), input.record(3), input.record(7)),
            (&b"c"[..], &b"a"[..], &b"b"[..])
        );
        let following: Vec<_> = input.records_from(5).take(5).collect();
        assert_eq!(following, [b"c", b"a", b"b", b"c", b"a"]);
    }
}
