//! What was done before a commit, a release or a close is seen by those that learn of it.

use super::{append, buffer, flush, flush_next, full, join};
use crate::models::two_closers_both_publish;
use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::log::{TryBatchError, TryReserveError, Writer};
use std::sync::Arc;

pub(super) fn models() -> Vec<Model> {
    use TryBatchError::{Closed, Empty};
    use TryReserveError as Refused;
    vec![
        Model::new("log::durable_record_was_flushed", durable_record_was_flushed)
            .outcomes([()])
            .preemptions(3),
        Model::new("log::last_writers_drop_publishes", last_writers_drop_publishes)
            .outcomes([Empty, Closed])
            .preemptions(3),
        Model::new("log::refused_writer_sees_what_the_closer_did", refused_writer_sees_the_closer)
            .outcomes([None, Some(Refused::Closed)]),
        Model::new("log::writer_refused_by_a_full_buffer_sees_it", refused_by_a_full_buffer)
            .outcomes([Some(Refused::Full), Some(Refused::Closed)]),
        Model::new("log::is_closed_publishes_to_writers", is_closed_publishes_to_writers)
            .outcomes([true, false]),
        Model::new("log::is_closed_publishes_to_the_flusher", is_closed_publishes_to_the_flusher)
            .outcomes([true, false]),
        Model::new("log::two_closers_both_publish", || {
            let close = |handles: &(Writer<'_>, _)| handles.0.close();
            two_closers_both_publish(buffer(1, 1), close, |handles| handles.1.is_closed())
        })
        .outcomes([None, Some(1)]),
        Model::new("log::claim_behind_a_close_publishes", close_hides_no_claim)
            .outcomes([Err(Empty), Err(TryBatchError::Stalled), Ok(7)])
            .preemptions(3),
    ]
}

/// A writer waits until its record is durable, and finds it in the file.
fn durable_record_was_flushed() {
    let (writer, mut flusher) = buffer(1, 1);
    let file = Arc::new(Atomic::new(0));
    let other = {
        let file = Arc::clone(&file);
        spawn(move || {
            let end = append(&writer, &[7]).end;
            assert_eq!(writer.durable().wait_for(end), Ok(end));
            assert_eq!(file.load(Relaxed), 7);
        })
    };
    let batch = loop {
        if flusher.try_batch(1).is_ok() {
            break flusher.try_batch(1).unwrap();
        }
        loom::thread::yield_now();
    };
    file.store(batch.bytes().0[0], Relaxed);
    batch.release();
    other.join().unwrap();
}

/// Two writers do something elsewhere and go. A flusher that learns that both are gone sees it.
fn last_writers_drop_publishes() -> TryBatchError {
    let (writer, mut flusher) = buffer(1, 1);
    let elsewhere = Arc::new([Atomic::new(0), Atomic::new(0)]);
    let writers = [0, 1].map(|i: usize| {
        let (writer, elsewhere) = (writer.clone(), Arc::clone(&elsewhere));
        spawn(move || {
            elsewhere[i].store(1, Relaxed);
            drop(writer);
        })
    });
    drop(writer);
    let found = flusher.try_batch(1).unwrap_err();
    if found == TryBatchError::Closed {
        assert_eq!([0, 1].map(|i| elsewhere[i].load(Relaxed)), [1, 1]);
    }
    join(writers);
    found
}

/// The flusher does something elsewhere and closes; a writer that is refused for it sees that. The outcome is
/// why it was refused.
fn reserve_beside_a_close(records: usize, is_full: bool) -> Option<TryReserveError> {
    let (writer, mut flusher) = if is_full { full(records) } else { buffer(records, records) };
    let elsewhere = Arc::new(Atomic::new(0));
    let other = {
        let elsewhere = Arc::clone(&elsewhere);
        spawn(move || {
            let refused = writer.try_reserve(1).err();
            if refused == Some(TryReserveError::Closed) {
                assert_eq!(elsewhere.load(Relaxed), 1);
            }
            refused
        })
    };
    elsewhere.store(1, Relaxed);
    flusher.close();
    other.join().unwrap()
}

fn refused_writer_sees_the_closer() -> Option<TryReserveError> {
    reserve_beside_a_close(1, false)
}

/// The writer may learn of the close when it looks for the second time.
fn refused_by_a_full_buffer() -> Option<TryReserveError> {
    reserve_beside_a_close(1, true)
}

/// As above, for a writer that only asks.
fn is_closed_publishes_to_writers() -> bool {
    let (writer, flusher) = buffer(1, 1);
    let elsewhere = Arc::new(Atomic::new(0));
    let other = {
        let elsewhere = Arc::clone(&elsewhere);
        spawn(move || {
            let is_closed = writer.is_closed();
            assert!(!is_closed || elsewhere.load(Relaxed) == 1);
            is_closed
        })
    };
    elsewhere.store(1, Relaxed);
    drop(flusher);
    other.join().unwrap()
}

/// Two writers do something elsewhere and go; the flusher that asks, and hears that the buffer is closed, sees it.
fn is_closed_publishes_to_the_flusher() -> bool {
    let (writer, flusher) = buffer(1, 1);
    let elsewhere = Arc::new([Atomic::new(0), Atomic::new(0)]);
    let writers = [writer.clone(), writer];
    let mut i = 0;
    let writers = writers.map(|writer| {
        let (mine, elsewhere) = (i, Arc::clone(&elsewhere));
        i += 1;
        spawn(move || {
            elsewhere[mine].store(1, Relaxed);
            drop(writer);
        })
    });
    let is_closed = flusher.is_closed();
    if is_closed {
        assert_eq!([0, 1].map(|i| elsewhere[i].load(Relaxed)), [1, 1]);
    }
    join(writers);
    is_closed
}

/// A writer appends, and another thread closes: a flusher that learns of the close and of the claim by one word gets
/// the record, or finds it stalled, and never `Closed`.
fn close_hides_no_claim() -> Result<u8, TryBatchError> {
    let (writer, mut flusher) = buffer(1, 1);
    let is_reserved = Arc::new(Atomic::new(false));
    let appending = {
        let (writer, is_reserved) = (writer.clone(), Arc::clone(&is_reserved));
        spawn(move || {
            let mut reservation = writer.try_reserve(1).unwrap();
            is_reserved.store(true, Relaxed);
            reservation.put(&[7]);
            reservation.commit();
        })
    };
    let closing = spawn(move || {
        if is_reserved.load(Relaxed) {
            writer.close();
        }
        writer
    });
    let found = flusher.try_batch(1).map(|batch| flush(batch)[0]);
    appending.join().unwrap();
    drop(closing.join().unwrap());
    if found.is_err() {
        assert_eq!(flush_next(&mut flusher), [7]);
    }
    assert_eq!(flusher.try_batch(1).unwrap_err(), TryBatchError::Closed);
    found
}
