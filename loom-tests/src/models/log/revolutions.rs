//! The tail has the low bits of a position and of a record number only: what a writer knows may be a revolution old.

use super::flush;
use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::log::{self, Flusher, TryBatchError, TryReserveError, Writer};
use loom::thread::yield_now;
use std::sync::Arc;

pub(super) fn models() -> Vec<Model> {
    use TryReserveError::{Closed, Full};
    vec![
        Model::new("log::claim_a_revolution_late_waits_for_its_room", claim_a_revolution_late)
            .outcomes([None, Some(Ok(16)), Some(Err(Full)), Some(Err(Closed))])
            .preemptions(1),
        Model::new("log::writer_with_an_old_head_does_not_claim", writer_with_an_old_head)
            .outcomes([None, Some(Err::<u64, _>(Full)), Some(Err(Closed))])
            .preemptions(1),
    ]
}

/// Reserves and commits records of these lengths, for which there is room.
fn append(writer: &Writer<'_>, lengths: &[usize]) {
    let mut reservation = writer.try_reserve_many(lengths).expect("there is room");
    reservation.put(&[b'x'; 4][..reservation.len()]);
    reservation.commit();
}

/// Appends records, and flushes them.
type Round = fn(Writer<'static>, Flusher<'static>, &'static [usize]) -> Flusher<'static>;

fn round_here(
    writer: Writer<'static>,
    mut flusher: Flusher<'static>,
    lengths: &'static [usize],
) -> Flusher<'static> {
    append(&writer, lengths);
    flush(flusher.try_batch(4).expect("it was committed before"));
    flusher
}

/// The same on another thread, which then ends. No thread passes a fence before it claims (a commit has one, as it is in
/// a model, and a release): of what a writer knows, others learn by its claim alone.
fn round_elsewhere(
    writer: Writer<'static>,
    flusher: Flusher<'static>,
    lengths: &'static [usize],
) -> Flusher<'static> {
    spawn(move || round_here(writer, flusher, lengths)).join().unwrap()
}

/// A writer asks for a byte once `rounds` were appended, all but the last of which are flushed: the buffer is full.
/// It is closed before there is room. The outcome is where the byte went; `None` if the writer came too early.
fn reserve_after(
    rounds: &[&'static [usize]],
    round: Round,
) -> Option<Result<u64, TryReserveError>> {
    let (writer, mut flusher) = log::buffer_starting_at(4, 4, 0, 0);
    let is_full = Arc::new(Atomic::new(false));
    let late = {
        let (writer, is_full) = (writer.clone(), Arc::clone(&is_full));
        spawn(move || {
            // This says what time it is, and orders nothing: the writer may know old words only.
            is_full.load(Relaxed).then(|| {
                writer.try_reserve(1).map(|mut reservation| {
                    reservation.put(b"l");
                    reservation.commit().start
                })
            })
        })
    };
    let (last, others) = rounds.split_last().unwrap();
    for lengths in others {
        flusher = round(writer.clone(), flusher, lengths);
    }
    append(&writer, last);
    is_full.store(true, Relaxed);
    writer.close();
    loop {
        match flusher.try_batch(4) {
            Ok(batch) => {
                let expected = if batch.range().start < 16 { b'x' } else { b'l' };
                assert!(flush(batch).iter().all(|&byte| byte == expected));
            }
            Err(TryBatchError::Closed) => break,
            Err(error) => {
                assert_eq!(error, TryBatchError::Stalled);
                yield_now();
            }
        }
    }
    late.join().unwrap()
}

/// Everything has gone round once, and the tail is the word that it was in the beginning. A writer that has looked at the
/// tail and the head then claims its byte now: that one is its own, and it waits until the byte is free.
fn claim_a_revolution_late() -> Option<Result<u64, TryReserveError>> {
    reserve_after(&[&[1; 4], &[1; 4], &[1; 4], &[1; 4]], round_elsewhere)
}

/// The tail is a word that it never was, and the same lead over the first head as over one a revolution later. A
/// writer that knows this tail knows a newer head, by which there is no room.
fn writer_with_an_old_head() -> Option<Result<u64, TryReserveError>> {
    reserve_after(&[&[1; 4], &[1; 4], &[1; 4], &[0], &[1; 4]], round_here)
}
