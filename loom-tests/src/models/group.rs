//! Group commit: each item is led once, leads come one after the other, no member waits indefinitely, and one that gives
//! up keeps nothing.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::group::{Batch, CommitTimeoutError, GroupCommit};
use latchfree::loom_hooks::group_is_empty;
use std::sync::Arc;
use std::time::Duration;

/// Is over when a member blocks, and is not zero: that one would not wait in line.
const OVER: Duration = Duration::from_nanos(1);

pub fn models() -> Vec<Model> {
    vec![
        Model::new("group::one_leads_both_or_each_its_own", || leaders_of_two(|_| {})).outcomes([
            [0, 0],
            [0, 1],
            [1, 1],
        ]),
        Model::new("group::leader_gathers_what_comes_meanwhile", || {
            leaders_of_two(|batch| _ = batch.gather())
        })
        .outcomes([[0, 0], [0, 1], [1, 1]])
        .preemptions(3),
        Model::new("group::three_are_led_once_each", || leads_of_three(GroupCommit::new()))
            .outcomes([1, 2, 3])
            .preemptions(2),
        Model::new("group::three_in_batches_of_one_are_led_once_each", || {
            leads_of_three(GroupCommit::with_limit(1))
        })
        .outcomes([3])
        .preemptions(2),
        Model::new("group::three_in_batches_of_two_are_led_once_each", || {
            leads_of_three(GroupCommit::with_limit(2))
        })
        .outcomes([2, 3])
        .preemptions(2),
        Model::new("group::leads_publish_to_the_next", leads_publish_to_the_next).outcomes([1, 2]),
        Model::new("group::call_publishes_to_its_leader_and_back", publishes_both_ways).outcomes([
            [false, false],
            [false, true],
            [true, false],
        ]),
        Model::new("group::one_that_may_leave_is_led_or_has_its_item", || {
            leader_and_one_that_may_leave(|_| {})
        })
        .outcomes([(0, Some(0)), (0, Some(1)), (0, None), (1, Some(1))])
        .preemptions(5),
        Model::new("group::gathered_member_cannot_leave", || {
            leader_and_one_that_may_leave(|batch| _ = batch.gather())
        })
        .outcomes([(0, Some(0)), (0, Some(1)), (0, None), (1, Some(1))])
        .preemptions(5),
        Model::new("group::one_that_leaves_takes_no_wake_up_away", || {
            two_and_one_that_may_leave(GroupCommit::new(), |_| {})
        })
        .outcomes([false, true])
        .preemptions(2),
        Model::new("group::one_that_leaves_the_backlog_takes_no_wake_up_away", || {
            two_and_one_that_may_leave(GroupCommit::with_limit(1), |batch| _ = batch.gather())
        })
        .outcomes([false, true])
        .preemptions(2),
        Model::new("group::two_that_may_leave_are_led_or_have_their_items", || {
            one_and_two_that_may_leave(GroupCommit::new())
        })
        .outcomes([0, 1, 2])
        .preemptions(2),
        Model::new("group::two_that_may_leave_the_backlog_are_led_or_have_their_items", || {
            one_and_two_that_may_leave(GroupCommit::with_limit(1))
        })
        .outcomes([0, 1, 2])
        .preemptions(2),
        Model::new("group::two_that_leave_take_no_wake_up_away", two_and_one_that_may_leave_twice)
            .outcomes([0, 1, 2])
            .preemptions(2),
    ]
}

/// Calls, and what leaders have done to them.
struct Calls {
    group: GroupCommit<usize, (usize, usize)>,
    /// How often each item was led.
    led: [Atomic<u32>; 4],
    leads: Atomic<u32>,
}

impl Calls {
    fn new(group: GroupCommit<usize, (usize, usize)>) -> Arc<Self> {
        Arc::new(Self { group, led: [0; 4].map(Atomic::new), leads: Atomic::new(0) })
    }

