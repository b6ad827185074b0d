//! A group-commit log, as a broker or a write-ahead log has it, on the primitives of this crate.
//!
//! ```text
//!            reserve, frame and                slices of whole
//!            checksum in place                 frames
//!  writer ─┐                  ┌────────────┐                 ┌───────────┐ one write   ┌──────────────┐
//!  writer ─┼─────────────────▶│ log buffer │────────────────▶│ committer │─ one sync ─▶│ segments,    │──▶ verify
//!  writer ─┘                  └────────────┘                 └─────┬─────┘  a batch    │ sparse index │    recover
//!     ▲    durable position          ▲          release            │                   └──────┬───────┘    lookup
//!     └──────────────────────────────┴─────────────────────────────┤                          │
//!                                                                  ├ Watermark ──▶ readers ◀──┘
//!                                                                  └ SeqLock snapshot ─▶ readers, progress bar
//! ```
//!
//! Writers draw records of the input, reserve room for their frames in a `log::buffer`, and fill it in parallel. The order
//! of their reservations is the order of the log: a reservation comes with the record's number, so nothing has to be sorted
//! afterwards. The one committer writes what is there as it is, syncs it once, and releases it; that acknowledges all
//! records of the batch. A record is acknowledged, or the run says that it failed.
//!
//! What brings frames from writers to the committer is a *transport*, and `--baseline` takes another: two buffers under a
//! mutex, a channel, or none, with one thread that does it all. `compare` runs the job on each of them.
//!
//! `cargo run --release --example commit_log -- run /tmp/log`, then `-- verify /tmp/log`.

#![allow(unreachable_pub, reason = "a program has no outside")]

mod args;
mod compare;
mod coverage;
mod error;
mod format;
mod input;
mod job;
mod lock;
mod lookup;
mod primitives;
mod recover;
mod run;
mod verify;

use crate::args::{Cli, Command};
use crate::error::{Context, Result};
use clap::Parser;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Exits with 0, with 1 if the work failed, and with 2 (from clap) if the command line is wrong.
fn main() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<()> {
    match command {
        Command::Run(args) => match run::run(&args)? {
            Some(report) => print(&report),
            None => print(&"the log was complete already"),
        },
        Command::Compare(args) => print(&compare::compare(&args)?),
        Command::Verify { dir } => print(&verify::verify(&dir)?),
        Command::Recover { dir } => print(&recover::recover_alone(&dir)?),
        Command::Lookup { dir, offset } => {
            let found = lookup::lookup(&dir, offset)?;
            let _ = writeln!(io::stderr(), "{found}");
            print_bytes(&found.payload)
        }
    }
}

fn print(text: &impl Display) -> Result<()> {
    print_bytes(text.to_string().as_bytes())
}

/// Writes a line to standard output. That its reader has gone away is no error.
fn print_bytes(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    let written =
        out.write_all(bytes).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context(|| "cannot write to standard output".into()),
    }
}
