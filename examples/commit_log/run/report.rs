//! The table at the end of a run.

use super::stats::Totals;
use super::workers::Measured;
use super::writer::Waited;
use comfy_table::{CellAlignment, Table, presets};
use std::fmt;
use std::time::Duration;

/// The results of a run, and its speed.
pub struct Report {
    pub transport: &'static str,
    pub elapsed: Duration,
    /// The time of all processors.
    pub processors: Option<Duration>,
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
    pub fn records_per_second(&self) -> f64 {
        self.measured.work.records as f64 / self.elapsed.as_secs_f64()
    }

    /// The processor time of a record. Not a number, where the system does not tell.
    pub fn nanos_a_record(&self) -> f64 {
        let nanos = self.processors.map_or(f64::NAN, |time| time.as_nanos() as f64);
        nanos / self.measured.work.records as f64
    }

    /// How long a commit took, in microseconds.
    pub fn latency(&self, quantile: f64) -> f64 {
        self.measured.latencies.value_at_quantile(quantile) as f64 / 1e3
    }

    fn rows(&self) -> Vec<[String; 2]> {
        let Self { transport, elapsed, processors, totals, measured } = self;
        let Measured { work, latencies, waited } = measured;
        let seconds = elapsed.as_secs_f64();
        let (records, batches) = (work.records as f64, work.batches as f64);
        let per_record =
            |time: Duration| format!("{:.1} ns a record", time.as_nanos() as f64 / records);
        let share = |time: Duration| format!("{:.1} %", 100.0 * time.as_secs_f64() / seconds);
        let mean = |time: fn(&Waited) -> Duration| {
            waited.iter().map(time).sum::<Duration>() / waited.len().max(1) as u32
        };
        let latency = |quantile| match latencies.len() {
            0 => "-".into(),
            _ => micros(latencies.value_at_quantile(quantile)),
        };
        let rows = [
            ("transport", (*transport).to_owned()),
            ("time", format!("{seconds:.3} s")),
            ("records", grouped(work.records)),
            ("records/s", grouped((records / seconds) as u64)),
            ("MB/s", format!("{:.1}", work.bytes as f64 / seconds / 1e6)),
            ("processor time", processors.map_or("-".into(), per_record)),
            ("- of the committer", work.running.map_or("-".into(), per_record)),
            ("committer: in write", share(work.writing)),
            ("committer: in sync", share(work.syncing)),
            ("committer: waited for records", share(work.waiting)),
            ("writers: waited for room", share(mean(|waited| waited.for_room))),
            ("writers: waited for acknowledgements", share(mean(|waited| waited.for_acks))),
            ("batches", grouped(work.batches)),
            ("records in a batch: mean", format!("{:.1}", records / batches)),
            ("records in a batch: p50", grouped(work.batch_sizes.value_at_quantile(0.5))),
            ("records in a batch: max", grouped(work.batch_sizes.max())),
            ("syncs", grouped(totals.syncs)),
            ("commit latency: p50", latency(0.5)),
            ("commit latency: p99", latency(0.99)),
            ("commit latency: p99.9", latency(0.999)),
            ("commit latency: max", latency(1.0)),
            ("writers found no room", times(totals.full)),
            ("writers had too many in flight", times(totals.window_full)),
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
