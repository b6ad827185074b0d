//! Whole jobs: every record gets into the log once, whatever they run on.

use crate::program::{
    FILLER, Workplace, acknowledged, contents, inputs, inputs_and_fillers, recover, run, segments,
    verify,
};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

const TRANSPORTS: [&str; 4] = ["", "--baseline mutex", "--baseline channel", "--baseline none"];

#[test]
fn logs_of_one_writer_are_equal_whatever_they_run_on() {
    let place = Workplace::with_lines(2000);
    let small = "--writers 1 --segment-size 16K --index-interval 500 --sync none --records 3000";
    for split in ["", "--block-size 100", "--block-size 1", "--block-size 700"] {
        let mut logs = Vec::new();
        for (number, transport) in TRANSPORTS.iter().enumerate() {
            let name = format!("log{split}{number}");
            let log = place.make_log(&name, &format!("{small} {split} {transport}"));
            let verified = verify(&log).succeeded();
            assert_eq!(verified.records(), 3000, "{split} {transport}");
            assert!(verified.out.contains("all"), "{verified:?}");
            logs.push(contents(&log));
        }
        assert!(logs[0].len() > 2, "there are segments");
        assert!(logs.iter().all(|log| *log == logs[0]), "{split}");
    }
}

#[test]
fn any_buffer_queue_and_batch_holds_every_record_once() {
    let place = Workplace::with_lines(500);
    let shapes = [
        "--writers 1 --in-flight 1",
        "--writers 8 --in-flight 1 --queue 1",
        "--writers 3 --queue 2 --in-flight 100",
        "--writers 4 --batch 1",
        "--writers 4 --together 1",
        "--writers 3 --together 5 --queue 7",
        "--writers 4 --buffer 1K",
        "--writers 2 --batch 7 --queue 1000 --in-flight 50 --buffer 8K",
        "--writers 64 --readers 3",
        "--writers 4 --stall 100 --buffer 4K",
        "--writers 4 --give-up --segment-size 2K --readers 1",
        "--segment-size 1K --index-interval 1 --readers 2",
    ];
    for (number, shape) in shapes.iter().enumerate() {
        for (other, transport) in TRANSPORTS.iter().enumerate() {
            let options = format!("{shape} {transport} --sync none --records 1000");
            let log = place.make_log(&format!("log{number}-{other}"), &options);
            let verified = verify(&log).succeeded();
            assert_eq!(verified.records() - verified.fillers(), 1000, "{options}");
            let mut inputs = inputs(&log);
            inputs.sort_unstable();
            assert!(inputs.into_iter().eq(0..1000), "{options}");
        }
    }
}

#[test]
fn records_that_were_given_up_are_fillers() {
    let place = Workplace::with_lines(500);
    let log = place.make_log("log", "--give-up --sync none --records 5000 --segment-size 16K");
    let verified = verify(&log).succeeded();
    assert!((40..=53).contains(&verified.fillers()), "one in 96 records: {verified:?}");
    assert_eq!(recover(&log).succeeded().records(), 5000 + verified.fillers());
    // They have sequence numbers, and can be found and read as other records.
    let filler =
        inputs_and_fillers(&log).iter().position(|&input| input == FILLER).expect("a filler");
    let arguments =
        ["lookup".as_ref(), log.as_os_str(), filler.to_string().as_ref()].map(OsString::from);
    let found = run(arguments).succeeded();
    assert!(found.out.trim_end_matches('\n').bytes().all(|byte| byte == 0), "{found:?}");
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
    assert!(ran.row("processor time") > 0.0);
    let shares = ["in write", "in sync", "waited for records"];
    let shares = shares.map(|name| ran.row(&format!("committer: {name}")));
    assert!(shares.iter().all(|&share| share > 0.0) && shares.iter().sum::<f64>() <= 100.1);
    let latency = |name| ran.row(&format!("commit latency: {name}"));
    assert!(latency("p50 ") > 0.0);
    assert!(latency("p50 ") <= latency("p99 ") && latency("p99 ") <= latency("p99.9"));
    assert!(latency("p99.9") <= latency("max"));
}

#[test]
fn acks_cover_all_records() {
    let place = Workplace::with_lines(100);
    let log = place.path("log");
    let ran =
        run(place.arguments(&log, "--records 3000 --batch 100 --acks --sync none")).succeeded();
    let acks: Vec<u64> =
        ran.out.lines().filter_map(|line| line.strip_prefix("durable ")?.parse().ok()).collect();
    assert!(acks.is_sorted_by(|a, b| a < b), "{acks:?}");
    assert_eq!(acks.last(), Some(&3000));
    let acknowledged = ran.out.lines().filter_map(acknowledged);
    let mut acknowledged: Vec<_> = acknowledged.flatten().collect();
    acknowledged.sort_unstable();
    assert!(acknowledged.into_iter().eq(0..3000), "each writer is told of each of its records");
}

#[test]
fn the_default_input_is_the_source_of_the_crate() {
    let place = Workplace::with_lines(1);
    let log = place.path("log");
    let options = ["--records=30000".into(), "--writers=1".into()];
    let arguments = ["run".into(), log.clone()].into_iter().chain(options).collect::<Vec<_>>();
    run(arguments.iter().map(AsRef::<Path>::as_ref)).succeeded();
    let found = run(["lookup".as_ref(), log.as_os_str(), "0".as_ref()]).succeeded();
    assert!(found.out.starts_with("//! "), "{found:?}");
    assert_eq!(verify(&log).succeeded().records(), 30_000);
}

#[test]
fn comparison_has_a_row_for_each_transport_and_leaves_nothing() {
    let place = Workplace::with_lines(1000);
    let dir = place.path("compared");
    let mut arguments = place.arguments(&dir, "--records 5000 --sync none --turns 2");
    arguments[0] = "compare".into();
    let compared = run(arguments).succeeded();
    let rows: Vec<Vec<&str>> =
        compared.out.lines().skip(2).map(|line| line.split('|').map(str::trim).collect()).collect();
    let names: Vec<_> = rows.iter().map(|row| row[1]).collect();
    let expected = ["latchfree", "mutex and condvar", "crossbeam-channel", "none (one thread)"];
    assert_eq!(names, expected);
    assert_eq!(rows[0][3], "1.00", "as many as itself");
    assert!(rows.iter().all(|row| row[2].parse::<f64>().unwrap() > 0.0), "{rows:?}");
    assert_eq!(fs::read_dir(dir).unwrap().count(), 0);
}
