//! Threads that show how far the log is.

use super::shared::Shared;
use crate::error::{Context, Result};
use crate::primitives::{Position, Primitives, SnapshotCell, WaitTimeoutError};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use std::io::{self, ErrorKind, Write};
use std::time::Duration;

/// Shows a progress bar on the terminal until the log is closed.
pub fn show_progress<P: Primitives>(shared: &Shared<'_, P>) {
    const REFRESH: Duration = Duration::from_millis(100);
    let style = "{bar:30} {human_pos} of {human_len} records, {msg}, {eta} left";
    let style = ProgressStyle::with_template(style).expect("the template is right");
    let bar = ProgressBar::new(shared.start + shared.feed.records()).with_style(style);
    bar.set_position(shared.start);
    bar.set_message(HumanBytes(0).to_string());
    bar.reset_eta();
    while let Err(WaitTimeoutError::Timeout) = shared.durable.wait_for_timeout(u64::MAX, REFRESH) {
        let now = shared.snapshot.read();
        let batch = (now.records - shared.start) / now.batches.max(1);
        bar.set_position(now.records);
        bar.set_message(format!("{}, {batch} a batch", HumanBytes(now.bytes)));
    }
    bar.finish_and_clear();
}

/// Prints each durable position that it sees, at once, until the log is closed.
pub fn print_acks<P: Primitives>(shared: &Shared<'_, P>) -> Result<()> {
    let mut next = shared.start + 1;
    while let Ok(durable) = shared.durable.wait_for(next) {
        let mut out = io::stdout().lock();
        match writeln!(out, "durable {durable}").and_then(|()| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            printed => printed.context(|| "cannot write to standard output".into())?,
        }
        next = durable + 1;
    }
    Ok(())
}
