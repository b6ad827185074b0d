//! Semaphore: the limit holds, no waiter waits indefinitely, and a cancelled wait loses no permit.

use super::two_closers_both_publish;
use super::wait::poll_once;
use crate::{Model, spawn};
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::loom_hooks::block_on;
use latchfree::semaphore::{
    AcquireError, AcquireTimeoutError, Semaphore, TryAcquireError, Underflow,
};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

pub fn models() -> Vec<Model> {
    use TryAcquireError::{Closed, NoPermits, TooMany};
    vec![
        Model::new("semaphore::the_limit_holds", || limit_holds_for(Semaphore::new(1))).outcomes([
            [None, None],
            [Some(NoPermits), None],
            [None, Some(NoPermits)],
        ]),
        Model::new(
            "semaphore::release_publishes_to_next_acquire",
            release_publishes_to_next_acquire,
        )
        .outcomes([Some(1), None]),
        Model::new(
            "semaphore::waiter_is_granted_the_released_permit",
            waiter_is_granted_the_released_permit,
        )
        .outcomes([1])
        .preemptions(3),
        Model::new(
            "semaphore::waiter_for_many_is_granted_releases_of_two_threads",
            waiter_for_many_is_granted_releases_of_two_threads,
        )
        .outcomes([()])
        .preemptions(3),
        Model::new("semaphore::resize_grants_waiter", resize_grants_waiter)
            .outcomes([Ok(2), Err(AcquireError::TooMany)])
            .preemptions(3),
        Model::new(
            "semaphore::waiter_is_granted_a_released_charge",
            waiter_is_granted_a_released_charge,
        )
        .outcomes([2, 3])
        .preemptions(3),
        Model::new("semaphore::close_refuses_waiter", close_refuses_waiter)
            .outcomes([(Err::<u64, _>(AcquireError::Closed), 1)])
            .preemptions(4),
        Model::new("semaphore::close_publishes", close_publishes).outcomes([None, Some(1)]),
        Model::new("semaphore::cancelled_acquire_hands_permit_to_next", || {
            cancelled_acquire_hands_permit_to_next(Semaphore::new(1))
        })
        .outcomes([0])
        .preemptions(2),
        Model::new("semaphore::nothing_is_granted_after_a_close", || {
            ends_for_try(Semaphore::close)
        })
        .outcomes([(true, Ok(())), (true, Err(Closed)), (false, Ok(()))]),
        Model::new("semaphore::nothing_is_granted_over_a_new_limit", || ends_for_try(resize_to_0))
            .outcomes([
                (true, Ok(())),
                (true, Err(TooMany)),
                (true, Err(NoPermits)),
                (false, Ok(())),
            ]),
        Model::new("semaphore::no_waiter_is_granted_after_a_close", || {
            ends_for_waiter(Semaphore::close)
        })
        .outcomes([
            (true, Ok(())),
            (true, Err(AcquireError::Closed)),
            (false, Ok(())),
            (false, Err(AcquireError::Closed)),
        ])
        .preemptions(2),
        Model::new("semaphore::no_waiter_is_granted_over_a_new_limit", || {
            ends_for_waiter(resize_to_0)
        })
        .outcomes([
            (true, Ok(())),
            (true, Err(AcquireError::TooMany)),
            (false, Ok(())),
            (false, Err(AcquireError::TooMany)),
        ])
        .preemptions(2),
        Model::new(
            "semaphore::refusals_were_true_during_the_call",
            refusals_were_true_during_the_call,
        )
        .outcomes([(Ok(()), 0), (Err(NoPermits), 0), (Err(TooMany), 0), (Err(Closed), 0)])
        .preemptions(2),
        Model::new("semaphore::no_refusal_after_room_was_seen", no_refusal_after_room_was_seen)
            .outcomes([None, Some(Ok::<_, TryAcquireError>(()))]),
        Model::new("semaphore::in_use_beside_a_raise", || in_use_beside_resizes(1, &[2]))
            .outcomes([1, 2]),
        Model::new("semaphore::in_use_beside_a_cut", || in_use_beside_resizes(2, &[1]))
            .outcomes([1, 2]),
        Model::new("semaphore::in_use_beside_a_raise_and_a_cut", || {
            in_use_beside_two_resizes(1, [2, 1])
        })
        .outcomes([1, 2])
        .preemptions(2),
        Model::new("semaphore::in_use_beside_a_cut_and_a_raise", || {
            in_use_beside_two_resizes(3, [1, 2])
        })
        .outcomes([1, 2, 3])
        .preemptions(2),
        Model::new("semaphore::in_use_beside_a_cut_and_its_end", || {
            in_use_beside_resizes(2, &[1, 2])
        })
        .outcomes([1, 2])
        .preemptions(3),
        Model::new("semaphore::release_beside_resizes_is_accepted", release_beside_resizes)
            .outcomes([Ok::<_, Underflow>(())])
            .preemptions(3),
        Model::new("semaphore::of_two_false_releases_one_is_refused", one_of_two_is_refused)
            .outcomes([[Ok(()), Err(Underflow)], [Err(Underflow), Ok(())]]),
        Model::new("semaphore::permits_dropped_together_all_come_back", dropped_together)
            .outcomes([0]),
        Model::new(
            "semaphore::unused_closed_semaphore_publishes_all_users",
            unused_closed_semaphore_publishes_all_users,
        )
        .outcomes([None, Some((1, 1))])
        .preemptions(3),
        Model::new(
            "semaphore::acquire_of_all_permits_sees_all_their_users",
            acquire_of_all_permits_sees_all_their_users,
        )
        .outcomes([None, Some((1, 1))])
        .preemptions(3),
        Model::new("semaphore::release_publishes_through_later_acquires", publishes_through_others)
            .outcomes([None, Some(1)])
            .preemptions(3),
        Model::new("semaphore::available_publishes", available_publishes).outcomes([None, Some(1)]),
        Model::new("semaphore::two_closers_both_publish", || {
            two_closers_both_publish(Semaphore::new(1), Semaphore::close, |semaphore| {
                semaphore.try_acquire(1).err() == Some(TryAcquireError::Closed)
            })
        })
        .outcomes([None, Some(1)]),
        Model::new("semaphore::waiter_renews_its_waker", waiter_renews_its_waker)
            .outcomes([1])
            .preemptions(3),
        Model::new(
            "semaphore::timed_out_acquire_hands_its_grant_on",
            timed_out_acquire_hands_its_grant_on,
        )
        .outcomes([Ok(()), Err(AcquireTimeoutError::Timeout)])
        .preemptions(2),
        Model::new("semaphore::cancelled_wide_waiter_lets_narrow_one_through", wide_leaves)
            .outcomes([1])
            .preemptions(3),
        Model::new("semaphore::barging_waiter_is_woken_for_a_released_permit", || {
            barging_waiter_beside(|_| {})
        })
        .outcomes([1])
        .preemptions(3),
        Model::new("semaphore::overtaken_waiter_is_woken_again", || {
            barging_waiter_beside(|permits| drop(permits.try_acquire(1)))
        })
        .outcomes([1])
        .preemptions(2),
        Model::new("semaphore::cancelled_promise_is_handed_on", || {
            cancelled_acquire_hands_permit_to_next(Semaphore::barging(1))
        })
        .outcomes([0])
        .preemptions(2),
        Model::new("semaphore::barging_limit_holds", || limit_holds_for(Semaphore::barging(1)))
            .outcomes([[None, None], [Some(NoPermits), None], [None, Some(NoPermits)]]),
        Model::new("semaphore::two_barging_waiters_have_one_permit_in_turn", two_barging_waiters)
            .outcomes([0])
            .preemptions(1),
        Model::new("semaphore::last_release_ends_the_wait_for_idle", last_release_ends_idle_wait)
            .outcomes([(1, 1)])
            .preemptions(3),
        Model::new("semaphore::wait_for_idle_ends_beside_a_resize", idle_beside_a_resize)
            .outcomes([0])
            .preemptions(1),
        Model::new(
            "semaphore::idle_wait_is_handed_on_by_one_that_leaves",
            idle_beside_one_that_leaves,
        )
        .outcomes([true, false])
        .preemptions(3),
        Model::new(
            "semaphore::resizes_down_and_up_refuse_or_grant_waiter",
            resizes_down_and_up_refuse_or_grant_waiter,
        )
        .outcomes([Ok(1), Err(AcquireError::TooMany)])
        .preemptions(3),
    ]
}

