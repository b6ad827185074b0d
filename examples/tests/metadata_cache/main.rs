//! The cache of `examples/metadata_cache`, run as its users run it: as a program.

mod program;

use crate::program::run;

const CACHES: [&str; 5] = ["latchfree", "gate-each", "rwlock", "dashmap", "arc-swap"];

/// The caches, and none.
const ROWS: usize = CACHES.len() + 1;

/// Short, with few chunks, many changes and leases that end.
const BUSY: &str = "--chunks 500 --writers 2 --writes 20000 --lease 5 --time 200";

#[test]
fn checked_run_of_each_cache_prints_its_counts() {
    for cache in CACHES {
        let ended = run(&format!("run --check --cache {cache} --readers 3 {BUSY}"));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let counts = ended.counts();
        let names: Vec<_> = counts.iter().map(|(name, _)| name.as_str()).collect();
        let expected = [
            "hits", "misses", "expired", "stale", "inserted", "replaced", "evicted", "removed",
            "entries",
        ];
        assert_eq!(names, expected);
        for (name, count) in &counts {
            assert!(*count > 0 || name == "evicted", "{name} of {cache}: {ended:?}");
        }
        assert!(ended.err.contains("all of them checked"), "{ended:?}");
    }
}

#[test]
fn table_that_is_too_small_evicts() {
    let ended = run(&format!("run --check --capacity 100 {BUSY}"));
    let evicted = ended.counts().into_iter().find(|(name, _)| name == "evicted");
    assert!(evicted.is_some_and(|(_, count)| count > 100), "{ended:?}");
}

#[test]
fn counts_are_printed_while_the_load_runs() {
    let ended = run(&format!("run --every 40 {BUSY}"));
    let hits: Vec<_> = ended.counts().into_iter().filter(|(name, _)| name == "hits").collect();
    assert!(hits.len() >= 3, "{ended:?}");
    assert!(hits.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{ended:?}");
}

#[test]
fn comparison_has_a_row_for_each_cache_and_number_of_readers() {
    let ended = run(&format!("compare --turns 1 --readers 1,2 {BUSY}"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let rows: Vec<Vec<_>> =
        ended.out.lines().skip(2).map(|line| line.split('|').map(str::trim).collect()).collect();
    assert_eq!(rows.len(), 2 * ROWS, "{ended:?}");
    for (nth, row) in rows.iter().enumerate() {
        assert_eq!(row[1], ["1", "2"][nth / ROWS]);
        for figure in row[3..6].iter().chain(&row[7..11]) {
            assert!(
                figure.parse::<f64>().is_ok_and(|figure| figure > 0.0),
                "{figure} in {ended:?}"
            );
        }
        let is_limit = nth % ROWS == CACHES.len();
        assert_eq!(row[2].starts_with("none"), is_limit, "{ended:?}");
        assert!(!is_limit || row[6] == "0", "{ended:?}");
    }
    assert!(rows[0][2] == "latchfree" && rows[0][4] == "1.00", "{ended:?}");
}

#[test]
fn look_up_that_returns_what_it_must_not_exits_with_1() {
    let ended = run(&format!("run --check --cache none {BUSY}"));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for words in
        ["error: a look-up has returned what it must not: ", "is not one entry of that chunk"]
    {
        assert!(ended.err.contains(words), "{ended:?}");
    }
    assert!(ended.out.is_empty(), "{ended:?}");
}

#[test]
fn wrong_command_lines_exit_with_2() {
    let wrong = [
        "",
        "dance",
        "run now",
        "run --cache memcached",
        "run --readers 0",
        "run --readers 49",
        "run --writers 16",
        "run --writers -1",
        "run --writes 10000001",
        "run --chunks 0",
        "run --capacity 0",
        "run --skew -1",
        "run --skew NaN",
        "run --lease 0",
        "run --time 0",
        "run --time 1.5",
        "run --every 0",
        "run --turns 2",
        "compare --turns 0",
        "compare --readers 1,0",
        "compare --check",
    ];
    for line in wrong {
        let ended = run(line);
        assert_eq!(ended.code, Some(2), "{line}: {ended:?}");
        let says = ["error:", "Usage:"].iter().any(|word| ended.err.contains(word));
        assert!(says && ended.out.is_empty(), "{line}: {ended:?}");
    }
}
