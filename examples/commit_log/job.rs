//! The job file: what a log is made of, so that `verify` alone can check it and `run --resume` can
//! go on. It is replaced as a whole, so after a crash there is the old one or the new one.

use crate::error::{Context, Error, Result};
use crate::format::segment;
use crate::input::{Input, Split};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub input: PathBuf,
    pub split: Split,
    /// Of the whole input, to notice that it has changed.
    pub input_checksum: u32,
    /// How many records of the input the log is to hold: the first ones.
    pub records: u64,
    pub segment_size: u64,
    pub index_interval: u64,
    /// Whether all records were appended; if not, the log holds some.
    pub finished: bool,
}

/// The first line: says that it is ours, and in which form.
const TITLE: &str = "commit_log job, version 2";

impl Job {
    /// The job in `dir`, if there is one.
    pub fn load(dir: &Path) -> Result<Option<Self>> {
        let path = dir.join("job");
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).map(Some).map_err(|what| {
                Error::refused(format!("the job file {} is not usable: {what}", path.display()))
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(error).context(|| format!("cannot read the job file {}", path.display()))
            }
        }
    }

    /// The job of the log in `dir`.
    pub fn of_log(dir: &Path) -> Result<Self> {
        if !dir.is_dir() {
            fs::read_dir(dir).context(|| format!("cannot open the folder {}", dir.display()))?;
        }
        Self::load(dir)?
            .ok_or_else(|| Error::refused(format!("there is no log in {}", dir.display())))
    }

    /// Stores the job in `dir`, and replaces an earlier one.
    pub fn store(&self, dir: &Path) -> Result<()> {
        let (path, fresh) = (dir.join("job"), dir.join("job.new"));
        let writing = || format!("cannot write the job file {}", path.display());
        let mut file = File::create(&fresh).context(writing)?;
        file.write_all(self.to_text()?.as_bytes()).context(writing)?;
        file.sync_all().context(writing)?;
        fs::rename(&fresh, &path).context(writing)?;
        segment::sync_names(dir)
    }

    /// Returns the input, if it has not changed.
    pub fn read_input(&self) -> Result<Input> {
        let input = Input::read(&self.input, self.split)?;
        if input.checksum() != self.input_checksum {
            return Err(Error::refused(format!(
                "the input {} has changed since the log was begun",
                self.input.display()
            )));
        }
        Ok(input)
    }

    fn to_text(&self) -> Result<String> {
        let input = self.input.to_str().filter(|path| !path.contains('\n'));
        let input = input.ok_or_else(|| {
            Error::refused(format!(
                "the job file cannot hold the name of the input {:?}",
                self.input
            ))
        })?;
        let split = match self.split {
            Split::Lines => "lines".into(),
            Split::Blocks(size) => size.to_string(),
        };
        Ok(format!(
            "{TITLE}\ninput={input}\nblock-size={split}\ninput-crc32c={:08x}\nrecords={}\n\
             segment-size={}\nindex-interval={}\nfinished={}\n",
            self.input_checksum,
            self.records,
            self.segment_size,
            self.index_interval,
            self.finished
        ))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix(TITLE).ok_or(format!("its first line is not `{TITLE}`"))?;
        let value = |key: &str| {
            let value = rest.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            value.ok_or(format!("it says nothing about {key}"))
        };
        let number =
            |key: &str| value(key)?.parse::<u64>().map_err(|_| format!("{key} is not a number"));
        Ok(Self {
            input: value("input")?.into(),
            split: match value("block-size")? {
                "lines" => Split::Lines,
                _ => Split::Blocks(number("block-size")?.max(1)),
            },
            input_checksum: u32::from_str_radix(value("input-crc32c")?, 16)
                .map_err(|_| "input-crc32c is not a number")?,
            records: number("records")?,
            segment_size: number("segment-size")?,
            index_interval: number("index-interval")?,
            finished: value("finished")? == "true",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(split: Split) -> Job {
        Job {
            input: "/some where/the input=1".into(),
            split,
            input_checksum: 0x00ab_cdef,
            records: 123,
            segment_size: 1 << 20,
            index_interval: 4096,
            finished: split == Split::Lines,
        }
    }

    #[test]
    fn job_reads_back_as_stored() {
        for split in [Split::Lines, Split::Blocks(512)] {
            let dir = tempfile::tempdir().unwrap();
            assert_eq!(Job::load(dir.path()).unwrap(), None);
            job(split).store(dir.path()).unwrap();
            assert_eq!(Job::load(dir.path()).unwrap(), Some(job(split)));
        }
    }

    #[test]
    fn other_files_are_refused() {
        let text = job(Split::Lines).to_text().unwrap();
        for (from, to) in [("version 2", "version 1"), ("records=", "record="), ("=4096", "=x")] {
            assert!(Job::parse(&text.replace(from, to)).is_err(), "{to}");
        }
        assert!(Job::parse("").is_err());
        assert!(job(Split::Lines).to_text().is_ok());
        let nameless = Job { input: "two\nlines".into(), ..job(Split::Lines) };
        assert!(nameless.to_text().is_err());
    }
}
