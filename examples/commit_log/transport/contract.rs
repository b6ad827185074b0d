//! What the job relies on, tested on each transport.

use super::*;
use std::thread;

/// Each contract is a test on each transport.
macro_rules! contracts {
    ($($contract:ident)*) => {
        mod lock_free {$(#[test] fn $contract() { super::$contract::<super::LockFree>(); })*}
        mod mutex {$(#[test] fn $contract() { super::$contract::<super::Mutexes>(); })*}
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
    a_board_shows_the_last_snapshot
}

fn record(sequence: u64) -> Record<'static> {
    Record::new(sequence, b"payload")
}

fn all_records_come_once_and_each_writers_in_order<T: Transport>() {
    let (sender, mut receiver) = T::queue(7);
    let mut received = Vec::new();
    thread::scope(|scope| {
        for writer in 0..3 {
            let sender = sender.clone();
            scope.spawn(move || (0..500).all(|n| sender.send(record(3 * n + writer)).is_ok()));
        }
        drop(sender);
        let mut batch = Vec::new();
        while receiver.receive(&mut batch, 5) {
            assert!((1..=7).contains(&batch.len()));
            received.extend(batch.drain(..).map(|record| record.sequence));
        }
    });
    for writer in 0..3 {
        let own: Vec<_> = received.iter().copied().filter(|n| n % 3 == writer).collect();
        assert!(own.into_iter().eq((0..500).map(|n| 3 * n + writer)));
    }
}

fn a_full_queue_makes_its_senders_wait<T: Transport>() {
    let (sender, mut receiver) = T::queue(2);
    assert_eq!(sender.send(record(0)), Ok(Sent::AtOnce));
    assert_eq!(sender.send(record(1)), Ok(Sent::AtOnce));
    thread::scope(|scope| {
        let third = scope.spawn(move || sender.send(record(2)));
        thread::sleep(Duration::from_millis(20));
        assert!(!third.is_finished());
        let mut batch = Vec::new();
        assert!(receiver.receive(&mut batch, 2));
        assert_eq!(third.join().unwrap(), Ok(Sent::AfterWaiting));
    });
}

fn a_receiver_that_goes_gives_records_back<T: Transport>() {
    let (sender, receiver) = T::queue(1);
    assert_eq!(sender.send(record(0)), Ok(Sent::AtOnce));
    thread::scope(|scope| {
        let waiting = sender.clone();
        let waits = scope.spawn(move || waiting.send(record(1)));
        thread::sleep(Duration::from_millis(20));
        drop(receiver);
        assert_eq!(waits.join().unwrap(), Err(record(1)));
    });
    assert_eq!(sender.send(record(2)), Err(record(2)));
}

fn nothing_comes_when_the_senders_are_gone<T: Transport>() {
    let (sender, mut receiver) = T::queue(4);
    let other = sender.clone();
    drop(sender);
    assert_eq!(other.send(record(0)), Ok(Sent::AtOnce));
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

fn a_position_wakes_those_that_it_reaches<T: Transport>() {
    let position = T::Position::new(5);
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

fn a_closed_position_ends_all_waits<T: Transport>() {
    let position = T::Position::new(5);
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

fn a_wait_can_time_out<T: Transport>() {
    let position = T::Position::new(5);
    let soon = Duration::from_millis(5);
    assert_eq!(position.wait_for_timeout(6, soon), Err(WaitTimeoutError::Timeout));
    assert_eq!(position.wait_for_timeout(5, Duration::ZERO), Ok(5));
}

fn counts_add_up<T: Transport>() {
    let count = T::Count::default();
    thread::scope(|scope| {
        for _ in 0..40 {
            let local = count.local();
            scope.spawn(move || (1..=100).for_each(|n| local.add(n)));
        }
    });
    assert_eq!(count.sum(), 40 * 5050);
}

fn a_board_shows_the_last_snapshot<T: Transport>() {
    let board = T::Board::new(Snapshot::default());
    assert_eq!(board.read(), Snapshot::default());
    let snapshot = Snapshot { records: 1, bytes: 2, batches: 3, segment: 4, segment_bytes: 5 };
    board.publish(snapshot);
    assert_eq!(board.read(), snapshot);
}
