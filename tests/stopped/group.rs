//! Group commits: leaders that stop, and members that do not run.

use crate::support::{Stop, ends, leak, start};
use latchfree::group::GroupCommit;
use std::sync::Arc;

type Group = GroupCommit<u32, u32>;

/// A call that does what it is for, or is led by one that does.
fn call(group: &Group, item: u32) -> Option<u32> {
    let lead = |batch: &mut latchfree::group::Batch<'_, u32, u32>| {
        batch.iter_mut().for_each(|(item, result)| *result = Some(*item * 10));
    };
    group.commit(item, lead).ok()
}

#[test]
fn leader_that_is_stopped_holds_up_all_others() {
    let (group, stop) = (leak(Group::new()), Stop::new());
    let leads = {
        let stop = Arc::clone(&stop);
        start(move || {
            let result = group.commit(1, |batch| {
                stop.here();
                batch.iter_mut().for_each(|(item, result)| *result = Some(*item * 10));
            });
            result.ok()
        })
    };
    stop.wait_for_participant();
    let others = [2, 3].map(|item| start(move || call(group, item)));
    others.iter().for_each(|other| other.is_stuck());
    leads.is_stuck();
    stop.release();
    assert_eq!(leads.ends(), Some(10));
    assert_eq!(others.map(|other| other.ends()), [Some(20), Some(30)]);
    assert_eq!(ends(|| call(group, 4)), Some(40));
}

/// One was woken to lead, and is slow to run. It keeps the lead from none that begins, and none that waits behind it
/// from being led.
#[test]
fn call_that_begins_leads_those_that_wait() {
    let (group, first) = (leak(Group::new()), Stop::new());
    let leads = {
        let first = Arc::clone(&first);
        start(move || {
            let result = group.commit(1, |batch| {
                first.here();
                batch.iter_mut().for_each(|(item, result)| *result = Some(*item * 10));
            });
            // This thread runs, and those that wait are not scheduled yet.
            (result.ok(), call(group, 5))
        })
    };
    first.wait_for_participant();
    let others = [2, 3, 4].map(|item| start(move || call(group, item)));
    others.iter().for_each(|other| other.is_stuck());
    first.release();
    assert_eq!(leads.ends(), (Some(10), Some(50)));
    assert_eq!(others.map(|other| other.ends()), [Some(20), Some(30), Some(40)]);
}
