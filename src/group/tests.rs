use super::{Batch, CommitError, CommitTimeoutError, GroupCommit};
use crate::atomic::{Atomic, Relaxed};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::ToString;
use std::sync::Mutex;
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::Duration;
use std::vec::Vec;

type Group = GroupCommit<u32, u32>;

/// A call that is led by another.
fn is_led(group: &Group, item: u32) -> Result<u32, CommitError<u32>> {
    group.commit(item, |_| panic!("it leads"))
}

/// One that gives up, or is led by another.
fn is_led_until(
    group: &Group,
    item: u32,
    timeout: Duration,
) -> Result<u32, CommitTimeoutError<u32>> {
    group.commit_timeout(item, timeout, |_| panic!("it leads"))
}

/// Starts a member, and returns when it is in line. For a leader, in its closure.
fn start_member<'scope, 'env, O: Send + 'scope>(
    scope: &'scope Scope<'scope, 'env>,
    group: &Group,
    call: impl FnOnce() -> O + Send + 'scope,
) -> ScopedJoinHandle<'scope, O> {
    let before = group.waiting().newest_addr();
    let member = scope.spawn(call);
    while group.waiting().newest_addr() == before {
        thread::yield_now();
    }
    member
}

fn results_are_items(batch: &mut Batch<'_, u32, u32>) {
    batch.iter_mut().for_each(|(item, result)| *result = Some(*item));
}

/// A timeout that is over soon, but not at once.
const SOON: Duration = Duration::from_millis(1);
const A_MINUTE: Duration = Duration::from_secs(60);

#[test]
fn call_that_meets_no_other_leads_itself() {
    let group = Group::new();
    for item in 0..3 {
        let result = group.commit(item, |batch| {
            assert_eq!((batch.len(), batch.gather()), (1, 0));
            for (item, result) in batch.iter_mut() {
                assert_eq!(*result, None);
                *result = Some(*item + 10);
            }
        });
        assert_eq!(result, Ok(item + 10));
    }
}

#[test]
fn item_without_result_comes_back_as_the_leader_has_left_it() {
    let result = Group::default().commit(1, |batch| {
        batch.iter_mut().for_each(|(item, _)| *item += 1);
    });
    assert_eq!(result, Err(CommitError::NoResult(2)));
    assert_eq!(result.unwrap_err().into_inner(), 2);
    let text = "the leader of the batch had no result for this item";
    assert_eq!(CommitError::NoResult(()).to_string(), text);
    assert_eq!(CommitError::LeaderPanicked(3).into_inner(), 3);
}

/// They come one by one, and the leader waits for each.
#[test]
fn leader_leads_those_that_come_meanwhile_in_order() {
    let group = Group::new();
    thread::scope(|scope| {
        let mut members = Vec::new();
        let led = group.commit(0, |batch| {
            members = (1..=4)
                .map(|item| {
                    let member = scope.spawn({
                        let group = &group;
                        move || is_led(group, item)
                    });
                    while batch.gather() == 0 {
                        thread::yield_now();
                    }
                    member
                })
                .collect();
            let items: Vec<_> = batch.iter_mut().map(|(item, _)| *item).collect();
            assert_eq!(items, [0, 1, 2, 3, 4]);
            thread::sleep(Duration::from_millis(5)); // some of them block
            for (item, result) in batch.iter_mut() {
                *result = (*item != 3).then_some(*item * 10);
            }
            assert!(members.iter().all(|member| !member.is_finished()));
        });
        assert_eq!(led, Ok(0));
        let results = members.into_iter().map(|member| member.join().unwrap());
        let expected = [Ok(10), Ok(20), Err(CommitError::NoResult(3)), Ok(40)];
        assert_eq!(results.collect::<Vec<_>>(), expected);
    });
}

