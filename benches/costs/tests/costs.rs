//! The committed counts are those of this source.
//!
//!     BLESS=1 cargo test --release      writes them

use latchfree_costs::report::report;
use std::{env, fs};

/// Where values lie in lines depends on the width of words, and on the padding of `CachePadded`.
#[test]
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn counts_are_the_committed_ones() {
    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/COSTS.md");
    let fresh = report();
    if env::var_os("BLESS").is_some() {
        fs::write(FILE, &fresh).expect("the file can be written");
    }
    let committed = fs::read_to_string(FILE).unwrap_or_default();
    let mut is_same = true;
    for (line, (fresh, committed)) in fresh.lines().zip(committed.lines()).enumerate() {
        if fresh != committed {
            is_same = false;
            println!("line {}:\n  committed {committed}\n  counted   {fresh}", line + 1);
        }
    }
    assert!(
        is_same && fresh.len() == committed.len(),
        "other counts than in COSTS.md. If each change is meant: BLESS=1 ci/costs.sh, and why in the commit message"
    );
}