/// Two threads try to get the only permit, and give it back if they do.
fn limit_holds_for(permits: Semaphore) -> [Option<TryAcquireError>; 2] {
    let permits = Arc::new(permits);
    let inside = Arc::new(Atomic::new(0));
    let attempt = || {
        let (permits, inside) = (Arc::clone(&permits), Arc::clone(&inside));
        move || {
            let permit = permits.try_acquire(1);
            if permit.is_ok() {
                assert_eq!(inside.fetch_add(1, Relaxed), 0);
                inside.fetch_sub(1, Relaxed);
            }
            permit.err()
        }
    };
    let other = spawn(attempt());
    let mine = attempt()();
    let theirs = other.join().unwrap();
    assert_eq!(permits.in_use(), 0);
    [mine, theirs]
}

/// A thread that gets a permit that was in use sees what was done under it.
fn release_publishes_to_next_acquire() -> Option<u32> {
    let shared = Arc::new((Semaphore::new(1), Atomic::new(0)));
    let permit = shared.0.try_acquire(1).unwrap().forget();
    let user = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1.store(1, Relaxed);
            shared.0.release(permit).unwrap();
        })
    };
    let seen = shared.0.try_acquire(1).is_ok().then(|| shared.1.load(Relaxed));
    user.join().unwrap();
    seen
}