/// A leader that can take no more leaves the others to the next, which are woken one after the other.
#[test]
fn batches_keep_their_limit_and_the_order() {
    let (group, batches) = (Group::with_limit(2), Mutex::new(Vec::new()));
    let call = |item: u32| {
        let result = group.commit(item, |batch| {
            assert_eq!(batch.gather(), 0, "it was full, or there were none");
            let items: Vec<_> = batch.iter_mut().map(|(item, _)| *item).collect();
            batch.iter_mut().for_each(|(item, result)| *result = Some(*item));
            batches.lock().unwrap().push(items);
        });
        assert_eq!(result, Ok(item));
    };
    thread::scope(|scope| {
        let call = &call;
        let first = GroupCommit::<u32, u32>::commit(&group, 0, |batch| {
            for item in 1..=5 {
                start_member(scope, &group, move || call(item));
            }
            assert_eq!((batch.gather(), batch.gather(), batch.len()), (1, 0, 2));
            batch.iter_mut().for_each(|(item, result)| *result = Some(*item));
            batches.lock().unwrap().push(batch.iter_mut().map(|(item, _)| *item).collect());
        });
        assert_eq!(first, Ok(0));
    });
    let batches = batches.into_inner().unwrap();
    assert!(batches.iter().all(|batch| batch.len() <= 2), "{batches:?}");
    let mut items = batches.concat();
    items.sort_unstable();
    assert_eq!((items, &batches[0][..]), ((0..=5).collect(), &[0, 1][..]));
}

/// A limit of zero is one: the leader's own item is always in.
#[test]
fn batch_of_no_items_has_one() {
    let group = Group::with_limit(0);
    assert_eq!(group.commit(7, |batch| batch.iter_mut().for_each(|(_, r)| *r = Some(1))), Ok(1));
}

#[test]
fn panic_of_the_leader_is_told_to_those_without_a_result() {
    let group = Group::new();
    thread::scope(|scope| {
        let mut members = Vec::new();
        let panic = catch_unwind(AssertUnwindSafe(|| {
            group.commit(0, |batch| {
                for item in [1, 2] {
                    members.push(scope.spawn({
                        let group = &group;
                        move || is_led(group, item)
                    }));
                    while batch.gather() == 0 {
                        thread::yield_now();
                    }
                }
                for (item, result) in batch.iter_mut() {
                    assert!(*item < 2, "bad item");
                    *result = Some(*item);
                }
            })
        }));
        assert!(panic.is_err());
        let results: Vec<_> = members.into_iter().map(|member| member.join().unwrap()).collect();
        assert_eq!(results, [Ok(1), Err(CommitError::LeaderPanicked(2))]);
    });
    assert_eq!(group.commit(5, |batch| batch.iter_mut().for_each(|(_, r)| *r = Some(6))), Ok(6));
}

/// The one that waits blocks, and is woken to lead: its item was not in the batch.
#[test]
fn blocked_member_is_woken_to_lead() {
    let (group, begun) = (Group::new(), Atomic::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            let led = group.commit(1, |batch| {
                begun.store(true, Relaxed);
                thread::sleep(Duration::from_millis(20));
                batch.iter_mut().for_each(|(item, result)| *result = Some(*item));
            });
            assert_eq!(led, Ok(1));
        });
        while !begun.load(Relaxed) {
            thread::yield_now();
        }
        let led = group.commit(2, |batch| {
            assert_eq!(batch.len(), 1);
            batch.iter_mut().for_each(|(item, result)| *result = Some(*item * 2));
        });
        assert_eq!(led, Ok(4));
    });
}

#[test]
fn call_with_a_timeout_that_meets_no_other_leads_itself() {
    let group = Group::new();
    for (item, timeout) in [Duration::ZERO, SOON, Duration::MAX].into_iter().enumerate() {
        let item = item as u32;
        assert_eq!(group.commit_timeout(item, timeout, results_are_items), Ok(item));
        let nothing = group.commit_timeout(item, timeout, |batch| {
            batch.iter_mut().for_each(|(item, _)| *item += 1);
        });
        assert_eq!(nothing, Err(CommitTimeoutError::NoResult(item + 1)));
    }
}

#[test]
fn member_that_gave_up_has_its_item_and_is_in_no_batch() {
    for limit in [1, 2, usize::MAX] {
        let group = Group::with_limit(limit);
        let led = group.commit(0, |batch| {
            for (item, timeout) in [(1, Duration::ZERO), (2, SOON), (3, Duration::ZERO), (4, SOON)]
            {
                let late = is_led_until(&group, item, timeout);
                assert_eq!(late, Err(CommitTimeoutError::Timeout(item)));
            }
            assert_eq!((batch.gather(), batch.len()), (0, 1));
            let late = is_led_until(&group, 5, SOON);
            assert_eq!(late, Err(CommitTimeoutError::Timeout(5)));
            results_are_items(batch);
        });
        assert_eq!(led, Ok(0));
        assert_eq!(group.commit_timeout(6, SOON, results_are_items), Ok(6));
    }
}