    /// Calls, and returns which call has led.
    fn call(&self, own: usize, begin: impl Fn(&mut Batch<'_, usize, (usize, usize)>)) -> usize {
        let result = self.group.commit(own, |batch| self.lead(own, batch, begin));
        let (leader, item) = result.expect("all are given one");
        assert_eq!(item, own);
        leader
    }

    /// Calls, and returns which call has led; none, if it has given up.
    fn call_until(
        &self,
        own: usize,
        begin: impl Fn(&mut Batch<'_, usize, (usize, usize)>),
    ) -> Option<usize> {
        match self.group.commit_timeout(own, OVER, |batch| self.lead(own, batch, begin)) {
            Ok((leader, item)) => {
                assert_eq!(item, own);
                Some(leader)
            }
            Err(error) => {
                assert_eq!(error, CommitTimeoutError::Timeout(own));
                None
            }
        }
    }

    fn lead(
        &self,
        own: usize,
        batch: &mut Batch<'_, usize, (usize, usize)>,
        begin: impl Fn(&mut Batch<'_, usize, (usize, usize)>),
    ) {
        begin(batch);
        self.leads.fetch_add(1, Relaxed);
        for (item, result) in batch.iter_mut() {
            self.led[*item].fetch_add(1, Relaxed);
            *result = Some((own, *item));
        }
    }

    /// The first `items` were led, once.
    fn check(&self, items: usize) {
        for item in 0..items {
            self.check_one(item, true);
        }
        assert!(group_is_empty(&self.group), "none stays linked");
    }

    /// Returns how many of the calls 2 and 3 have given up.
    fn check_two_that_may_leave(&self, are_led: [bool; 2]) -> usize {
        self.check_one(2, are_led[0]);
        self.check_one(3, are_led[1]);
        are_led.into_iter().filter(|is_led| !is_led).count()
    }

    fn check_one(&self, item: usize, is_led: bool) {
        assert_eq!(self.led[item].load(Relaxed), u32::from(is_led), "led once, or not at all");
    }
}

/// Two threads call.
fn leaders_of_two(begin: fn(&mut Batch<'_, usize, (usize, usize)>)) -> [usize; 2] {
    let calls = Calls::new(GroupCommit::new());
    let other = {
        let calls = Arc::clone(&calls);
        spawn(move || calls.call(1, begin))
    };
    let mine = calls.call(0, begin);
    let theirs = other.join().unwrap();
    calls.check(2);
    [mine, theirs]
}

/// Three threads call; returns how many have led.
fn leads_of_three(group: GroupCommit<usize, (usize, usize)>) -> u32 {
    let calls = Calls::new(group);
    let others = [1, 2].map(|own| {
        let calls = Arc::clone(&calls);
        spawn(move || calls.call(own, |_| {}))
    });
    calls.call(0, |_| {});
    others.into_iter().for_each(|other| _ = other.join().unwrap());
    calls.check(3);
    calls.leads.load(Relaxed)
}

/// Each leader counts on from what the last one has left. Returns the number of leads.
fn leads_publish_to_the_next() -> u32 {
    let shared = Arc::new((GroupCommit::new(), Atomic::new(0), Atomic::new(0)));
    let call = |shared: &(GroupCommit<(), ()>, Atomic<u32>, Atomic<u32>)| {
        let result = shared.0.commit((), |batch| {
            shared.1.store(shared.1.load(Relaxed) + 1, Relaxed);
            shared.2.fetch_add(1, Relaxed);
            batch.iter_mut().for_each(|((), result)| *result = Some(()));
        });
        assert_eq!(result, Ok(()));
    };
    let other = {
        let shared = Arc::clone(&shared);
        spawn(move || call(&shared))
    };
    call(&shared);
    other.join().unwrap();
    let (counted, leads) = (shared.1.load(Relaxed), shared.2.load(Relaxed));
    assert_eq!(counted, leads, "each saw what the others did");
    leads
}

/// Each of two threads writes before its call. Its leader sees that, and writes; the thread sees it. Returns which of
/// them was led by the other.
fn publishes_both_ways() -> [bool; 2] {
    let shared = Arc::new((GroupCommit::new(), [0, 0].map(Atomic::new)));
    let call = |shared: &(GroupCommit<usize, bool>, [Atomic<u32>; 2]), own: usize| {
        shared.1[own].store(1, Relaxed);
        let result = shared.0.commit(own, |batch| {
            for (item, result) in batch.iter_mut() {
                assert_eq!(shared.1[*item].load(Relaxed), 1, "what was done before the call");
                shared.1[*item].store(2, Relaxed);
                *result = Some(*item != own);
            }
        });
        assert_eq!(shared.1[own].load(Relaxed), 2, "what the leader did");
        result.unwrap()
    };
    let other = {
        let shared = Arc::clone(&shared);
        spawn(move || call(&shared, 1))
    };
    let mine = call(&shared, 0);
    [mine, other.join().unwrap()]
}

/// One call leads or is led, the other may also give up. Returns which have led them.
fn leader_and_one_that_may_leave(
    begin: fn(&mut Batch<'_, usize, (usize, usize)>),
) -> (usize, Option<usize>) {
    let calls = Calls::new(GroupCommit::new());
    let other = {
        let calls = Arc::clone(&calls);
        spawn(move || calls.call_until(1, begin))
    };
    let mine = calls.call(0, begin);
    let theirs = other.join().unwrap();
    calls.check_one(1, theirs.is_some());
    calls.check(1);
    (mine, theirs)
}

/// Two calls, which are led whatever the third does, which may give up. Returns whether it has.
fn two_and_one_that_may_leave(
    group: GroupCommit<usize, (usize, usize)>,
    begin: fn(&mut Batch<'_, usize, (usize, usize)>),
) -> bool {
    let calls = Calls::new(group);
    let stays = {
        let calls = Arc::clone(&calls);
        spawn(move || calls.call(1, begin))
    };
    let may_leave = {
        let calls = Arc::clone(&calls);
        spawn(move || calls.call_until(2, begin).is_some())
    };
    calls.call(0, begin);
    stays.join().unwrap();
    let is_led = may_leave.join().unwrap();
    calls.check_one(2, is_led);
    calls.check(2);
    !is_led
}

/// The same, and the third thread calls twice. Returns how often it has given up.
fn two_and_one_that_may_leave_twice() -> usize {
    let calls = Calls::new(GroupCommit::new());
    let may_leave = {
        let calls = Arc::clone(&calls);
        spawn(move || [2, 3].map(|own| calls.call_until(own, |_| {}).is_some()))
    };
    let stays = {
        let calls = Arc::clone(&calls);
        spawn(move || calls.call(1, |_| {}))
    };
    calls.call(0, |_| {});
    stays.join().unwrap();
    let have_left = calls.check_two_that_may_leave(may_leave.join().unwrap());
    calls.check(2);
    have_left
}

/// Two calls may give up. Returns how many have.
fn one_and_two_that_may_leave(group: GroupCommit<usize, (usize, usize)>) -> usize {
    let calls = Calls::new(group);
    let others = [2, 3].map(|own| {
        let calls = Arc::clone(&calls);
        spawn(move || calls.call_until(own, |_| {}).is_some())
    });
    calls.call(0, |_| {});
    let have_left = calls.check_two_that_may_leave(others.map(|other| other.join().unwrap()));
    calls.check(1);
    have_left
}
