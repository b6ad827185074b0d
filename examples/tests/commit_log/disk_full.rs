//! Files that cannot be written: a disk that is full, made by a limit on the size of files, and a
//! segment whose name is taken.
#![cfg(unix)]

use crate::program::{Ended, Workplace, program_with_file_limit, recover, run, segments, verify};
use std::fs;

#[test]
fn acknowledged_records_survive_a_full_disk() {
    let place = Workplace::with_lines(1000);
    let shapes = [
        "--writers 4 --buffer 8K --sync data",
        "--writers 4 --buffer 8K --together 1 --sync none --readers 3",
        "--writers 1 --in-flight 1 --sync none",
        "--writers 2 --batch 3 --sync none",
        "--writers 4 --buffer 8K --give-up --sync none",
        "--writers 3 --batch 50 --baseline mutex --sync none",
        "--writers 3 --batch 50 --baseline channel --sync none",
        "--batch 50 --baseline none --sync none",
        "--writers 8 --queue 1 --in-flight 10 --sync none",
    ];
    for (number, shape) in shapes.iter().enumerate() {
        let log = place.path(&format!("log{number}"));
        let arguments = place.arguments(&log, &format!("--acks --records 20000 {shape}"));
        let mut limited = program_with_file_limit(80 + 13 * number as u32);
        limited.args(arguments);
        let ended = Ended::of(limited);
        let ended =
            ended.failed(1, &["cannot write", "File too large", "records durable", "recover"]);
        let acked = ended.out.lines().filter_map(|line| line.strip_prefix("durable ")).next_back();
        let acked: u64 = acked.expect("some were acknowledged").parse().unwrap();
        let durable = durable(&ended);
        assert!(acked > 0 && acked <= durable, "{acked} {durable}");
        let recovered = recover(&log).succeeded().records();
        assert!(recovered >= durable, "{shape}: {recovered} of {durable} are left");
        assert_eq!(verify(&log).succeeded().records(), recovered);
        run(["run".as_ref(), log.as_os_str(), "--resume".as_ref(), "--sync=none".as_ref()])
            .succeeded();
        assert!(verify(&log).succeeded().out.contains("verified: all"), "{shape}");
    }
}

#[test]
fn segment_that_cannot_be_created_loses_no_acknowledged_record() {
    let place = Workplace::with_lines(1000);
    let options = "--writers 1 --segment-size 16K --batch 50 --acks --sync none";
    let third = segments(&place.make_log("like this", options)).remove(2);
    let log = place.path("log");
    let in_the_way = log.join(third.file_name().unwrap()).with_extension("index");
    fs::create_dir_all(&in_the_way).unwrap();
    let ended = run(place.arguments(&log, options));
    let ended = ended.failed(1, &["cannot open", ".index", "exists", "records durable"]);
    fs::remove_dir(in_the_way).unwrap();
    let recovered = recover(&log).succeeded();
    assert!(durable(&ended) > 0 && recovered.records() >= durable(&ended), "{recovered:?}");
    assert!(recovered.out.contains(": repaired"), "the segment has no index: {recovered:?}");
    assert_eq!(verify(&log).succeeded().records(), recovered.records());
}

/// How many records the error says are durable.
fn durable(ended: &Ended) -> u64 {
    let before = ended.err.split(" records durable").next().unwrap();
    before.rsplit(' ').next().unwrap().parse().unwrap()
}
