//! The flusher waits, and is woken.

use super::{append, buffer, flush, join, poll_once};
use crate::{Model, spawn};
use latchfree::log::{BatchError, Flusher, Writer};
use loom::future::block_on;
use loom::thread::JoinHandle;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

pub(super) fn models() -> Vec<Model> {
    let byte = || [Ok::<_, BatchError>(vec![7])];
    let end = || [Err::<Vec<u8>, _>(BatchError)];
    vec![
        Model::new("log::commit_wakes_flusher", commit_wakes_flusher).outcomes(byte()),
        Model::new("log::commit_wakes_task", commit_wakes_task).outcomes(byte()),
        Model::new("log::abandoned_record_wakes_flusher", abandoned_record_wakes_flusher)
            .outcomes([1]),
        Model::new("log::group_wakes_flusher", group_wakes_flusher)
            .outcomes([vec![7, 8]])
            .preemptions(3),
        Model::new("log::close_wakes_flusher", close_wakes_flusher).outcomes(end()),
        Model::new("log::close_wakes_task", close_wakes_task).outcomes(end()),
        Model::new("log::last_writers_drop_wakes_flusher", last_writers_drop_wakes_flusher)
            .outcomes(end())
            .preemptions(3),
        Model::new("log::commit_wakes_flusher_of_a_closed_buffer", commit_beside_a_close)
            .outcomes(byte())
            .preemptions(3),
        Model::new("log::last_waker_is_woken", last_waker_is_woken)
            .outcomes([(true, Ok::<_, BatchError>(vec![7])), (false, Ok(vec![7]))]),
        Model::new("log::last_tasks_waker_is_woken", last_tasks_waker_is_woken)
            .outcomes([(true, Ok::<_, BatchError>(vec![7])), (false, Ok(vec![7]))])
            .preemptions(3),
        Model::new("log::flusher_blocks_after_a_timeout", flusher_blocks_after_a_timeout)
            .outcomes([true, false]),
        Model::new("log::flusher_blocks_after_a_cancelled_batch", blocks_after_a_cancelled_batch)
            .outcomes([(true, Ok::<_, BatchError>(vec![7])), (false, Ok(vec![7]))]),
        Model::new("log::end_comes_beside_a_cancelled_batch", end_comes_beside_a_cancelled_batch)
            .outcomes(end())
            .preemptions(3),
        Model::new("log::end_comes_beside_a_forgotten_batch", end_comes_beside_a_forgotten_batch)
            .outcomes(end())
            .preemptions(3),
    ]
}

/// A thread that appends a byte, and keeps the buffer open: it is the commit that has to wake.
fn append_elsewhere() -> (Flusher<'static>, JoinHandle<Writer<'static>>) {
    let (writer, flusher) = buffer(1, 1);
    let other = spawn(move || {
        append(&writer, &[7]);
        writer
    });
    (flusher, other)
}

/// A thread that closes the buffer, and keeps its handle.
fn close_elsewhere() -> (Flusher<'static>, JoinHandle<Writer<'static>>) {
    let (writer, flusher) = buffer(1, 1);
    let other = spawn(move || {
        writer.close();
        writer
    });
    (flusher, other)
}

/// The flusher blocks, or is about to, when the commit comes.
fn commit_wakes_flusher() -> Result<Vec<u8>, BatchError> {
    let (mut flusher, other) = append_elsewhere();
    let bytes = flusher.batch(4).map(flush);
    drop(other.join().unwrap());
    bytes
}

fn commit_wakes_task() -> Result<Vec<u8>, BatchError> {
    let (mut flusher, other) = append_elsewhere();
    let bytes = block_on(flusher.batch_async(4)).map(flush);
    drop(other.join().unwrap());
    bytes
}

/// The writer has no record after all, and the flusher is told.
fn abandoned_record_wakes_flusher() -> usize {
    let (writer, mut flusher) = buffer(1, 1);
    let other = spawn(move || {
        drop(writer.try_reserve(1).unwrap());
        writer
    });
    let abandoned = {
        let batch = flusher.batch(4).unwrap();
        batch.records().filter(|record| record.is_abandoned).count()
    };
    drop(other.join().unwrap());
    abandoned
}

/// The flusher gets two records that are committed together.
fn group_wakes_flusher() -> Vec<u8> {
    let (writer, mut flusher) = buffer(2, 2);
    let other = spawn(move || {
        let mut pair = writer.try_reserve_many(&[1, 1]).unwrap();
        pair.put(&[7, 8]);
        pair.commit();
        writer
    });
    let bytes = flush(flusher.batch(4).unwrap());
    drop(other.join().unwrap());
    bytes
}

fn close_wakes_flusher() -> Result<Vec<u8>, BatchError> {
    let (mut flusher, other) = close_elsewhere();
    let end = flusher.batch(4).map(flush);
    drop(other.join().unwrap());
    end
}