/// One thread waits for the only permit, which is released. The waiter sees what was done under it.
fn waiter_is_granted_the_released_permit() -> u32 {
    let shared = Arc::new((Semaphore::new(1), Atomic::new(0)));
    let permit = shared.0.try_acquire(1).unwrap().forget();
    let waiter = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            let _permit = shared.0.acquire(1).unwrap();
            shared.1.load(Relaxed)
        })
    };
    shared.1.store(1, Relaxed);
    shared.0.release(permit).unwrap();
    let seen = waiter.join().unwrap();
    assert_eq!(shared.0.in_use(), 0);
    seen
}

/// One thread waits for both permits, which two threads release one by one.
fn waiter_for_many_is_granted_releases_of_two_threads() {
    let permits = Arc::new(Semaphore::new(2));
    let both = permits.try_acquire(2).unwrap().forget();
    let waiter = {
        let permits = Arc::clone(&permits);
        spawn(move || drop(permits.acquire(both).unwrap()))
    };
    let other = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.release(1).unwrap())
    };
    permits.release(1).unwrap();
    other.join().unwrap();
    waiter.join().unwrap();
    assert_eq!(permits.in_use(), 0);
}

/// One thread waits for two permits. There is one, and a resize adds another.
fn resize_grants_waiter() -> Result<u64, AcquireError> {
    let permits = Arc::new(Semaphore::new(1));
    let waiter = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.acquire(2).map(|permit| permit.count()))
    };
    permits.resize(2);
    waiter.join().unwrap()
}

/// One thread waits for the permit, before or after another takes more than there are and releases them.
fn waiter_is_granted_a_released_charge() -> u64 {
    let permits = Arc::new(Semaphore::new(1));
    let waiter = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.acquire(1).unwrap().forget())
    };
    let charged = permits.charge(2).unwrap();
    let in_use = permits.in_use();
    drop(charged);
    let granted = waiter.join().unwrap();
    assert_eq!(permits.in_use(), granted);
    in_use
}

