//! What cannot be done is refused, with a reason.

use crate::program::{Workplace, edit, run, verify};
use std::fs;
use std::path::Path;

#[test]
fn wrong_command_lines_exit_with_2() {
    let wrong = [
        "",
        "dance",
        "run",
        "verify",
        "recover",
        "lookup",
        "lookup dir",
        "lookup dir x",
        "lookup dir -1",
        "lookup dir 18446744073709551616",
        "verify dir another",
        "run dir --unknown",
        "run dir --records 0",
        "run dir --records many",
        "run dir --records -5",
        "run dir --writers 0",
        "run dir --writers 65",
        "run dir --writers two",
        "run dir --readers -1",
        "run dir --readers 65",
        "run dir --together 0",
        "run dir --together 17",
        "run dir --buffer 0",
        "run dir --buffer 2G",
        "run dir --queue 0",
        "run dir --batch 0",
        "run dir --in-flight 0",
        "run dir --block-size 0",
        "run dir --block-size 1T",
        "run dir --block-size 17M",
        "run dir --segment-size 10",
        "run dir --segment-size 5G",
        "run dir --segment-size K",
        "run dir --index-interval 0",
        "run dir --index-interval 1.5K",
        "run dir --sync sometimes",
        "run dir --baseline spinlock",
        "run dir --stall -1",
        "run dir --stall 11000000",
        "run dir --input",
        "run dir --acks=maybe",
        "compare",
        "compare dir --turns 0",
    ];
    for line in wrong {
        let ended = run(line.split_whitespace());
        assert_eq!(ended.code, Some(2), "{line}: {ended:?}");
        let says = ["error:", "Usage:"].iter().any(|word| ended.err.contains(word));
        assert!(says && ended.out.is_empty(), "{line}: {ended:?}");
    }
    assert!(!Path::new("dir").exists());
}

#[test]
fn help_is_no_error() {
    let help = run(["run", "--help"]).succeeded();
    for option in ["--input", "--block-size", "--records", "--writers", "--readers", "--buffer"]
        .into_iter()
        .chain(["--queue", "--batch", "--in-flight", "--segment-size", "--index-interval"])
        .chain(["--sync", "--baseline", "--resume", "--acks", "--stall", "--give-up", "--together"])
    {
        assert!(help.out.contains(option), "{option}");
    }
}

#[test]
fn missing_or_empty_input_is_refused() {
    let place = Workplace::with_lines(1);
    let empty = place.path("empty");
    fs::write(&empty, "").unwrap();
    let hollow = place.path("hollow");
    fs::create_dir(&hollow).unwrap();
    let nowhere = place.path("nowhere");
    let cases = [(nowhere, "No such file"), (empty, "is empty"), (hollow, "is empty")];
    for (input, why) in cases {
        let log = place.path("log");
        let arguments = ["run".as_ref(), log.as_path(), "--input".as_ref(), &input];
        run(arguments).failed(1, &["input", why]);
    }
}

#[test]
fn line_too_long_for_a_record_is_refused() {
    let place = Workplace::with_lines(1);
    fs::write(place.input(), vec![b'x'; (16 << 20) + 1]).unwrap();
    let log = place.path("log");
    run(place.arguments(&log, "")).failed(1, &["line 1", "16777217 bytes", "--block-size"]);
    run(place.arguments(&log, "--block-size 16M --sync none")).succeeded();
    assert_eq!(verify(&log).succeeded().records(), 2);
}

#[test]
fn unwritable_folder_is_refused() {
    let place = Workplace::with_lines(10);
    // Permissions do not stop root, but not even root can make a folder in a file.
    let below_a_file = place.input().join("log");
    run(place.arguments(&below_a_file, "")).failed(1, &["cannot make the folder", "input/log"]);
    let is_a_file = place.input();
    run(place.arguments(&is_a_file, "")).failed(1, &["cannot make the folder", "input"]);
    let device = Path::new("/proc/log");
    if Path::new("/proc/self").exists() {
        run(place.arguments(device, "")).failed(1, &["cannot make the folder", "/proc/log"]);
    }
}

#[test]
fn folder_without_a_log_is_refused() {
    let place = Workplace::with_lines(10);
    let empty = place.path("empty");
    fs::create_dir(&empty).unwrap();
    let cases = [(place.path("nowhere"), "No such file"), (empty, "no log"), (place.input(), "")];
    for (dir, why) in cases {
        let dir = dir.as_os_str();
        run(["verify".as_ref(), dir]).failed(1, &[why]);
        run(["recover".as_ref(), dir]).failed(1, &[why]);
        run(["lookup".as_ref(), dir, "0".as_ref()]).failed(1, &[why]);
    }
}

#[test]
fn a_log_is_not_overwritten() {
    let place = Workplace::with_lines(10);
    let log = place.make_log("log", "");
    run(place.arguments(&log, "")).failed(1, &["already", "--resume"]);
    fs::remove_file(log.join("job")).unwrap();
    run(place.arguments(&log, "")).failed(1, &["no job file"]);
    run(place.arguments(&log, "--resume")).failed(1, &["no job file"]);
}

#[test]
fn unreadable_job_file_is_refused() {
    let place = Workplace::with_lines(10);
    let log = place.make_log("log", "");
    edit(&log.join("job"), |bytes| bytes.truncate(40));
    verify(&log).failed(1, &["job file", "not usable"]);
    edit(&log.join("job"), |bytes| *bytes = vec![0xFF; 100]);
    verify(&log).failed(1, &["job file"]);
}

#[test]
fn changed_input_is_refused() {
    let place = Workplace::with_lines(10);
    let log = place.make_log("log", "");
    edit(&place.input(), |bytes| bytes[3] ^= 1);
    verify(&log).failed(1, &["input", "has changed"]);
    run(place.arguments(&log, "--resume --records 20")).failed(1, &["input", "has changed"]);
}
