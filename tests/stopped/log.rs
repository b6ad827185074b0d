//! Log buffers: a writer with a reservation, a flusher with a batch, writers that were woken and are not polled, wakers
//! that do not return.

use crate::support::{Stop, Task, ends, start};
use latchfree::log::{
    BatchTimeoutError, ReserveError, ReserveTimeoutError, TryBatchError, TryReserveError, buffer,
};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

const FOR_A_WHILE: Duration = Duration::from_millis(1);

#[test]
fn reservation_that_is_held_holds_up_the_flusher_and_writers_once_it_is_full() {
    let ((writer, mut flusher), stop) = (buffer(4, 4), Stop::new());
    let stopped = {
        let (writer, stop) = (writer.clone(), Arc::clone(&stop));
        start(move || {
            let reservation = writer.try_reserve(1).unwrap();
            stop.here();
            reservation.commit()
        })
    };
    stop.wait_for_participant();
    assert_eq!(writer.reserve(1).unwrap().commit(), 1..2);
    let waits_for_durable = {
        let writer = writer.clone();
        start(move || writer.durable().wait_for(2))
    };
    drop(writer.try_reserve(2).unwrap());
    let behind = {
        let writer = writer.clone();
        start(move || writer.reserve(1).map(|reservation| reservation.commit()))
    };
    let writer = ends(move || {
        assert_eq!(writer.try_reserve(1).unwrap_err(), TryReserveError::Full);
        let refused = writer.reserve_timeout(1, FOR_A_WHILE).unwrap_err();
        assert_eq!(refused, ReserveTimeoutError::Timeout);
        writer
    });
    let mut flusher = ends(move || {
        assert_eq!(flusher.try_batch(9).unwrap_err(), TryBatchError::Stalled);
        let in_time = flusher.batch_timeout(9, FOR_A_WHILE).unwrap_err();
        assert_eq!(in_time, BatchTimeoutError::Timeout);
        flusher
    });
    let flushes = start(move || {
        let batch = flusher.batch(9).unwrap();
        let range = batch.range();
        batch.release();
        (range, flusher)
    });
    flushes.is_stuck();
    behind.is_stuck();
    waits_for_durable.is_stuck();
    stopped.is_stuck();
    stop.release();
    assert_eq!((stopped.ends(), behind.ends()), (0..1, Ok(4..5)));
    // All that was there, or the first record alone: the flusher looks when that is committed.
    let (range, mut flusher) = flushes.ends();
    assert_eq!(range, 0..4);
    assert!(waits_for_durable.ends().is_ok_and(|position| position >= 2));
    assert_eq!(flusher.try_batch(9).unwrap().range(), 4..5);
    drop(writer);
}

/// The documented hole. What is before it is flushed; a close does not pass it, but the flusher's drop ends all waits.
#[test]
fn forgotten_reservation_is_stalled_until_the_flusher_goes() {
    let (writer, mut flusher) = buffer(8, 2);
    writer.try_reserve(3).unwrap().commit();
    std::mem::forget(writer.try_reserve(1).unwrap());
    flusher.try_batch(9).unwrap().release();
    assert_eq!(flusher.try_batch(9).unwrap_err(), TryBatchError::Stalled);
    let end = writer.try_reserve(2).unwrap().commit().end;
    let mut waits = Task::waiting(writer.reserve_async(1));
    let mut durable = Task::waiting(writer.durable().wait_for_async(end));
    writer.close();
    assert!(matches!(waits.poll(), Poll::Ready(Err(ReserveError::Closed))));
    let mut flusher = ends(move || {
        assert_eq!(flusher.try_batch(9).unwrap_err(), TryBatchError::Stalled, "and not closed");
        let in_time = flusher.batch_timeout(9, FOR_A_WHILE).unwrap_err();
        assert_eq!(in_time, BatchTimeoutError::Timeout);
        flusher
    });
    let mut batch = Task::new(async move {
        let is_err = flusher.batch_async(9).await.is_err();
        (is_err, flusher)
    });
    assert!(batch.poll().is_pending());
    assert!(durable.poll().is_pending());
    drop(batch); // and the flusher with it
    assert_eq!(durable.wakes(), 1);
    assert!(matches!(durable.poll(), Poll::Ready(Err(_))));
    assert_eq!(writer.durable().get(), 3);
}

