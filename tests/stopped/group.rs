//! Group commits: leaders that stop, and members that do not run.

use crate::support::{Stop, ends, leak, start};
use latchfree::group::{Batch, CommitTimeoutError, GroupCommit};
use std::sync::Arc;
use std::time::Duration;

type Group = GroupCommit<u32, u32>;

/// A call that does what it is for, or is led by one that does.
fn call(group: &Group, item: u32) -> Option<u32> {
    group.commit(item, lead).ok()
}

/// One that gives up soon.
fn call_until(group: &Group, item: u32) -> Result<u32, CommitTimeoutError<u32>> {
    group.commit_timeout(item, Duration::from_millis(1), lead)
}

fn lead(batch: &mut Batch<'_, u32, u32>) {
    batch.iter_mut().for_each(|(item, result)| *result = Some(*item * 10));
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

/// A leader has taken one in that has a timeout, and stops. Others give up, and this one waits.
#[test]
fn leader_that_is_stopped_holds_up_its_batch_and_none_that_gives_up() {
    let (group, begun, stop) = (leak(Group::new()), Stop::new(), Stop::new());
    let leads = {
        let (begun, stop) = (Arc::clone(&begun), Arc::clone(&stop));
        start(move || {
            let result = group.commit(1, |batch| {
                begun.here();
                while batch.gather() == 0 {
                    std::thread::yield_now();
                }
                stop.here();
                lead(batch);
            });
            result.ok()
        })
    };
    begun.wait_for_participant();
    let claimed = start(|| group.commit_timeout(2, Duration::from_millis(200), lead));
    begun.release();
    stop.wait_for_participant();
    for item in [3, 4] {
        assert_eq!(ends(move || call_until(group, item)), Err(CommitTimeoutError::Timeout(item)));
    }
    std::thread::sleep(Duration::from_millis(200));
    claimed.is_stuck();
    leads.is_stuck();
    stop.release();
    assert_eq!((leads.ends(), claimed.ends()), (Some(10), Ok(20)));
    assert_eq!(ends(|| call_until(group, 5)), Ok(50));
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
