//! Running the program.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How the program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Runs the program with the arguments in `line` to its end.
    pub(crate) fn of(line: &str) -> Self {
        let mut command = Command::new(beside_this_test());
        let output = command.args(line.split_whitespace()).stdin(Stdio::null()).output();
        let output = output.expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        let ended =
            Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!ended.err.contains("panicked"), "{ended:?}");
        ended
    }

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

/// The program lies beside this test.
fn beside_this_test() -> PathBuf {
    let test = env::current_exe().expect("a test knows where it is");
    let build = test.ancestors().nth(2).expect("tests are built into target/*/deps");
    let name = format!("metadata_cache{}", env::consts::EXE_SUFFIX);
    let example = build.join("examples").join(name);
    assert!(example.exists(), "build it first: cargo build --example metadata_cache ({example:?})");
    example
}
