//! Going on with a log.

use crate::program::{Workplace, contents, edit, frames, program, recover, run, segments, verify};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

const OPTIONS: &str = "--segment-size 8K --index-interval 300 --sync none";

#[test]
fn resumed_log_equals_uninterrupted_log() {
    let place = Workplace::with_lines(700);
    let whole = place.make_log("whole", &format!("{OPTIONS} --records 3000"));
    let pieces = place.path("pieces");
    for records in [1, 2, 100, 101, 1700, 3000] {
        let options = format!("{OPTIONS} --records {records} --resume --readers 2");
        let ran = run(place.arguments(&pieces, &options)).succeeded();
        let verified = verify(&pieces).succeeded();
        assert_eq!(verified.records(), records);
        assert_eq!(ran.row("records read back"), 2.0 * ran.row("records "));
    }
    assert_eq!(contents(&pieces), contents(&whole));
}

#[test]
fn a_torn_log_is_completed() {
    let place = Workplace::with_lines(700);
    let whole = place.make_log("whole", &format!("{OPTIONS} --records 3000"));
    let before = contents(&whole);
    let last = segments(&whole).pop().unwrap();
    let cuts = [1, 17, fs::metadata(&last).unwrap().len() as usize / 2];
    for cut in cuts {
        edit(&last, |bytes| bytes.truncate(bytes.len() - cut));
        verify(&whole).failed(1, &[]);
        recover(&whole).succeeded();
        let verified = verify(&whole).succeeded();
        assert!(verified.out.contains("interrupted") && verified.records() < 3000, "{verified:?}");
        run(["run".as_ref(), whole.as_os_str(), "--resume".as_ref()]).succeeded();
        assert_eq!(verify(&whole).succeeded().records(), 3000);
        assert_eq!(contents(&whole), before);
    }
}

#[test]
fn a_complete_log_is_left_alone() {
    let place = Workplace::with_lines(50);
    let log = place.make_log("log", OPTIONS);
    let before = contents(&log);
    let ran = run(place.arguments(&log, "--resume")).succeeded();
    assert!(ran.out.contains("complete"), "{ran:?}");
    assert_eq!(contents(&log), before);
    run(place.arguments(&log, "--resume --records 49")).failed(1, &["holds 50 records", "49"]);
}

#[test]
fn a_log_is_resumed_as_it_was_begun() {
    let place = Workplace::with_lines(50);
    let log = place.make_log("log", OPTIONS);
    for option in ["--block-size 10", "--segment-size 9K", "--index-interval 301"] {
        let options = format!("--resume --records 60 {option}");
        run(place.arguments(&log, &options)).failed(1, &[option.split(' ').next().unwrap()]);
    }
    let other = place.path("other");
    fs::copy(place.input(), &other).unwrap();
    run(["run".as_ref(), log.as_path(), "--resume".as_ref(), "--input".as_ref(), &other])
        .failed(1, &["--input"]);
}

#[test]
fn resuming_does_not_hide_damage() {
    let place = Workplace::with_lines(700);
    let log = place.make_log("log", OPTIONS);
    let first = &segments(&log)[0];
    let second_frame = frames(first)[1];
    edit(first, |bytes| bytes[second_frame + 5] ^= 4);
    let before = contents(&log);
    run(place.arguments(&log, "--resume --records 5000")).failed(1, &["corrupt", "record 1 "]);
    assert_eq!(contents(&log), before);
}

#[test]
fn second_process_on_a_log_is_refused() {
    let place = Workplace::with_lines(50);
    let log = place.path("log");
    let mut endless = program();
    endless.args(place.arguments(&log, "--records 1000000000 --acks --sync data"));
    let mut first = endless.stdout(Stdio::piped()).spawn().unwrap();
    let mut acks = BufReader::new(first.stdout.take().unwrap());
    acks.read_line(&mut String::new()).unwrap();
    run(place.arguments(&log, "--resume")).failed(1, &["another process"]);
    recover(&log).failed(1, &["another process"]);
    first.kill().unwrap();
    first.wait().unwrap();
    recover(&log).succeeded();
    verify(&log).succeeded();
}
