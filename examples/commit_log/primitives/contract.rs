//! The guarantees that the job relies on, tested on each set of primitives.

use super::*;
use std::collections::BTreeSet;
use std::thread;

/// Each contract is a test on each set.
macro_rules! contracts {
    ($($contract:ident)*) => {
        mod lock_free {$(#[test] fn $contract() { super::$contract::<super::LockFree>(); })*}
        mod locked {$(#[test] fn $contract() { super::$contract::<super::Locked>(); })*}
        mod channel {$(#[test] fn $contract() { super::$contract::<super::Channel>(); })*}
    };
}

contracts! {
    all_records_come_once_and_each_writers_in_order
    a_full_queue_makes_its_senders_wait
    a_receiver_that_goes_gives_records_back
    nothing_comes_when_the_senders_are_gone
    a_position_wakes_those_that_it_reaches
    a_closed_position_ends_all_waits
    a_wait_can_time_out
    counts_add_up
    a_cell_shows_the_last_snapshot
    numbers_come_once
    skipped_numbers_do_not_come
    permits_come_back_when_dropped
    an_acquisition_waits_for_permits
    a_closed_semaphore_ends_all_waits
}

fn all_records_come_once_and_each_writers_in_order<P: Primitives>() {
    let (sender, mut receiver) = P::queue(7);
    let mut received = Vec::new();
    thread::scope(|scope| {
        for writer in 0..3 {
            let sender = sender.clone();
            scope.spawn(move || (0..500_u64).all(|n| sender.send(3 * n + writer).is_ok()));
        }
        drop(sender);
        let mut batch = Vec::new();
        while receiver.receive(&mut batch, 5) {
            assert!((1..=7).contains(&batch.len()));
            received.append(&mut batch);
        }
    });
    for writer in 0..3 {
        let own: Vec<_> = received.iter().copied().filter(|n| n % 3 == writer).collect();
        assert!(own.into_iter().eq((0..500).map(|n| 3 * n + writer)));
    }
}

fn a_full_queue_makes_its_senders_wait<P: Primitives>() {
    let (sender, mut receiver) = P::queue(2);
    assert_eq!(sender.send(0_u64), Ok(Sent::Immediately));
    assert_eq!(sender.send(1_u64), Ok(Sent::Immediately));
    thread::scope(|scope| {
        let third = scope.spawn(move || sender.send(2_u64));
        thread::sleep(Duration::from_millis(20));
        assert!(!third.is_finished());
        let mut batch = Vec::new();
        assert!(receiver.receive(&mut batch, 2));
        assert_eq!(third.join().unwrap(), Ok(Sent::AfterWaiting));
    });
}

fn a_receiver_that_goes_gives_records_back<P: Primitives>() {
    let (sender, receiver) = P::queue(1);
    assert_eq!(sender.send(0_u64), Ok(Sent::Immediately));
    thread::scope(|scope| {
        let waiting = sender.clone();
        let waits = scope.spawn(move || waiting.send(1_u64));
        thread::sleep(Duration::from_millis(20));
        drop(receiver);
        assert_eq!(waits.join().unwrap(), Err(1_u64));
    });
    assert_eq!(sender.send(2_u64), Err(2_u64));
}

fn nothing_comes_when_the_senders_are_gone<P: Primitives>() {
    let (sender, mut receiver) = P::queue(4);
    let other = sender.clone();
    drop(sender);
    assert_eq!(other.send(0_u64), Ok(Sent::Immediately));
    let mut batch = Vec::new();
    assert!(receiver.receive(&mut batch, 9));
    batch.clear();
    thread::scope(|scope| {
        let waits = scope.spawn(|| receiver.receive(&mut batch, 9));
        thread::sleep(Duration::from_millis(20));
        drop(other);
        assert!(!waits.join().unwrap());
    });
    assert_eq!(batch, []);
}

fn a_position_wakes_those_that_it_reaches<P: Primitives>() {
    let position = P::Position::new(5);
    assert_eq!(position.wait_for(5), Ok(5));
    thread::scope(|scope| {
        let near = scope.spawn(|| position.wait_for(6));
        let far = scope.spawn(|| position.wait_for(100));
        thread::sleep(Duration::from_millis(20));
        position.advance_to(8);
        assert_eq!(near.join().unwrap(), Ok(8));
        thread::sleep(Duration::from_millis(20));
        assert!(!far.is_finished());
        position.advance_to(100);
        assert_eq!(far.join().unwrap(), Ok(100));
    });
    position.advance_to(7);
    assert_eq!(position.get(), 100);
}

fn a_closed_position_ends_all_waits<P: Primitives>() {
    let position = P::Position::new(5);
    thread::scope(|scope| {
        let waits = scope.spawn(|| position.wait_for(6));
        let waits_long = scope.spawn(|| position.wait_for_timeout(6, Duration::from_secs(1000)));
        thread::sleep(Duration::from_millis(20));
        position.close();
        assert_eq!(waits.join().unwrap(), Err(Closed));
        assert_eq!(waits_long.join().unwrap(), Err(WaitTimeoutError::Closed));
    });
    assert_eq!(position.wait_for(5), Ok(5));
    assert_eq!(position.wait_for(6), Err(Closed));
}

fn a_wait_can_time_out<P: Primitives>() {
    let position = P::Position::new(5);
    let soon = Duration::from_millis(5);
    assert_eq!(position.wait_for_timeout(6, soon), Err(WaitTimeoutError::Timeout));
    assert_eq!(position.wait_for_timeout(5, Duration::ZERO), Ok(5));
}

fn counts_add_up<P: Primitives>() {
    let count = P::Count::default();
    thread::scope(|scope| {
        for _ in 0..40 {
            let local = count.local();
            scope.spawn(move || (1..=100).for_each(|n| local.add(n)));
        }
    });
    assert_eq!(count.sum(), 40 * 5050);
}

fn a_cell_shows_the_last_snapshot<P: Primitives>() {
    let cell = P::SnapshotCell::new([0_u64; 5]);
    assert_eq!(cell.read(), [0; 5]);
    cell.publish([1, 2, 3, 4, 5]);
    assert_eq!(cell.read(), [1, 2, 3, 4, 5]);
}

fn numbers_come_once<P: Primitives>() {
    let numbers = P::Numbers::starting_at(10);
    let drawn = thread::scope(|scope| {
        let draw = || (0..100).flat_map(|_| numbers.reserve(3)).collect::<Vec<_>>();
        let (one, two) = (scope.spawn(draw), scope.spawn(draw));
        [one.join().unwrap(), two.join().unwrap()].concat()
    });
    assert_eq!(BTreeSet::from_iter(drawn), BTreeSet::from_iter(10..610));
}

fn skipped_numbers_do_not_come<P: Primitives>() {
    let numbers = P::Numbers::starting_at(10);
    numbers.skip_to(5);
    assert_eq!(numbers.reserve(1), 10..11);
    numbers.skip_to(100);
    assert_eq!(numbers.reserve(2), 100..102);
}

fn permits_come_back_when_dropped<P: Primitives>() {
    let semaphore = P::Semaphore::new(3);
    let mut permits = semaphore.try_acquire(2).unwrap();
    assert_eq!(semaphore.try_acquire(2).err(), Some(TryAcquireError::NoPermits));
    permits.merge(semaphore.try_acquire(1).unwrap());
    assert!(permits.split(4).is_none());
    drop(permits.split(1));
    assert_eq!(semaphore.try_acquire(2).err(), Some(TryAcquireError::NoPermits));
    drop(semaphore.try_acquire(1).unwrap());
    drop(permits);
    drop(semaphore.try_acquire(3).unwrap());
}

fn an_acquisition_waits_for_permits<P: Primitives>() {
    let semaphore = P::Semaphore::new(3);
    let permits = semaphore.acquire(2).unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(|| semaphore.acquire(3).is_ok());
        thread::sleep(Duration::from_millis(20));
        assert!(!waits.is_finished());
        drop(permits);
        assert!(waits.join().unwrap());
    });
}

fn a_closed_semaphore_ends_all_waits<P: Primitives>() {
    let semaphore = P::Semaphore::new(1);
    let permit = semaphore.acquire(1).unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(|| semaphore.acquire(1).err());
        thread::sleep(Duration::from_millis(20));
        semaphore.close();
        assert_eq!(waits.join().unwrap(), Some(Closed));
    });
    drop(permit);
    assert_eq!(semaphore.try_acquire(1).err(), Some(TryAcquireError::Closed));
}
