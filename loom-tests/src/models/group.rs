//! Group commit: each item is led once, leads come one after the other, and no member waits indefinitely.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::group::{Batch, GroupCommit};
use std::sync::Arc;

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
    ]
}

/// Calls, and what leaders have done to them.
struct Calls {
    group: GroupCommit<usize, (usize, usize)>,
    /// How often each item was led.
    led: [Atomic<u32>; 3],
    leads: Atomic<u32>,
}

impl Calls {
    fn new(group: GroupCommit<usize, (usize, usize)>) -> Arc<Self> {
        Arc::new(Self { group, led: [0; 3].map(Atomic::new), leads: Atomic::new(0) })
    }

    /// Calls, and returns which call has led.
    fn call(&self, own: usize, begin: impl Fn(&mut Batch<'_, usize, (usize, usize)>)) -> usize {
        let result = self.group.commit(own, |batch| {
            begin(batch);
            self.leads.fetch_add(1, Relaxed);
            for (item, result) in batch.iter_mut() {
                self.led[*item].fetch_add(1, Relaxed);
                *result = Some((own, *item));
            }
        });
        let (leader, item) = result.expect("all are given one");
        assert_eq!(item, own);
        leader
    }

    fn check(&self, items: usize) {
        for led in &self.led[..items] {
            assert_eq!(led.load(Relaxed), 1, "led once");
        }
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
