//! The simulated order of peers beside the measured one.

use crate::families::{Bench, Cost, counter, streams};
use crate::schedule::Schedule;
use std::cmp::Ordering;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// What is simulated of a peer, and its name in the record.
struct Peer {
    simulated: fn(&mut Bench) -> Cost,
    measured: &'static str,
}

/// Peers that do the same.
struct Comparison {
    family: &'static str,
    scenario: &'static str,
    processors: usize,
    peers: &'static [Peer],
}

const COUNTERS: &[Peer] = &[
    Peer { simulated: counter::with_slot, measured: "latchfree Counter::with_slot" },
    Peer { simulated: counter::local, measured: "latchfree Counter::local" },
    Peer { simulated: counter::add, measured: "latchfree Counter::add" },
    Peer { simulated: counter::one_word, measured: "core AtomicU64::fetch_add" },
];

const QUEUES: &[Peer] = &[
    Peer { simulated: streams::batches, measured: "latchfree, batches of 32" },
    Peer { simulated: streams::single, measured: "latchfree mpsc::bounded" },
    // A Vyukov ring too.
    Peer { simulated: streams::ring, measured: "crossbeam ArrayQueue" },
];

const COMPARISONS: &[Comparison] = &[
    Comparison { family: "counter", scenario: "1 threads", processors: 1, peers: COUNTERS },
    Comparison { family: "counter", scenario: "2 threads", processors: 2, peers: COUNTERS },
    Comparison { family: "counter", scenario: "4 threads", processors: 4, peers: COUNTERS },
    Comparison { family: "mpsc", scenario: "1 to 1, trying", processors: 1, peers: QUEUES },
    Comparison { family: "mpsc", scenario: "2 to 1, trying", processors: 2, peers: QUEUES },
    Comparison { family: "mpsc", scenario: "4 to 1, trying", processors: 4, peers: QUEUES },
];

/// A median of the newest record, in hundredths of nanoseconds, and its quartiles.
fn measured(family: &str, scenario: &str, peer: &str) -> [u64; 3] {
    let records =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../record/x86_64-unknown-linux-gnu");
    let folders = fs::read_dir(records)
        .expect("there are records")
        .map(|entry| entry.expect("readable").path());
    // By date. A run that is not in the record yet is in `latest`.
    let newest = folders.filter(|path| !path.ends_with("latest")).max().expect("a record");
    let csv = fs::read_to_string(newest.join(family).with_extension("csv")).expect("this family's");
    let start = format!("\"{scenario}\",\"{peer}\",");
    let line = csv.lines().find_map(|line| line.strip_prefix(&start)).expect("this peer's");
    let figures: Vec<u64> =
        line.split(',').map(|figure| figure.replace('.', "").parse().expect("a number")).collect();
    figures.try_into().expect("a median and two quartiles")
}

/// Says whether the orders agree. Medians that are within each other's quartiles have no order.
fn verdict(simulated: &[u64], measured: &[[u64; 3]]) -> &'static str {
    let is_faster = |[_, _, upper]: [u64; 3], [_, lower, _]: [u64; 3]| upper < lower;
    let peers = 0..simulated.len();
    let pairs = peers.clone().flat_map(|one| peers.clone().map(move |other| (one, other)));
    let ordered = pairs.filter(|&(one, other)| is_faster(measured[one], measured[other]));
    let worst = ordered.map(|(one, other)| simulated[one].cmp(&simulated[other])).max();
    match worst {
        None | Some(Ordering::Less) => "yes",
        Some(Ordering::Equal) => "yes, but for a tie",
        Some(Ordering::Greater) => "no",
    }
}

/// Prints a line a comparison.
pub fn write(out: &mut String) {
    out.push_str(INTRODUCTION);
    for comparison in COMPARISONS {
        let simulated = comparison.peers.iter().map(|peer| {
            let cost = (peer.simulated)(&mut Bench::new(Schedule::Clock, comparison.processors));
            (2 * cost.counts.cycles + cost.operations) / (2 * cost.operations)
        });
        let simulated: Vec<u64> = simulated.collect();
        let measure = |peer: &Peer| measured(comparison.family, comparison.scenario, peer.measured);
        let measured: Vec<[u64; 3]> = comparison.peers.iter().map(measure).collect();
        let peers = comparison.peers.iter().zip(&simulated).zip(&measured).map(
            |((peer, cycles), [median, ..])| {
                format!("{} {cycles}, {}.{:02}", peer.measured, median / 100, median % 100)
            },
        );
        let peers: Vec<_> = peers.collect();
        let agree = verdict(&simulated, &measured);
        let _ = writeln!(
            out,
            "| {}, {} | {} | {agree} |",
            comparison.family,
            comparison.scenario,
            peers.join("; ")
        );
    }
}

const INTRODUCTION: &str = "
# The simulated order and the measured one

Each peer with its simulated cycles and its measured nanoseconds (the median of the newest
[record](../record/x86_64-unknown-linux-gnu)). The orders agree if no two peers of which one was measured to be faster, with
quartiles that do not overlap, are the other way round in the simulation, which counts accesses and no other
instructions.

| scenario | cycles, nanoseconds | same order |
| --- | --- | --- |
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_of_medians_that_differ() {
        let (fast, slow, either) = ([20, 19, 21], [40, 35, 50], [30, 20, 45]);
        assert_eq!(verdict(&[1, 2], &[fast, slow]), "yes");
        assert_eq!(verdict(&[2, 1], &[fast, slow]), "no");
        assert_eq!(verdict(&[1, 1], &[fast, slow]), "yes, but for a tie");
        assert_eq!(verdict(&[2, 1], &[fast, either]), "yes");
        assert_eq!(verdict(&[3, 1, 1], &[either, fast, slow]), "yes, but for a tie");
        assert_eq!(verdict(&[3, 2, 1], &[either, fast, slow]), "no");
    }

    #[test]
    fn record_is_read() {
        let [median, lower, upper] = measured("counter", "1 threads", "core AtomicU64::fetch_add");
        assert!(lower <= median && median <= upper && (100..100_000).contains(&median));
    }
}
