//! Going on with a log.

use crate::program::{
    Workplace, contents, copy, edit, frames, is_emulated, program, recover, run, segments, verify,
};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

const OPTIONS: &str = "--writers 1 --segment-size 8K --index-interval 300 --sync none";

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
        let resume =
            ["run".as_ref(), whole.as_os_str(), "--resume".as_ref(), "--writers=1".as_ref()];
        run(resume).succeeded();
        assert_eq!(verify(&whole).succeeded().records(), 3000);
        assert_eq!(contents(&whole), before);
    }
}

#[test]
fn log_of_many_writers_is_completed_wherever_it_was_cut() {
    let place = Workplace::with_lines(700);
    let options = "--segment-size 8K --index-interval 300 --sync none --records 3000";
    let (whole, log) = (place.make_log("whole", options), place.path("log"));
    let last = segments(&whole).pop().unwrap();
    let name = last.file_name().unwrap();
    let step = if is_emulated() { 613 } else { 97 };
    for (number, cut) in (1..fs::metadata(&last).unwrap().len()).step_by(step).enumerate() {
        copy(&whole, &log);
        edit(&log.join(name), |bytes| bytes.truncate(bytes.len() - cut as usize));
        recover(&log).succeeded();
        let left = verify(&log).succeeded().records();
        let transport = ["", "--baseline mutex", "--baseline channel"][number % 3];
        let writers = 1 + number % 5;
        let options = format!("--resume --writers {writers} --sync none {transport}");
        let ran = run(place.arguments(&log, &options)).succeeded();
        assert_eq!(ran.row("records "), (3000 - left) as f64, "only what is missing");
        assert!(verify(&log).succeeded().out.starts_with("verified: all 3000 records"));
        fs::remove_dir_all(&log).unwrap();
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
    run(place.arguments(&log, "--resume --records 49"))
        .failed(1, &["holds 50 records", "more than the 49"]);
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