fn close_wakes_task() -> Result<Vec<u8>, BatchError> {
    let (mut flusher, other) = close_elsewhere();
    let end = block_on(flusher.batch_async(4)).map(flush);
    drop(other.join().unwrap());
    end
}

/// The flusher blocks until both writers have gone without a word.
fn last_writers_drop_wakes_flusher() -> Result<Vec<u8>, BatchError> {
    let (writer, mut flusher) = buffer(1, 1);
    let other = writer.clone();
    let writers = [spawn(move || drop(writer)), spawn(move || drop(other))];
    let end = flusher.batch(4).map(flush);
    join(writers);
    end
}

/// The next record is reserved. Its writer commits while another closes: the flusher gets the record, and then the end.
fn commit_beside_a_close() -> Result<Vec<u8>, BatchError> {
    let (writer, mut flusher) = buffer(1, 1);
    let committing = spawn(move || {
        let mut reservation = writer.try_reserve(1).unwrap();
        let closing = {
            let writer = writer.clone();
            spawn(move || writer.close())
        };
        reservation.put(&[7]);
        reservation.commit();
        closing.join().unwrap();
        writer
    });
    let bytes = flusher.batch(4).map(flush);
    assert!(flusher.batch(4).is_err());
    drop(committing.join().unwrap());
    bytes
}

/// The flusher is polled with one waker, gives up, and then blocks with another. The outcome is whether the first
/// poll found nothing.
fn last_waker_is_woken() -> (bool, Result<Vec<u8>, BatchError>) {
    let (mut flusher, other) = append_elsewhere();
    // Forgotten, so that the first waker stays in the buffer.
    let mut future = std::mem::ManuallyDrop::new(flusher.batch_async(4));
    // SAFETY: it is not moved again.
    let polled = poll_once(unsafe { std::pin::Pin::new_unchecked(&mut *future) });
    let (is_pending, bytes) = match polled {
        Poll::Ready(batch) => (false, batch.map(flush)),
        Poll::Pending => (true, flusher.batch(4).map(flush)),
    };
    drop(other.join().unwrap());
    (is_pending, bytes)
}

/// One future is polled with one waker and then with another.
fn last_tasks_waker_is_woken() -> (bool, Result<Vec<u8>, BatchError>) {
    let (mut flusher, other) = append_elsewhere();
    let (is_pending, bytes) = {
        let mut future = pin!(flusher.batch_async(4));
        match poll_once(future.as_mut()) {
            Poll::Ready(batch) => (false, batch.map(flush)),
            Poll::Pending => (true, block_on(future).map(flush)),
        }
    };
    drop(other.join().unwrap());
    (is_pending, bytes)
}

/// The flusher waits for no time at all, and then for as long as it takes. The outcome is whether the time
/// was over.
fn flusher_blocks_after_a_timeout() -> bool {
    let (writer, mut flusher) = buffer(1, 1);
    let flushing = spawn(move || {
        let first = flusher.batch_timeout(4, Duration::ZERO).map(flush);
        let is_over = first.is_err();
        let bytes = first.unwrap_or_else(|_| flush(flusher.batch(4).unwrap()));
        assert_eq!(bytes, [7]);
        is_over
    });
    append(&writer, &[7]);
    flushing.join().unwrap()
}

/// A task gives up to flush; then the flusher blocks. The outcome is whether the task had found nothing.
fn blocks_after_a_cancelled_batch() -> (bool, Result<Vec<u8>, BatchError>) {
    let (mut flusher, other) = append_elsewhere();
    let polled = poll_once(pin!(flusher.batch_async(4))).map(|batch| batch.map(flush));
    let is_pending = polled.is_pending();
    let bytes = match polled {
        Poll::Ready(bytes) => bytes,
        Poll::Pending => flusher.batch(4).map(flush),
    };
    drop(other.join().unwrap());
    (is_pending, bytes)
}

/// A task gives up to flush while the last writer goes; then the flusher blocks.
fn end_comes_beside_a_cancelled_batch() -> Result<Vec<u8>, BatchError> {
    let (writer, mut flusher) = buffer(1, 1);
    let other = spawn(move || drop(writer));
    let polled = poll_once(pin!(flusher.batch_async(4))).map(|batch| batch.map(flush));
    let end = match polled {
        Poll::Ready(end) => end,
        Poll::Pending => flusher.batch(4).map(flush),
    };
    other.join().unwrap();
    end
}

/// A task is polled and forgotten, with its waker in the buffer; then the flusher blocks.
fn end_comes_beside_a_forgotten_batch() -> Result<Vec<u8>, BatchError> {
    let (mut flusher, other) = close_elsewhere();
    let mut future = std::mem::ManuallyDrop::new(flusher.batch_async(4));
    // SAFETY: it is not moved again.
    let polled = poll_once(unsafe { std::pin::Pin::new_unchecked(&mut *future) });
    let end = match polled {
        Poll::Ready(batch) => batch.map(flush),
        Poll::Pending => flusher.batch(4).map(flush),
    };
    drop(other.join().unwrap());
    end
}
