//! Semaphore: the limit holds, nobody waits for ever, nothing is lost when a wait is given up.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::semaphore::{AcquireError, Semaphore, TryAcquireError, Underflow};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

pub fn models() -> Vec<Model> {
    use TryAcquireError::NoPermits;
    vec![
        Model::new("semaphore::the_limit_holds", the_limit_holds).outcomes([
            [None, None],
            [Some(NoPermits), None],
            [None, Some(NoPermits)],
        ]),
        Model::new("semaphore::what_comes_back_is_over", what_comes_back_is_over)
            .outcomes([Some(1), None]),
        Model::new("semaphore::a_waiter_is_served", a_waiter_is_served).outcomes([1]),
        Model::new("semaphore::a_waiter_for_many_is_served", a_waiter_for_many_is_served)
            .outcomes([()])
            .preemptions(3),
        Model::new("semaphore::a_resize_serves", a_resize_serves)
            .outcomes([Ok(2), Err(AcquireError::TooMany)]),
        Model::new("semaphore::a_close_refuses", a_close_refuses)
            .outcomes([Err::<u64, _>(AcquireError::Closed)]),
        Model::new("semaphore::close_publishes", close_publishes).outcomes([None, Some(1)]),
        Model::new("semaphore::two_resizes_hide_no_permit", two_resizes_hide_no_permit)
            .outcomes([Ok::<_, Underflow>(())])
            .preemptions(3),
        Model::new("semaphore::two_resizers_hide_no_permit", two_resizers_hide_no_permit)
            .outcomes([Ok::<_, Underflow>(())])
            .preemptions(1),
        Model::new("semaphore::who_gives_up_passes_on", who_gives_up_passes_on)
            .outcomes([()])
            .preemptions(3),
    ]
}

/// Two try to get the only permit, and give it back if they do.
fn the_limit_holds() -> [Option<TryAcquireError>; 2] {
    let permits = Arc::new(Semaphore::new(1));
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

/// Who gets a permit that was in use sees what was done under it.
fn what_comes_back_is_over() -> Option<u32> {
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

/// One waits for the only permit, which comes back; it sees what was done under it.
fn a_waiter_is_served() -> u32 {
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

/// One waits for both permits, which come back one by one from two threads.
fn a_waiter_for_many_is_served() {
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

/// One waits for two permits of which there is one, and then two.
fn a_resize_serves() -> Result<u64, AcquireError> {
    let permits = Arc::new(Semaphore::new(1));
    let waiter = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.acquire(2).map(|permit| permit.count()))
    };
    permits.resize(2);
    waiter.join().unwrap()
}

/// One waits for what is in use until the end.
fn a_close_refuses() -> Result<u64, AcquireError> {
    let permits = Arc::new(Semaphore::new(1));
    let _in_use = permits.try_acquire(1).unwrap().forget();
    let waiter = {
        let permits = Arc::clone(&permits);
        spawn(move || permits.acquire(1).map(|permit| permit.count()))
    };
    permits.close();
    waiter.join().unwrap()
}

/// Who sees the close sees what the closer did before.
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

/// The first in line gives up, before or after it was served; the second gets the permit.
fn who_gives_up_passes_on() {
    let permits = Arc::new(Semaphore::new(1));
    let permit = permits.try_acquire(1).unwrap().forget();
    let impatient = {
        let permits = Arc::clone(&permits);
        spawn(move || {
            let mut acquire = pin!(permits.acquire_async(1));
            let _ = acquire.as_mut().poll(&mut Context::from_waker(Waker::noop())).map(drop);
        })
    };
    let patient = {
        let permits = Arc::clone(&permits);
        spawn(move || drop(permits.acquire(1).unwrap()))
    };
    permits.release(permit).unwrap();
    impatient.join().unwrap();
    patient.join().unwrap();
    assert_eq!(permits.in_use(), 0);
}

/// While two permits are in use, the limit goes down and up again. The number available is then what it was, and
/// the limit from in between does not belong to it. So that both can be released, no look may find fewer.
fn two_resizes_hide_no_permit() -> Result<(), Underflow> {
    let permits = Arc::new(Semaphore::new(4));
    let held = permits.try_acquire(2).unwrap().forget();
    let resizer = {
        let permits = Arc::clone(&permits);
        spawn(move || [3, 4].map(|limit| permits.resize(limit)))
    };
    let released = permits.release(held);
    resizer.join().unwrap();
    released
}

/// As above, by two threads, of which the second may raise the limit to less than it was at first: that limit
/// does not belong to a number available from the beginning.
fn two_resizers_hide_no_permit() -> Result<(), Underflow> {
    let permits = Arc::new(Semaphore::new(4));
    let held = permits.try_acquire(2).unwrap().forget();
    let resizers = [2, 3].map(|limit| {
        let permits = Arc::clone(&permits);
        spawn(move || permits.resize(limit))
    });
    let released = permits.release(held);
    resizers.into_iter().for_each(|resizer| resizer.join().unwrap());
    released
}
