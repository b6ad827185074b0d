//! The hot path of a log: many threads append bytes, one order comes out, and one thread flushes it.
//!
//! | | lives | needs |
//! | --- | --- | --- |
//! | [`LogBuffer<BYTES, RECORDS>`](LogBuffer) | where you put it, a `static` for instance | nothing |
//! | [`buffer(bytes, records)`](fn@buffer) | on the heap | `alloc` |
//!
//! Both are the same algorithm, and have the same handles: [`Writer`]s, and the one [`Flusher`]. Methods that block need
//! `std`; those that poll work everywhere.
//!
//! # How it works
//!
//! ```text
//!            head                                              tail
//!             v                                                 v
//! ... released | committed  committed  reserved   committed      | free ...
//!     durable  |  record 7     8          9           10         |   11
//!              \________ at most the capacity ___________________/
//! ```
//!
//! A writer *reserves* a range of the stream and a record number in one step: both are in the tail, which it changes
//! by one compare-and-swap. So the positions and the numbers are one order, and need no second counter. The writer
//! fills its bytes in place, exactly as they go to disk, and *commits* by a mark in the slot of its record number.
//! That is out of band: the stream has no header, padding or zeroing of ours. The flusher follows the slots, and gets
//! the committed bytes in a row as at most two slices. When they are written, it *releases* them: that frees the
//! room, moves the durable position, and wakes the writers that wait for either.
//!
//! Positions and record numbers have 64 bits, the tail only the low ones of each (37 and 26). That is enough,
//! because what is in flight is less than that: the head, which is whole, tells the rest.
//!
//! # Why one thread at a time has a byte, or a slot
//!
//! 1. *Among writers.* The tail hands out each byte and each record number once (CLAIM).
//! 2. *From flusher to writer.* The head is stored after the bytes were read and the slots looked at (FREE, release).
//!    Behind its claim, a writer reads the head with acquire (FREED), and goes on only if its bytes and slots are
//!    within the capacity of this head.
//!
//!    The head is read before the claim too, so that a claim is made only if there is room. Both times the lead of
//!    the tail is computed from its low bits. That is right if the head is not too old, and it is not: each claim
//!    releases what its thread knew of the head, and each later one acquires that (CLAIM_LOOK, CLAIM). All of
//!    them lie within a capacity of a head that the next one knows. One case is left: between a writer's look and its
//!    claim, the tail can go through all its values and come to the same word again, with 2^26 records or more. Then
//!    the claim is good, but made without a look at the room that there is now. That shows behind the claim, and
//!    the writer waits for its room, whatever it called (indefinitely, if the flusher is gone). While it does, the head
//!    cannot pass it, so the tail cannot go round once more. (It takes a thread that is stopped for exactly that many
//!    records; the models, whose words have few bits, get there.)
//!
//!    Each claim of this kind adds a buffer to the lead, at the most, and the low bits tell leads that are less than
//!    what they count: 128 of the largest buffers. So what would break the proof is 127 threads that are stopped like
//!    this at once, at that many tails in a row, each with a reservation of the whole buffer.
//!
//! 3. CLOSED is a bit of the tail, so each claim comes before the close or fails.
//! 4. *From writer to flusher.* The mark of a record is stored after its bytes (COMMIT, release), and read before them
//!    (LOOK, acquire). It has the low bits of its number, which tell it from marks of other laps. The later records
//!    of a group are marked before the first one, at which the flusher looks first.
//!
//! # Why no thread blocks indefinitely
//!
//! 5. *The flusher parks.* It writes its waker into the buffer, says which record it waits for, the next one (PARK),
//!    and only then looks once more whether that is marked, or will never come because the buffer is closed.
//! 6. *The writer of that record wakes it.* A writer marks its records, and then looks whether the flusher waits for one
//!    of them. Between its two steps each side has a fence (COMMITTED or CLOSED, and PARKED), so that one of them sees the other. A
//!    closer does as a writer, and looks whether the flusher waits for the record that would be next; if it waits for
//!    an earlier one, that is reserved, and its writer wakes it.
//!
//!    The waker is that of the thread that replaces the number (TAKE). It takes the waker out, says so (TAKEN), and
//!    wakes; the flusher leaves no other waker before (HOME).
//!
//!    Commits are many and parking is rare. So COMMITTED is a fence for the compiler alone where the system offers one
//!    for all threads, and PARKED is that one (`src/sys/asymmetric.rs`).
//!
//! *Writers* wait for room in a list, by arrival (`src/wait/queue.rs` proves that no wake-up is lost). A release wakes
//! as many as there is room for, less what was granted before and is not used yet.
//!
//! # Why the results are exact
//!
//! 7. *`Empty`, `Stalled`, `Closed`*: the next record was not marked. If the tail, read after that, is at the head,
//!    nothing is reserved, and the tail says whether it is closed. If not, the record is reserved; the flusher looks
//!    again, and only if it still is not marked reports `Stalled`.
//!
//! *`Full`*: the head is read before the tail and again after it, with a fence in between (FULL). If it is the same, it
//! was there when the tail was read, and there was no room then. If not, the writer tries again: the flusher has made
//! progress. The fence pairs with the one that follows a release. Without it a writer could miss a release
//! that came before the tail that it has seen.
//!
//! # Fairness
//!
//! Waiting writers are woken in the order of their first arrival. As in an `mpsc` queue, a reservation that comes at
//! the right moment may be faster, any number of times. A waiter that wants more than is free keeps those behind
//! it waiting.
//!
//! # Foreign code
//!
//! Wakers are an executor's code. They run after the bytes are where they belong, and one that panics loses nothing:
//! the record is committed, the batch is released, the buffer is closed.
//!
//! # Tests
//!
//! `loom-tests/src/models/log/`, with a mutant of every site (`loom-tests/RESULTS.md`); `tests/properties/log`
//! against a plain model, with panics between reservation and commit; `tests/histories/log.rs`; `tests/stress/log.rs`.
//! The unit tests, the properties and one history run under Miri.
//!
//! Sources: a position that is reserved in one step and filled in place is PostgreSQL's and InnoDB's (`log.sn`); marks
//! out of band that a single thread follows are InnoDB's `Link_buf`.

mod batch;
mod buffer;
mod core;
mod error;
mod flusher;
mod future;
mod handle;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod heap;
mod parking;
mod record;
mod reservation;
mod ring;
mod slot;
mod tail;
mod writer;

pub use self::batch::{Batch, Records};
pub use self::buffer::LogBuffer;
pub use self::error::{
    AlreadySplit, BatchError, BatchTimeoutError, ReserveError, ReserveTimeoutError, TryBatchError,
    TryReserveError,
};
pub use self::flusher::Flusher;
pub use self::future::{BatchFuture, ReserveFuture};
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use self::heap::{buffer, buffer_starting_at};
pub use self::record::Record;
pub use self::reservation::Reservation;
pub use self::writer::Writer;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 5] =
        [buffer::SITES, core::SITES, parking::SITES, ring::SITES, slot::SITES];
}
