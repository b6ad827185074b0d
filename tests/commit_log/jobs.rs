//! Whole jobs: every record gets into the log once, whatever they run on.

use crate::program::{Workplace, contents, run, segments, verify};
use std::path::Path;

const TRANSPORTS: [&str; 3] = ["", "--baseline mutex", "--baseline channel"];

#[test]
fn logs_of_all_primitives_are_equal() {
    let place = Workplace::with_lines(2000);
    let small = "--segment-size 16K --index-interval 500 --sync none";
    for split in ["", "--block-size 100", "--block-size 1", "--block-size 700"] {
        let mut logs = Vec::new();
        for (number, transport) in TRANSPORTS.iter().enumerate() {
            let name = format!("log{split}{number}");
            let log = place.make_log(&name, &format!("{small} {split} {transport} --records 3000"));
            let verified = verify(&log).succeeded();
            assert_eq!(verified.records(), 3000, "{split} {transport}");
            assert!(verified.out.contains("all"), "{verified:?}");
            logs.push(contents(&log));
        }
        // The log depends on the input, not on the speed of the threads.
        assert!(logs[0].len() > 2, "there are segments");
        assert!(logs.iter().all(|log| *log == logs[0]), "{split}");
    }
}

#[test]
fn any_queue_window_and_batch_writes_all_records() {
    let place = Workplace::with_lines(500);
    let shapes = [
        "--writers 1 --in-flight 1",
        "--writers 8 --in-flight 1 --queue 1",
        "--writers 3 --queue 2 --in-flight 100",
        "--writers 4 --batch 1",
        "--writers 2 --batch 7 --queue 1000 --in-flight 50",
        "--writers 64 --readers 3",
        "--segment-size 1K --index-interval 1 --readers 2",
    ];
    for (number, shape) in shapes.iter().enumerate() {
        for (other, transport) in TRANSPORTS.iter().enumerate() {
            let options = format!("{shape} {transport} --sync none --records 1000");
            let log = place.make_log(&format!("log{number}-{other}"), &options);
            assert_eq!(verify(&log).succeeded().records(), 1000, "{options}");
        }
    }
}

#[test]
fn readers_see_every_record() {
    let place = Workplace::with_lines(1000);
    for (number, transport) in TRANSPORTS.iter().enumerate() {
        let options =
            format!("{transport} --readers 3 --records 5000 --segment-size 8K --sync none");
        let log = place.path(&format!("log{number}"));
        let ran = run(place.arguments(&log, &options)).succeeded();
        assert_eq!(ran.row("records read back and verified"), 15_000.0);
        let bytes: u64 = segments(&log).iter().map(|path| size(path)).sum();
        let read = ran.row("MB read back and verified");
        assert!((read - 3.0 * bytes as f64 / 1e6).abs() <= 0.051, "{read} {bytes}");
    }
}

fn size(path: &Path) -> u64 {
    path.metadata().expect("a segment").len()
}

#[test]
fn report_adds_up() {
    let place = Workplace::with_lines(1000);
    let options = "--records 20000 --readers 0 --batch 64 --sync data";
    let ran = run(place.arguments(&place.path("log"), options)).succeeded();
    assert_eq!(ran.row("records "), 20_000.0);
    let batches = ran.row("batches");
    assert!((20_000.0 / 64.0..=20_000.0).contains(&batches), "{batches}");
    assert!((ran.row("records in a batch: mean") - 20_000.0 / batches).abs() < 0.1);
    assert!(ran.row("records in a batch: max") <= 64.0);
    assert_eq!(ran.row("syncs"), batches, "one sync a batch, as long as one segment is enough");
    let latency = |name| ran.row(&format!("commit latency: {name}"));
    assert!(latency("p50 ") > 0.0);
    assert!(latency("p50 ") <= latency("p99 ") && latency("p99 ") <= latency("p99.9"));
    assert!(latency("p99.9") <= latency("max"));
}

#[test]
fn acks_grow_up_to_the_last_record() {
    let place = Workplace::with_lines(100);
    let log = place.path("log");
    let ran =
        run(place.arguments(&log, "--records 3000 --batch 100 --acks --sync none")).succeeded();
    let acks: Vec<u64> =
        ran.out.lines().filter_map(|line| line.strip_prefix("durable ")?.parse().ok()).collect();
    assert!(acks.is_sorted_by(|a, b| a < b), "{acks:?}");
    assert_eq!(acks.last(), Some(&3000));
}

#[test]
fn the_default_input_is_the_source_of_the_crate() {
    let place = Workplace::with_lines(1);
    let log = place.path("log");
    let arguments = ["run".into(), log.clone(), "--records".into(), "30000".into()];
    run(arguments.iter().map(AsRef::<Path>::as_ref)).succeeded();
    let found = run(["lookup".as_ref(), log.as_os_str(), "0".as_ref()]).succeeded();
    assert!(found.out.starts_with("//! "), "{found:?}");
    assert_eq!(verify(&log).succeeded().records(), 30_000);
}
