//! Programs of `examples/`, run as their users run them.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Where a program is: beside this test.
pub(crate) fn beside_this_test(name: &str) -> PathBuf {
    let test = env::current_exe().expect("a test knows where it is");
    let build = test.ancestors().nth(2).expect("tests are built into target/*/deps");
    let example = build.join("examples").join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(example.exists(), "build it first: cargo build --example {name} ({example:?})");
    example
}

/// No run takes longer, not even in an emulator on a busy machine.
const LONGEST: Duration = Duration::from_secs(120);

/// How the program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Runs `command` to its end. A program that hangs is killed, and so has no exit code.
    pub(crate) fn of(mut command: Command) -> Self {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = piped.spawn().expect("the program starts");
        let id = child.id().to_string();
        let (done, is_done) = mpsc::channel::<()>();
        let watchdog = thread::spawn(move || {
            if is_done.recv_timeout(LONGEST) == Err(RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").args(["-9", &id]).status();
            }
        });
        let output = child.wait_with_output().expect("the program can be waited for");
        drop(done);
        watchdog.join().expect("a watchdog does not panic");
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        let ended =
            Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!ended.err.contains("panicked"), "{ended:?}");
        ended
    }
}
