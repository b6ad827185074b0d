//! Running the program, and looking at its output and its files.

#[path = "../shared/program.rs"]
mod shared;

use self::shared::beside_this_test;
use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub(crate) use self::shared::Ended;

/// The program, ready to be given arguments.
pub(crate) fn program() -> Command {
    let (name, arguments) = command_line();
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null());
    command
}

/// The program in a shell that limits the size of files, and has writes beyond it fail instead of
/// killing the program.
pub(crate) fn program_with_file_limit(blocks: u32) -> Command {
    let (name, arguments) = command_line();
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script, "sh"]).arg(name).args(arguments).stdin(Stdio::null());
    command
}

/// Whether the program runs in an emulator, where its start takes many times as long.
pub(crate) fn is_emulated() -> bool {
    env::var_os("COMMIT_LOG").is_some()
}

/// The program lies beside this test, unless `COMMIT_LOG` has the words of another command.
fn command_line() -> (OsString, Vec<OsString>) {
    let words = match env::var("COMMIT_LOG") {
        Ok(words) => words.split_whitespace().map(OsString::from).collect(),
        Err(_) => vec![beside_this_test("commit_log").into_os_string()],
    };
    let (name, arguments) = words.split_first().expect("a command has a name");
    (name.clone(), arguments.to_vec())
}

impl Ended {
    /// Asserts that it has exited with success.
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// It exited with `code`, and an error that has all of `words` in it.
    #[track_caller]
    pub(crate) fn failed(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.err.contains("error:"), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in {self:?}");
        }
        self
    }

    /// The number in the row `name` of the table.
    #[track_caller]
    pub(crate) fn row(&self, name: &str) -> f64 {
        let row =
            self.out.lines().find_map(|line| line.strip_prefix('│')?.trim().strip_prefix(name));
        let row = row.unwrap_or_else(|| panic!("no row {name:?} in {self:?}"));
        let digits: String =
            row.chars().filter(|&digit| digit.is_ascii_digit() || digit == '.').collect();
        digits.parse().unwrap_or_else(|_| panic!("no number in row {name:?} of {self:?}"))
    }

    /// How many records `recover` or `verify` has found, fillers among them.
    #[track_caller]
    pub(crate) fn records(&self) -> u64 {
        if self.out.contains("the log is empty") {
            return 0;
        }
        let behind = ["the log holds ", "verified: all ", "verified: "];
        let found = self.out.lines().find_map(|line| {
            let rest = behind.iter().find_map(|words| line.strip_prefix(words))?;
            rest.split(' ').next()?.parse::<u64>().ok()
        });
        let found = found.unwrap_or_else(|| panic!("no number of records in {self:?}"));
        found + if self.out.contains("verified: ") { self.fillers() } else { 0 }
    }

    /// How many fillers `verify` has found.
    pub(crate) fn fillers(&self) -> u64 {
        let before = self.out.split(" fillers;").next().filter(|before| *before != self.out);
        let number = before.and_then(|before| before.rsplit(' ').next()?.parse().ok());
        number.unwrap_or(0)
    }
}

/// Runs the program to its end.
pub(crate) fn run<I: IntoIterator<Item: AsRef<OsStr>>>(arguments: I) -> Ended {
    let mut command = program();
    command.args(arguments);
    Ended::of(command)
}

/// A folder with an input, for a log to be made in.
pub(crate) struct Workplace {
    root: TempDir,
    /// The records of the input.
    pub(crate) lines: Vec<String>,
}

impl Workplace {
    /// With an input of so many lines, of different lengths: every seventh is empty.
    pub(crate) fn with_lines(count: usize) -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let line = |n: usize| match n % 7 {
            6 => String::new(),
            _ => format!("line {n} {}", "#".repeat(n * 31 % 97)),
        };
        let lines: Vec<_> = (0..count).map(line).collect();
        fs::write(root.path().join("input"), lines.join("\n")).expect("an input");
        Self { root, lines }
    }

    pub(crate) fn input(&self) -> PathBuf {
        self.root.path().join("input")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// `run` on the input, into the folder `log`, with `options`.
    pub(crate) fn arguments(&self, log: &Path, options: &str) -> Vec<OsString> {
        let fixed = ["run".into(), log.into(), "--input".into(), self.input().into()];
        fixed.into_iter().chain(options.split_whitespace().map(OsString::from)).collect()
    }

    /// Makes a log in the folder `name`.
    #[track_caller]
    pub(crate) fn make_log(&self, name: &str, options: &str) -> PathBuf {
        let log = self.path(name);
        run(self.arguments(&log, options)).succeeded();
        log
    }
}