/// One thread waits for a permit that is in use until the close. Refused, it sees what the closer did before.
fn close_refuses_waiter() -> (Result<u64, AcquireError>, u32) {
    let shared = Arc::new((Semaphore::new(1), Atomic::new(0)));
    let _in_use = shared.0.try_acquire(1).unwrap().forget();
    let waiter = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            let result = shared.0.acquire(1).map(|permit| permit.count());
            (result, shared.1.load(Relaxed))
        })
    };
    shared.1.store(1, Relaxed);
    shared.0.close();
    waiter.join().unwrap()
}

/// A thread that sees the close sees what the closer did before.
fn close_publishes() -> Option<u32> {
    let shared = Arc::new((Semaphore::new(1), Atomic::new(0)));
    let closer = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1.store(1, Relaxed);
            shared.0.close();
        })
    };
    let seen = shared.0.is_closed().then(|| shared.1.load(Relaxed));
    closer.join().unwrap();
    seen
}

/// The first waiter gives up, before or after its grant. The second gets the permit.
/// Returns how many permits are in use in the end.
pub(super) fn cancelled_acquire_hands_permit_to_next(permits: Semaphore) -> u64 {
    let permits = Arc::new(permits);
    let permit = permits.try_acquire(1).unwrap().forget();
    let impatient = {
        let permits = Arc::clone(&permits);
        spawn(move || _ = poll_once(pin!(permits.acquire_async(1))))
    };
    let patient = {
        let permits = Arc::clone(&permits);
        spawn(move || drop(permits.acquire(1).unwrap()))
    };
    permits.release(permit).unwrap();
    impatient.join().unwrap();
    patient.join().unwrap();
    permits.in_use()
}

/// A limit of zero, as a barrier.
fn resize_to_0(permits: &Semaphore) {
    permits.resize(0);
}

/// Ends all granting. If no permit is in use then, no thread gets one any more. Returns whether none was
/// in use.
fn end(permits: &Semaphore, ended: &Atomic<bool>, end: fn(&Semaphore)) -> bool {
    end(permits);
    let is_unused = permits.in_use() == 0;
    ended.store(is_unused, Relaxed);
    is_unused
}

/// One thread tries to get a permit while another ends all.
fn ends_for_try(by: fn(&Semaphore)) -> (bool, Result<(), TryAcquireError>) {
    let shared = Arc::new((Semaphore::new(1), Atomic::new(false)));
    let taker = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.0.try_acquire(1).map(|permit| {
                assert!(!shared.1.load(Relaxed), "a permit after the end");
                drop(permit);
            })
        })
    };
    let is_unused = end(&shared.0, &shared.1, by);
    (is_unused, taker.join().unwrap())
}

/// One thread waits for the only permit, which comes back while another ends all.
fn ends_for_waiter(by: fn(&Semaphore)) -> (bool, Result<(), AcquireError>) {
    let shared = Arc::new((Semaphore::new(1), Atomic::new(false)));
    let permit = shared.0.try_acquire(1).unwrap().forget();
    let waiter = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.0.acquire(1).map(|permit| {
                assert!(!shared.1.load(Relaxed), "a permit after the end");
                drop(permit);
            })
        })
    };
    let giver = {
        let shared = Arc::clone(&shared);
        spawn(move || shared.0.release(permit).unwrap())
    };
    let is_unused = end(&shared.0, &shared.1, by);
    giver.join().unwrap();
    let result = waiter.join().unwrap();
    assert_eq!(shared.0.in_use(), 0);
    (is_unused, result)
}

