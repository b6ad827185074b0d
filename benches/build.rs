//! Writes into the record what only the machine of the build knows: the compiler, the commit and the target.

use std::env;
use std::process::Command;

fn main() {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let variables = [
        ("RECORD_COMPILER", first_line(&rustc, &["--version"])),
        ("RECORD_COMMIT", first_line("git", &["describe", "--always", "--dirty"])),
        ("RECORD_TARGET", env::var("TARGET").unwrap_or_else(|_| "unknown".into())),
    ];
    for (name, value) in variables {
        println!("cargo::rustc-env={name}={value}");
    }
    // After a commit, a checkout, or a change of what is measured.
    let log = first_line("git", &["rev-parse", "--git-path", "logs/HEAD"]);
    for path in ["build.rs", "Cargo.toml", "src", "../src", &log] {
        println!("cargo::rerun-if-changed={path}");
    }
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    output.unwrap_or_default().lines().next().unwrap_or("unknown").into()
}
