//! Finding single records.

use crate::program::{Ended, HEADER, Workplace, edit, run, segments};
use std::path::Path;

fn lookup(log: &Path, offset: u64) -> Ended {
    run(["lookup".as_ref(), log.as_os_str(), offset.to_string().as_ref()])
}

const OPTIONS: &str =
    "--writers 1 --segment-size 20K --index-interval 1000 --records 2500 --sync none";

#[test]
fn lookup_finds_first_last_and_any_record() {
    let place = Workplace::with_lines(1000);
    let log = place.make_log("log", OPTIONS);
    assert!(segments(&log).len() > 2);
    for offset in (0..2500).step_by(83).chain([1, 2498, 2499]) {
        let found = lookup(&log, offset).succeeded();
        let line = &place.lines[offset as usize % 1000];
        assert_eq!(found.out, format!("{line}\n"), "{offset}");
        assert!(found.err.starts_with(&format!("record {offset}: {} bytes", line.len())));
    }
}

#[test]
fn the_index_saves_scanning() {
    let place = Workplace::with_lines(1000);
    let log = place.make_log("log", OPTIONS);
    for offset in (0..2500).step_by(101) {
        let found = lookup(&log, offset).succeeded();
        let words: Vec<_> = found.err.split_whitespace().collect();
        let at = words.iter().position(|&word| word == "scanned").expect("it says what it scanned");
        let scanned: u64 = words[at + 1].parse().expect("a number");
        // An interval, a record more to reach it, and the record itself.
        assert!(scanned <= 1000 + 2 * (HEADER as u64 + 110), "{found:?}");
    }
}

#[test]
fn lookup_beyond_the_end_fails() {
    let place = Workplace::with_lines(1000);
    let log = place.make_log("log", OPTIONS);
    for offset in [2500, 2501, 1 << 40, u64::MAX] {
        lookup(&log, offset).failed(1, &[&format!("no record {offset}"), "holds 2500 records"]);
    }
}

#[test]
fn a_damaged_record_is_not_given_out() {
    let place = Workplace::with_lines(1000);
    let log = place.make_log("log", OPTIONS);
    edit(&segments(&log)[0], |bytes| bytes[HEADER + 4] ^= 1); // in the payload of the first record
    lookup(&log, 0).failed(1, &["corrupt", "record 0 fails its checksum"]);
    lookup(&log, 2).failed(1, &["corrupt", "record 0 fails its checksum"]);
    lookup(&log, 100).succeeded();
}

#[test]
fn an_index_that_leads_nowhere_is_noticed() {
    let place = Workplace::with_lines(1000);
    for garbage in [0x00, 0x01, 0x5A, 0xFF] {
        let log = place.make_log(&format!("log{garbage}"), OPTIONS);
        for segment in segments(&log) {
            edit(&segment.with_extension("index"), |bytes| bytes.fill(garbage));
        }
        for offset in (1..2500).step_by(199) {
            let found = lookup(&log, offset);
            if found.code == Some(0) {
                // Nothing in it fitted, so the search began at the start of the segment.
                assert_eq!(found.out, format!("{}\n", place.lines[offset as usize % 1000]));
            } else {
                found.failed(1, &["corrupt", ".index", "recover"]);
            }
        }
    }
}
