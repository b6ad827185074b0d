//! The cache of a metadata server, as a GFS client has it for the locations of chunks, and Linux for directory entries:
//! read all the time, written now and then.
//!
//! ```text
//!                         ┌ mount ──────────────────────────────────────────────────┐
//!             look up     │          pin          follow          compare, copy    │     location, if its lease (Clock)
//!  readers ───────────────┼─▶ Gate ──────▶ Pins ──────▶ bucket ──────────▶ node     ├───▶ and its version hold
//!                         │                         SeqCount, 6 ways   on the heap  │
//!             fill        │                            ▲          │                 │
//!  readers ───────────────┼────────────────────────────┤          │ unlinked        │
//!  writers ───────────────┼────────────────────────────┘          ▼                 │
//!             replace,    │                                retired, in the order    ├───▶ freed, once no pin
//!             remove      │                                of removals (Watermark)  │     is older
//!                         └ Counters ───────────────────────────────────────────────┴───▶ text, as in /proc
//! ```
//!
//! A look-up writes to nothing that is shared: only to the reader's own slot of `Pins` and to its own counts. It follows a
//! pointer in its bucket to a node, compares the path there, and copies the entry beside it. It keeps the copy if the
//! bucket's sequence says that no writer came between. An entry is a hit while the master's lease on it lasts, and while its version is not behind what the
//! reader has heard from the master.
//!
//! `compare` does the same with what else there is for it: a `HashMap` under an `RwLock`, `dashmap`, and a map that is
//! copied for each write, behind `arc-swap`.
//!
//! `cargo run --release --example metadata_cache -- run --check`, then `-- compare`.

#![allow(unreachable_pub, reason = "a program has no outside")]

mod args;
mod caches;
mod check;
mod compare;
mod counts;
#[cfg(test)]
mod doubles;
mod entry;
mod error;
mod key;
mod load;
mod mount;
mod run;
mod table;

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
        Command::Run(args) => run::run(&args),
        Command::Compare(args) => print(&compare::compare(&args)?),
    }
}

/// Writes a line to standard output. That its reader has gone away is no error.
fn print(text: &impl Display) -> Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context(|| "cannot write to standard output".into()),
    }
}
