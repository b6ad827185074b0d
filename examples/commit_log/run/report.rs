//! The table at the end of a run.

use super::stats::Totals;
use super::workers::Measured;
use comfy_table::{CellAlignment, Table, presets};
use std::fmt;
use std::time::Duration;

/// The results of a run, and its speed.
pub struct Report {
    pub primitives: &'static str,
    pub elapsed: Duration,
    pub totals: Totals,
    pub measured: Measured,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_BORDERS_ONLY).add_rows(self.rows());
        table.column_mut(1).into_iter().for_each(|values| {
            values.set_cell_alignment(CellAlignment::Right);
        });
        table.fmt(f)
    }
}

impl Report {
    fn rows(&self) -> Vec<[String; 2]> {
        let Self { primitives, elapsed, totals, measured: Measured { batch_sizes, latencies } } =
            self;
        let seconds = elapsed.as_secs_f64();
        let latency = |quantile| micros(latencies.value_at_quantile(quantile));
        let rows = [
            ("transport", (*primitives).to_owned()),
            ("time", format!("{seconds:.3} s")),
            ("records", grouped(totals.records)),
            ("records/s", grouped((totals.records as f64 / seconds) as u64)),
            ("MB/s", format!("{:.1}", totals.bytes as f64 / seconds / 1e6)),
            ("batches", grouped(totals.batches)),
            ("records in a batch: mean", format!("{:.1}", batch_sizes.mean())),
            ("records in a batch: p50", grouped(batch_sizes.value_at_quantile(0.5))),
            ("records in a batch: max", grouped(batch_sizes.max())),
            ("syncs", grouped(totals.syncs)),
            ("commit latency: p50", latency(0.5)),
            ("commit latency: p99", latency(0.99)),
            ("commit latency: p99.9", latency(0.999)),
            ("commit latency: max", latency(1.0)),
            ("writers found the queue full", times(totals.queue_full)),
            ("writers waited for acknowledgements", times(totals.window_full)),
            ("records that came out of sequence", grouped(totals.reordered)),
            ("records read back and verified", grouped(totals.records_read)),
            ("MB read back and verified", format!("{:.1}", totals.bytes_read as f64 / 1e6)),
        ];
        rows.map(|(name, value)| [name.to_owned(), value]).to_vec()
    }
}

fn times(count: u64) -> String {
    format!("{} times", grouped(count))
}

fn micros(nanos: u64) -> String {
    format!("{:.1} µs", nanos as f64 / 1e3)
}

/// A number with a space between groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut text = digits[..first].to_owned();
    for group in digits.as_bytes()[first..].chunks(3) {
        let gap = if text.is_empty() { "" } else { " " };
        text.push_str(gap);
        text.extend(group.iter().map(|&digit| char::from(digit)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let numbers = [0, 7, 999, 1000, 65_536, 1_000_000, 12_345_678];
        let expected = ["0", "7", "999", "1 000", "65 536", "1 000 000", "12 345 678"];
        assert_eq!(numbers.map(grouped), expected);
    }
}