/// A leader has it in its batch before its timeout is over, and takes longer.
#[test]
fn claimed_member_waits_beyond_its_timeout() {
    let (group, timeout) = (Group::new(), Duration::from_millis(500));
    for leader_panics in [false, true] {
        let result = thread::scope(|scope| {
            let mut member = None;
            let led = catch_unwind(AssertUnwindSafe(|| {
                group.commit(0, |batch| {
                    let call = || is_led_until(&group, 1, timeout);
                    member = Some(scope.spawn(call));
                    while batch.gather() == 0 {
                        thread::yield_now();
                    }
                    thread::sleep(timeout * 2);
                    assert!(!leader_panics, "bad item");
                    results_are_items(batch);
                })
            }));
            assert_eq!(led.is_err(), leader_panics);
            member.expect("it was spawned").join().unwrap()
        });
        match leader_panics {
            false => assert_eq!(result, Ok(1)),
            true => assert_eq!(result, Err(CommitTimeoutError::LeaderPanicked(1))),
        }
    }
}

/// One blocks, and after it others come and give up: so the newest in line has left when the leader ends, or the first of
/// the backlog. The one that waits is woken nevertheless.
#[test]
fn member_is_woken_beside_those_that_gave_up() {
    for (limit, gathers) in [(usize::MAX, false), (1, true), (1, false)] {
        let group = Group::with_limit(limit);
        let give_up = |item| {
            let late = is_led_until(&group, item, SOON);
            assert_eq!(late, Err(CommitTimeoutError::Timeout(item)));
        };
        let led = thread::scope(|scope| {
            let mut member = None;
            let led = group.commit(0, |batch| {
                give_up(1);
                member = Some(start_member(scope, &group, || {
                    group.commit_timeout(2, A_MINUTE, results_are_items)
                }));
                thread::sleep(Duration::from_millis(5)); // it may block
                give_up(3);
                if gathers {
                    assert_eq!(batch.gather(), 0, "it is full");
                    give_up(4);
                }
                results_are_items(batch);
            });
            assert_eq!(led, Ok(0));
            member.expect("it was spawned").join().unwrap()
        });
        assert_eq!(led, Ok(2));
    }
}

/// Its timeout is over, and there is no leader any more: it may be the one that was woken to lead those behind it.
#[test]
fn member_whose_timeout_is_over_leads_if_no_other_does() {
    let group = Group::new();
    for _ in 0..if cfg!(miri) { 3 } else { 200 } {
        thread::scope(|scope| {
            let mut members = Vec::new();
            let led = group.commit(0, |batch| {
                for item in 1..=3 {
                    let timeout = Duration::from_micros(u64::from(item) * 20);
                    let call = {
                        let group = &group;
                        move || group.commit_timeout(item, timeout, results_are_items)
                    };
                    members.push(scope.spawn(call));
                }
                thread::sleep(Duration::from_micros(30));
                results_are_items(batch);
            });
            assert_eq!(led, Ok(0));
            for (member, item) in members.into_iter().zip(1..) {
                let result = member.join().unwrap();
                assert!([Ok(item), Err(CommitTimeoutError::Timeout(item))].contains(&result));
            }
        });
    }
}

#[test]
fn errors_say_why_and_have_the_item() {
    let errors = [
        CommitTimeoutError::Timeout(1),
        CommitTimeoutError::from(CommitError::NoResult(2)),
        CommitTimeoutError::from(CommitError::LeaderPanicked(3)),
    ];
    assert_eq!(errors.map(|error| error.is_timeout()), [true, false, false]);
    assert_eq!(errors.map(CommitTimeoutError::into_inner), [1, 2, 3]);
    let texts = errors.map(|error| error.to_string());
    assert_eq!(texts[0], "the item was in no batch in time");
    assert_eq!(texts[1], CommitError::NoResult(()).to_string());
    assert_eq!(texts[2], CommitError::LeaderPanicked(()).to_string());
}

#[test]
fn shared_if_its_items_may_go_to_other_threads() {
    fn is_shared<T: Send + Sync + std::panic::RefUnwindSafe>() {}
    is_shared::<GroupCommit<core::cell::Cell<u32>, core::cell::Cell<u32>>>();
}
