//! All caches under the check, and that it would notice.

use super::*;
use crate::caches::{Copied, Gated, Locked, Sharded};
use crate::check::Violation;
use crate::doubles::{
    Broken, KeepsRemoved, KeepsReplaced, NoLeaseCheck, NoVersionCheck, TwoMoments,
};
use crate::table::Table;
use crate::table::unpinned::Unpinned;

/// Few chunks, many changes, short leases: all that can happen to an entry does.
fn args(time: Duration) -> LoadArgs {
    LoadArgs {
        writers: 2,
        writes: 20_000,
        chunks: 200,
        capacity: None,
        skew: 0.8,
        lease: Duration::from_millis(5),
        time,
    }
}

/// The load passes the check, and is a load: most look-ups are hits, and each kind of miss and of change is among it.
fn passes<C: Cache>(capacity: Option<usize>) {
    let args = LoadArgs { capacity, ..args(Duration::from_millis(300)) };
    let sums = drive::<C>(&args, 3, true, None).unwrap().sums;
    let counts = [Count::Expired, Count::Misses, Count::Stale, Count::Inserted, Count::Replaced];
    for count in counts.into_iter().chain([Count::Removed]) {
        assert!(sums.get(count) > 10, "{count:?}: {sums:?}");
    }
    assert!(sums.get(Count::Hits) > sums.look_ups() / 2, "{sums:?}");
}

#[test]
fn table_passes_the_check() {
    passes::<Table>(None);
}

#[test]
fn table_that_is_too_small_passes_the_check() {
    passes::<Table>(Some(100));
}

#[test]
fn gated_table_passes_the_check() {
    passes::<Gated>(None);
}

#[test]
fn baselines_pass_the_check() {
    passes::<Locked>(None);
    passes::<Sharded>(None);
    passes::<Copied>(None);
}

/// What the check finds in a cache with a defect. It has time, and ends with the first violation.
fn violation<C: Cache>() -> Violation {
    let load = drive::<C>(&args(Duration::from_secs(60)), 3, true, None);
    match load.map(|measured| measured.sums) {
        Err(Error::Violated(violation)) => violation,
        other => panic!("{}: no violation was found, but {other:?}", C::NAME),
    }
}

#[test]
fn lease_that_is_not_checked_is_noticed() {
    assert!(matches!(violation::<Broken<NoLeaseCheck>>(), Violation::PastLease { .. }));
}

#[test]
fn version_that_is_not_checked_is_noticed() {
    assert!(matches!(violation::<Broken<NoVersionCheck>>(), Violation::BehindVersion { .. }));
}

#[test]
fn entry_that_is_not_removed_is_noticed() {
    assert!(matches!(violation::<Broken<KeepsRemoved>>(), Violation::Removed(_)));
}

#[test]
fn entry_that_is_not_replaced_is_noticed() {
    assert!(matches!(violation::<Broken<KeepsReplaced>>(), Violation::Removed(_)));
}

#[test]
fn mixture_of_two_entries_is_noticed() {
    assert!(matches!(violation::<Broken<TwoMoments>>(), Violation::Mixture(_)));
}

#[test]
#[should_panic(expected = "followed a pointer to a node that was freed")]
fn readers_that_do_not_pin_are_noticed() {
    violation::<Unpinned>();
}

#[test]
fn counts_only_grow_while_the_load_runs() {
    let (mut texts, mut last) = (0, 0);
    let mut look = |sums: &Sums| {
        assert!(sums.look_ups() >= last, "{sums}");
        (texts, last) = (texts + 1, sums.look_ups());
    };
    let watch = Watch { every: Duration::from_millis(10), look: &mut look };
    let args = args(Duration::from_millis(200));
    let measured = drive::<Table>(&args, 2, false, Some(watch)).unwrap();
    assert!(texts >= 2 && last > 0 && measured.look_ups_per_second() > 0.0);
    assert!(measured.latency(0.5) <= measured.latency(0.99), "of at least one look-up");
}

#[test]
fn load_without_writers_has_hits_only() {
    let quiet =
        LoadArgs { writes: 0, lease: Duration::from_secs(3600), ..args(Duration::from_millis(50)) };
    let measured = drive::<Locked>(&quiet, 1, true, None).unwrap();
    assert_eq!(measured.hit_ratio(), 1.0);
}

#[test]
fn load_of_more_sessions_than_slots_is_refused() {
    let load = drive::<Table>(&args(Duration::from_secs(60)), 64, false, None);
    assert!(matches!(load.map(|measured| measured.sums), Err(Error::Crowded)));
}