/// Another takes the only permit, gives it back, takes all permits away and closes, in this order. Each answer
/// was true after all that the call's thread had seen before.
fn refusals_were_true_during_the_call() -> (Result<(), TryAcquireError>, u64) {
    let shared = Arc::new((Semaphore::new(1), Atomic::new(0)));
    let other = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            let (permits, step) = &*shared;
            let does: [fn(&Semaphore); 4] = [
                |permits| _ = permits.try_acquire(1).map(|permit| permit.forget()),
                |permits| _ = permits.release(1),
                |permits| permits.resize(0),
                Semaphore::close,
            ];
            for (next, does) in (1..).zip(does) {
                does(permits);
                step.store(next, Release);
            }
        })
    };
    let (permits, step) = &*shared;
    let done_before = step.load(Acquire);
    let result = permits.try_acquire(1).map(drop);
    // How many steps may be over before the call for the answer to be true in it. (After step 2 all is free,
    // and none from within step 3, of which NoPermits tells before TooMany does.)
    let last = match result {
        Ok(()) | Err(TryAcquireError::NoPermits) => 2,
        Err(TryAcquireError::TooMany) => 3,
        Err(TryAcquireError::Closed) => 4,
    };
    assert!(done_before <= last, "{result:?} after {done_before} steps");
    other.join().unwrap();
    assert_eq!((permits.is_closed(), permits.limit()), (true, 0));
    (result, permits.in_use())
}

/// A thread that learns from another that a permit came back gets it.
fn no_refusal_after_room_was_seen() -> Option<Result<(), TryAcquireError>> {
    let shared = Arc::new((Semaphore::new(1), Atomic::new(false)));
    let permit = shared.0.try_acquire(1).unwrap().forget();
    let giver = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.0.release(permit).unwrap();
            shared.1.store(true, Release);
        })
    };
    let result = shared.1.load(Acquire).then(|| shared.0.try_acquire(1).map(drop));
    giver.join().unwrap();
    result
}

/// One permit is in use all the time; returns how many seem to be, which is never fewer.
fn in_use_beside_resizes(first: u64, limits: &'static [u64]) -> u64 {
    let permits = Arc::new(Semaphore::new(first));
    let _in_use = permits.try_acquire(1).unwrap().forget();
    let resizer = {
        let permits = Arc::clone(&permits);
        spawn(move || limits.iter().for_each(|&limit| permits.resize(limit)))
    };
    let seen = permits.in_use();
    resizer.join().unwrap();
    assert_eq!((permits.in_use(), permits.available()), (1, permits.limit() - 1));
    seen
}

/// As above, with a thread for each resize, so that nothing but the resizes themselves orders them.
fn in_use_beside_two_resizes(first: u64, limits: [u64; 2]) -> u64 {
    let permits = Arc::new(Semaphore::new(first));
    let _in_use = permits.try_acquire(1).unwrap().forget();
    let resizers = limits.map(|limit| {
        let permits = Arc::clone(&permits);
        spawn(move || permits.resize(limit))
    });
    let seen = permits.in_use();
    resizers.into_iter().for_each(|resizer| resizer.join().unwrap());
    assert_eq!((permits.in_use(), permits.available()), (1, permits.limit() - 1));
    seen
}

/// A permit in use can be released, however the limit changes meanwhile.
fn release_beside_resizes() -> Result<(), Underflow> {
    let permits = Arc::new(Semaphore::new(2));
    let in_use = permits.try_acquire(1).unwrap().forget();
    let resizer = {
        let permits = Arc::clone(&permits);
        spawn(move || [1, 2].map(|limit| permits.resize(limit)))
    };
    let result = permits.release(in_use);
    resizer.join().unwrap();
    assert_eq!((permits.in_use(), permits.available()), (0, 2));
    result
}

/// Two threads give back one permit, which only one of them had.
fn one_of_two_is_refused() -> [Result<(), Underflow>; 2] {
    let permits = Arc::new(Semaphore::new(1));
    let permit = permits.try_acquire(1).unwrap().forget();
    let other = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.release(permit))
    };
    let mine = permits.release(permit);
    let theirs = other.join().unwrap();
    assert_eq!((permits.in_use(), permits.available()), (0, 1));
    [mine, theirs]
}

/// Two threads have a permit each and drop it at the same time; returns how many are in use in the end.
fn dropped_together() -> u64 {
    let permits = Arc::new(Semaphore::new(2));
    let other = {
        let permits = Arc::clone(&permits);
        spawn(move || drop(permits.try_acquire(1).unwrap()))
    };
    drop(permits.try_acquire(1).unwrap());
    other.join().unwrap();
    permits.in_use()
}