pub(crate) fn verify(log: &Path) -> Ended {
    run([OsStr::new("verify"), log.as_os_str()])
}

pub(crate) fn recover(log: &Path) -> Ended {
    run([OsStr::new("recover"), log.as_os_str()])
}

/// The segments and indexes of a log, by name.
pub(crate) fn contents(log: &Path) -> BTreeMap<OsString, Vec<u8>> {
    let files = fs::read_dir(log).expect("a folder").map(|file| file.expect("a file"));
    let segments = files.filter(|file| {
        let path = file.path();
        path.extension().is_some_and(|kind| kind == "log" || kind == "index")
    });
    segments.map(|file| (file.file_name(), fs::read(file.path()).expect("a file"))).collect()
}

/// The paths of the segments of a log, in order.
pub(crate) fn segments(log: &Path) -> Vec<PathBuf> {
    let names = contents(log).into_keys().map(|name| log.join(name));
    names.filter(|path| path.extension().is_some_and(|kind| kind == "log")).collect()
}

/// The bytes of a frame before its payload, as the format has it: a length, a sequence number, the number of the
/// input record, a checksum.
pub(crate) const HEADER: usize = 24;

/// Where the frames of a segment begin.
pub(crate) fn frames(segment: &Path) -> Vec<usize> {
    frames_in(&fs::read(segment).expect("a segment"))
}

/// Where the frames in `bytes` begin.
pub(crate) fn frames_in(bytes: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    while at + HEADER <= bytes.len() {
        starts.push(at);
        let length = u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        at += HEADER + length as usize;
    }
    starts
}

/// What each frame of a log, in its order, says that it holds: the number of a record of the input, or [`FILLER`].
pub(crate) fn inputs_and_fillers(log: &Path) -> Vec<u64> {
    let mut inputs = Vec::new();
    for segment in segments(log) {
        let bytes = fs::read(segment).expect("a segment");
        for frame in frames_in(&bytes) {
            let input = bytes[frame + 12..frame + 20].try_into().expect("eight bytes");
            inputs.push(u64::from_le_bytes(input));
        }
    }
    inputs
}

/// The number of a record of the input that stands in the place of one that was given up.
pub(crate) const FILLER: u64 = u64::MAX;

/// Which records of the input a log holds, in its order, without its fillers.
pub(crate) fn inputs(log: &Path) -> Vec<u64> {
    let mut inputs = inputs_and_fillers(log);
    inputs.retain(|&input| input != FILLER);
    inputs
}

/// The records of the input that a line of `run --acks` says are acknowledged.
pub(crate) fn acknowledged(line: &str) -> Option<Range<u64>> {
    let (start, end) = line.strip_prefix("acknowledged ")?.split_once(" to ")?;
    Some(start.parse().ok()?..end.parse().ok()?)
}

/// A frame, as the format has it.
pub(crate) fn frame(sequence: u64, input: u64, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_le_bytes().to_vec();
    frame.extend(sequence.to_le_bytes());
    frame.extend(input.to_le_bytes());
    let checksum = crc32c::crc32c(&[payload, &frame, &[0; 4]].concat());
    frame.extend(checksum.to_le_bytes());
    frame.extend(payload);
    frame
}

/// Copies the files of a log.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for file in fs::read_dir(from).expect("a folder") {
        let file = file.expect("a file");
        fs::copy(file.path(), to.join(file.file_name())).expect("a copy");
    }
}

/// Changes the bytes of a file.
pub(crate) fn edit(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("a file");
    change(&mut bytes);
    fs::write(path, bytes).expect("a file that can be written");
}
