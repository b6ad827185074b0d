//! Running the program, and looking at its output.

#[path = "../shared/program.rs"]
mod shared;

use self::shared::beside_this_test;
use std::process::{Command, Stdio};

pub(crate) use self::shared::Ended;

/// Runs the program with the arguments in `line` to its end.
pub(crate) fn run(line: &str) -> Ended {
    let mut command = Command::new(beside_this_test("metadata_cache"));
    command.args(line.split_whitespace()).stdin(Stdio::null());
    Ended::of(command)
}

impl Ended {
    /// The counts that it has printed: names and numbers, in order.
    #[track_caller]
    pub(crate) fn counts(&self) -> Vec<(String, u64)> {
        let lines = self.out.lines().filter(|line| !line.is_empty());
        let count = |line: &str| {
            let (name, number) = line.split_once(' ')?;
            Some((name.to_owned(), number.parse().ok()?))
        };
        lines.map(|line| count(line).unwrap_or_else(|| panic!("{line:?} in {self:?}"))).collect()
    }
}