/// Two words of data, each written under a permit of its own before it is dropped.
struct Users {
    permits: Semaphore,
    data: [Atomic<u32>; 2],
}

impl Users {
    /// Of `limit` permits, both users have one each.
    fn new(limit: u64) -> Arc<Self> {
        let permits = Semaphore::new(limit);
        let _in_use = permits.try_acquire(2).unwrap().forget();
        Arc::new(Self { permits, data: [0, 0].map(Atomic::new) })
    }

    /// The user of `which` does its work and gives its permit back.
    fn work(&self, which: usize) {
        self.data[which].store(1, Relaxed);
        self.permits.release(1).unwrap();
    }

    fn both(&self) -> (u32, u32) {
        (self.data[0].load(Relaxed), self.data[1].load(Relaxed))
    }
}

/// A thread that finds a closed semaphore without users sees what all of them did, though the closer's write and
/// that of the last user replaced those of the others.
fn unused_closed_semaphore_publishes_all_users() -> Option<(u32, u32)> {
    let users = Users::new(2);
    let threads = [0, 1].map(|which| {
        let users = Arc::clone(&users);
        spawn(move || users.work(which))
    });
    users.permits.close();
    let seen = (users.permits.in_use() == 0).then(|| users.both());
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    seen
}

/// A thread that gets the permits of both users sees what both did.
fn acquire_of_all_permits_sees_all_their_users() -> Option<(u32, u32)> {
    let users = Users::new(2);
    let threads = [0, 1].map(|which| {
        let users = Arc::clone(&users);
        spawn(move || users.work(which))
    });
    let seen = users.permits.try_acquire(2).is_ok().then(|| users.both());
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    seen
}

/// Of three permits one user has one, and gives it back; another takes two others, and so overwrites the word
/// without publishing anything. What the user did is seen all the same.
fn publishes_through_others() -> Option<u32> {
    let shared = Arc::new((Semaphore::new(3), Atomic::new(0)));
    let permit = shared.0.try_acquire(1).unwrap().forget();
    let user = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1.store(1, Relaxed);
            shared.0.release(permit).unwrap();
        })
    };
    let taker = {
        let shared = Arc::clone(&shared);
        spawn(move || shared.0.try_acquire(2).unwrap().forget())
    };
    let seen = matches!(shared.0.in_use(), 0 | 2).then(|| shared.1.load(Relaxed));
    user.join().unwrap();
    taker.join().unwrap();
    seen
}

/// A thread that sees that a permit is available again sees what was done under it.
fn available_publishes() -> Option<u32> {
    let shared = Arc::new((Semaphore::new(1), Atomic::new(0)));
    let permit = shared.0.try_acquire(1).unwrap().forget();
    let user = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1.store(1, Relaxed);
            shared.0.release(permit).unwrap();
        })
    };
    let seen = (shared.0.available() == 1).then(|| shared.1.load(Relaxed));
    user.join().unwrap();
    seen
}

/// A future that was polled by one task, and then moves to another, wakes the latter.
fn waiter_renews_its_waker() -> u64 {
    let permits = Arc::new(Semaphore::new(1));
    let permit = permits.try_acquire(1).unwrap().forget();
    let waiter = {
        let permits = Arc::clone(&permits);
        spawn(move || {
            let mut acquire = pin!(permits.acquire_async(1));
            let result = match poll_once(acquire.as_mut()) {
                std::task::Poll::Ready(result) => result,
                std::task::Poll::Pending => block_on(acquire),
            };
            result.unwrap().count()
        })
    };
    permits.release(permit).unwrap();
    let count = waiter.join().unwrap();
    assert_eq!(permits.in_use(), 0);
    count
}

/// Two threads wait when the only permit is released, one of them with a timeout of zero.
fn timed_out_acquire_hands_its_grant_on() -> Result<(), AcquireTimeoutError> {
    let permits = Arc::new(Semaphore::new(1));
    let permit = permits.try_acquire(1).unwrap().forget();
    let impatient = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.acquire_timeout(1, Duration::ZERO).map(drop))
    };
    let patient = {
        let permits = Arc::clone(&permits);
        spawn(move || drop(permits.acquire(1).unwrap()))
    };
    permits.release(permit).unwrap();
    let result = impatient.join().unwrap();
    patient.join().unwrap();
    assert_eq!(permits.in_use(), 0);
    result
}