/// As if it had lost the processor between mark and wake-up.
#[test]
fn commit_stopped_in_the_waker_of_the_flusher_holds_up_no_other_writer() {
    let ((writer, flusher), stop) = (buffer(8, 4), Stop::new());
    let mut flusher = Box::new(flusher);
    // The future is forgotten, and its waker left.
    std::mem::forget(Task::waiting_to_stop(flusher.batch_async(9), &stop));
    let stopped = {
        let writer = writer.clone();
        start(move || writer.try_reserve(1).unwrap().commit())
    };
    stop.wait_for_participant();
    let writer = ends(move || {
        assert_eq!(writer.try_reserve(2).unwrap().commit(), 1..3, "and it does not wake");
        writer
    });
    let mut flusher = ends(move || {
        let batch = flusher.batch(9).unwrap();
        assert_eq!(batch.range(), 0..3, "one that looks by itself finds what is there");
        batch.release();
        flusher
    });
    // It can wait again: its waker's cell is its own.
    let mut next = Task::waiting(flusher.batch_async(9));
    assert_eq!(writer.try_reserve(1).unwrap().commit(), 3..4);
    assert_eq!(next.wakes(), 1);
    assert!(matches!(next.poll(), Poll::Ready(Ok(batch)) if batch.range() == (3..4)));
    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), 0..1);
}

/// Its bytes and slots are free after the release.
#[test]
fn flusher_stopped_with_a_batch_holds_up_writers_once_it_is_full() {
    let ((writer, mut flusher), stop) = (buffer(4, 2), Stop::new());
    writer.try_reserve(2).unwrap().commit();
    let batch = {
        let stop = Arc::clone(&stop);
        start(move || {
            let mut batch = flusher.try_batch(9).unwrap();
            batch.fill_abandoned(|_, _, _| unreachable!());
            stop.here(); // in the middle of its write
            batch.release();
            flusher
        })
    };
    stop.wait_for_participant();
    let (writer, waits) = ends(move || {
        assert_eq!(writer.try_reserve(2).unwrap().commit(), 2..4);
        assert_eq!(writer.try_reserve(1).unwrap_err(), TryReserveError::Full);
        let refused = writer.reserve_timeout(1, FOR_A_WHILE).unwrap_err();
        assert_eq!(refused, ReserveTimeoutError::Timeout);
        let other = writer.clone();
        (writer, start(move || other.reserve(1).map(|reservation| reservation.commit())))
    });
    waits.is_stuck();
    batch.is_stuck();
    stop.release();
    assert_eq!(waits.ends(), Ok(4..5));
    assert_eq!(batch.ends().try_batch(9).unwrap().range(), 2..5);
    drop(writer);
}

/// Four bytes become free together, for four that wait; the first wants two and is not polled.
#[test]
fn woken_writer_that_is_not_polled_keeps_its_room_and_no_more() {
    let (writer, mut flusher) = buffer(4, 8);
    writer.try_reserve(4).unwrap().commit();
    let not_polled = Task::waiting(writer.reserve_async(2));
    let mut others = [1, 1, 1].map(|len| Task::waiting(writer.reserve_async(len)));
    flusher.try_batch(9).unwrap().release();
    assert_eq!(not_polled.wakes(), 1);
    assert_eq!(others.each_ref().map(Task::wakes), [1, 1, 0]);
    for (task, start) in others.iter_mut().zip([4, 5]) {
        let Poll::Ready(Ok(reservation)) = task.poll() else { panic!("it was granted room") };
        assert_eq!(reservation.commit(), start..start + 1);
    }
    assert_eq!(others[2].wakes(), 0, "there is room, but it is not its own");
    // Those that try do not wait, and get it.
    assert_eq!(writer.try_reserve(1).unwrap().commit(), 6..7);
    drop(not_polled);
    assert_eq!(others[2].wakes(), 1);
    let Poll::Ready(Ok(reservation)) = others[2].poll() else { panic!("it was granted room") };
    assert_eq!(reservation.commit(), 7..8);
}