/// One waiter wants more than is available, and gives up. Another, behind or in front, wants no more than that.
fn wide_leaves() -> u64 {
    let permits = Arc::new(Semaphore::new(2));
    let _in_use = permits.try_acquire(1).unwrap().forget();
    let narrow = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.acquire(1).unwrap().count())
    };
    assert!(poll_once(pin!(permits.acquire_async(2))).is_pending());
    let count = narrow.join().unwrap();
    assert_eq!(permits.in_use(), 1);
    count
}

/// One thread waits while the limit goes down and up. It is refused in between, or granted in the end.
fn resizes_down_and_up_refuse_or_grant_waiter() -> Result<u64, AcquireError> {
    let permits = Arc::new(Semaphore::new(1));
    let permit = permits.try_acquire(1).unwrap().forget();
    let waiter = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.acquire(1).map(|permit| permit.count()))
    };
    permits.resize(0);
    permits.resize(1);
    permits.release(permit).unwrap();
    let result = waiter.join().unwrap();
    assert_eq!((permits.in_use(), permits.available()), (0, 1));
    result
}

/// One thread waits for the only permit, which is released while `other` may be faster. The waiter sees what was done
/// under it.
fn barging_waiter_beside(other: fn(&Semaphore)) -> u32 {
    let shared = Arc::new((Semaphore::barging(1), Atomic::new(0)));
    let permit = shared.0.try_acquire(1).unwrap().forget();
    let waiter = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            let _permit = shared.0.acquire(1).unwrap();
            shared.1.load(Relaxed)
        })
    };
    let other = {
        let shared = Arc::clone(&shared);
        spawn(move || other(&shared.0))
    };
    shared.1.store(1, Relaxed);
    shared.0.release(permit).unwrap();
    other.join().unwrap();
    let seen = waiter.join().unwrap();
    assert_eq!(shared.0.in_use(), 0);
    seen
}

/// Two threads wait for the only permit, which is released once.
fn two_barging_waiters() -> u64 {
    let permits = Arc::new(Semaphore::barging(1));
    let permit = permits.try_acquire(1).unwrap().forget();
    let waiters = [(); 2].map(|()| {
        let permits = Arc::clone(&permits);
        spawn(move || drop(permits.acquire(1).unwrap()))
    });
    permits.release(permit).unwrap();
    waiters.into_iter().for_each(|waiter| waiter.join().unwrap());
    permits.in_use()
}

/// Two users release what they have, and a third thread waits until both have. It sees what they did.
fn last_release_ends_idle_wait() -> (u32, u32) {
    let users = Users::new(2);
    let threads = [0, 1].map(|which| {
        let users = Arc::clone(&users);
        spawn(move || users.work(which))
    });
    users.permits.wait_idle();
    let seen = users.both();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    seen
}

/// The last permit is released while the limit goes down, so that more may seem to be in use.
fn idle_beside_a_resize() -> u64 {
    let permits = Arc::new(Semaphore::new(2));
    let permit = permits.try_acquire(1).unwrap().forget();
    let resizer = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.resize(1))
    };
    let user = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.release(permit).unwrap())
    };
    permits.wait_idle();
    resizer.join().unwrap();
    user.join().unwrap();
    permits.in_use()
}

/// Two threads wait for the release, one of them with a timeout of zero.
fn idle_beside_one_that_leaves() -> bool {
    let permits = Arc::new(Semaphore::new(1));
    let permit = permits.try_acquire(1).unwrap().forget();
    let impatient = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.wait_idle_timeout(Duration::ZERO))
    };
    let patient = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.wait_idle())
    };
    permits.release(permit).unwrap();
    patient.join().unwrap();
    impatient.join().unwrap()
}