#[test]
fn writer_in_front_that_wants_much_holds_up_those_behind_until_it_is_dropped() {
    let (writer, mut flusher) = buffer(4, 8);
    let held = writer.try_reserve(2).unwrap();
    writer.try_reserve(2).unwrap().commit();
    let in_front = Task::waiting(writer.reserve_async(4));
    let mut behind = Task::waiting(writer.reserve_async(1));
    let blocked = {
        let writer = writer.clone();
        start(move || writer.reserve(1).map(|reservation| reservation.commit()))
    };
    blocked.is_stuck(); // in the list, behind the others
    held.commit();
    let mut batch = flusher.try_batch(9).unwrap();
    batch.truncate(1);
    batch.release();
    assert_eq!((in_front.wakes(), behind.wakes()), (0, 0), "two bytes are free");
    blocked.is_stuck();
    assert_eq!(writer.try_reserve(1).unwrap().commit(), 4..5);
    drop(in_front);
    assert_eq!(behind.wakes(), 1);
    assert!(matches!(behind.poll(), Poll::Ready(Ok(_))));
    blocked.is_stuck();
    flusher.try_batch(9).unwrap().release();
    assert_eq!(blocked.ends(), Ok(6..7));
}

/// Woken, and another was faster: it waits on, in front of those that came later.
#[test]
fn writer_that_was_overtaken_keeps_its_turn() {
    let (writer, mut flusher) = buffer(2, 1);
    writer.try_reserve(0).unwrap().commit();
    let mut first = Task::waiting(writer.reserve_async(1));
    let second = Task::waiting(writer.reserve_async(1));
    for round in 1..4 {
        flusher.try_batch(9).unwrap().release();
        writer.try_reserve(0).unwrap().commit(); // it came at the right moment
        assert!(first.poll().is_pending());
        assert_eq!((first.wakes(), second.wakes()), (round, 0));
    }
    flusher.try_batch(9).unwrap().release();
    assert!(matches!(first.poll(), Poll::Ready(Ok(_))));
    assert_eq!(second.wakes(), 0);
}

/// The room is free and the position moved; those that wait for the position are woken before those that wait for room.
#[test]
fn release_stopped_in_a_waker_delays_those_that_it_has_not_woken_alone() {
    let ((writer, mut flusher), stop) = (buffer(4, 2), Stop::new());
    let end = writer.try_reserve(4).unwrap().commit().end;
    let durable = {
        let writer = writer.clone();
        let wait = async move { writer.durable().wait_for_async(end).await };
        Task::waiting_to_stop(wait, &stop)
    };
    let mut waits = Task::waiting(writer.reserve_async(3));
    let stopped = start(move || {
        flusher.try_batch(9).unwrap().release();
        flusher
    });
    stop.wait_for_participant();
    assert_eq!((waits.wakes(), writer.durable().get()), (0, 4));
    let other = writer.clone();
    ends(move || {
        assert_eq!(other.try_reserve(1).unwrap().commit(), 4..5);
        assert!(other.durable().wait_for(4).is_ok());
    });
    assert!(matches!(waits.poll(), Poll::Ready(Ok(_))), "a poll finds the room");
    stopped.is_stuck();
    stop.release();
    drop((stopped.ends(), durable));
}

#[test]
fn close_stopped_in_the_waker_of_a_writer_is_seen_by_all_that_look() {
    let ((writer, mut flusher), stop) = (buffer(4, 2), Stop::new());
    writer.try_reserve(4).unwrap().commit();
    let first = {
        let writer = writer.clone();
        let reserves = async move { writer.reserve_async(1).await.is_err() };
        Task::waiting_to_stop(reserves, &stop)
    };
    let mut behind = Task::waiting(writer.reserve_async(1));
    let stopped = start(move || {
        flusher.close();
        flusher.try_batch(9).map(|batch| batch.release()).unwrap();
        flusher.try_batch(9).map(drop)
    });
    stop.wait_for_participant();
    assert_eq!(writer.try_reserve(0).unwrap_err(), TryReserveError::Closed);
    assert_eq!(behind.wakes(), 0);
    assert!(matches!(behind.poll(), Poll::Ready(Err(ReserveError::Closed))));
    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), Err(TryBatchError::Closed));
    assert_eq!(behind.wakes(), 1);
    drop(first);
}
