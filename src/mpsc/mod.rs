//! Queues from many producers to one consumer, bounded, in one order.
//!
//! | | lives | needs | handles |
//! | --- | --- | --- | --- |
//! | [`Ring<T, N>`](Ring) | where you put it, a `static` for instance | nothing | [`Producer<&Ring>`](Producer), [`Consumer<&Ring>`](Consumer) |
//! | [`bounded(capacity)`](bounded) | on the heap | `alloc` | [`Sender`], [`Receiver`] |
//!
//! Both are the same algorithm and have the same methods; those that sleep need `std`, those that
//! poll work everywhere.
//!
//! # How it works
//!
//! ```text
//!            head                                tail
//!             v                                   v
//!  ... taken |  value   value  claimed   value   | free  free ...
//!             \_____ at most the capacity ______/
//! ```
//!
//! Places are numbered by tickets of 64 bits; a ticket's slot is the ticket modulo the
//! number of slots. A producer *claims* the next ticket, or several, by a compare-and-swap of the
//! tail, writes its value into the slot, and *publishes* it by stamping the slot with the ticket.
//! The consumer looks at the stamp of its next ticket, *takes* the value out, and *frees* the slots
//! it has emptied by moving the head: with a plain store, for as many as it likes at a time.
//!
//! Producers share the tail and write slots; the consumer writes the head. Each finds out about the
//! other as seldom as it can: producers keep a *limit*, the last head they saw and a capacity, beside
//! the tail, and look at the head only when that is used up; the consumer looks at the tail only
//! when there is nothing at its ticket.
//!
//! # Why a slot is one thread's at a time
//!
//! *From producer to consumer.* The stamp for a ticket is stored (release) after the value and read
//! (acquire) before it. A stamp is a whole ticket, so that of an earlier lap is not taken for it.
//!
//! *From consumer to producer.* The head is stored (release) after the values were taken. A producer
//! claims a ticket only if it lies before the limit, which is at most a capacity after a head that
//! was read with acquire, by itself or by the producer that left the limit (release) where this one
//! read it (acquire). So the slot's last value was taken before.
//!
//! *Among producers.* The tail hands out each ticket once.
//!
//! # Why a push is accepted if and only if it is received
//!
//! CLOSED is a bit of the tail, so each claim comes before the close or fails. The consumer reports
//! [`Closed`](TryRecvError::Closed) only when the tail is closed and its own ticket has
//! reached it: then every claim there ever was is taken. What a consumer leaves behind when it is
//! dropped is dropped by it, or with the queue.
//!
//! # Why nobody sleeps for ever
//!
//! *The consumer.* PARKED is a bit of the tail too. The consumer writes its waker into the queue and
//! sets PARKED by a compare-and-swap that succeeds only on an empty and open queue. The next claim
//! (or close) changes the same word, so it comes before, and the consumer does not sleep, or after,
//! and takes PARKED away, and with it the waker; it wakes the consumer when it has published. There
//! is no second variable whose change could be missed, and a push to a queue whose consumer is awake
//! pays nothing. The waker's cell is the consumer's again when it has taken the value of that claim.
//!
//! *Producers* wait in a list, by arrival (`src/wait/queue.rs` has the proof that no wake-up is lost). A
//! change that makes room wakes as many of them as there is room for, less those that were woken before and
//! have not come yet: a wake-up is a *grant*, which is counted until the producer has taken its slot, or
//! gives up, and then the next one is woken. So a woken future that is held and never polled keeps one slot
//! from the other waiters, and no more. In a queue of one slot that is all there is: there, one such future
//! keeps all other waiters blocked until it is polled or dropped.
//!
//! Nothing waits in order to wake: so either end may be an interrupt handler's that came in the middle
//! of what the other does. It tries, or the consumer polls; producers in a handler do not wait for room
//! ([`send_async`](Producer::send_async) says why).
//!
//! # Why an answer is true
//!
//! *`Empty`, `Closed`*: the tail decides alone, which the consumer compares with its own position. A thread that
//! knows of a claim or of the close, and tells the consumer, has read the tail or is behind its change; so the
//! consumer does not read an older one afterwards.
//!
//! *`Stalled`*, and the number of a drain, are about two words, a claim and a stamp, and are estimates where
//! memory is weak. A send that happened before the call is seen. But the consumer may know of a later claim of
//! the same producer, and not yet of the stamp that was stored before it: CLAIM orders nothing, so that a send
//! costs less. Then it says `Stalled` of a value that has been sent already. To look again is right in both
//! cases.
//!
//! *`Full`*: a producer that finds no room behind the limit, and none behind the head, passes a fence and looks at the
//! head again, with the tail that it had read before. All claims that made the tail what it is, and whose
//! slots were freed by moves of the head that the consumer has finished, are on this side of the fence; so
//! the head that is read now is at least the one that each of them has seen, and at the fence all slots were
//! taken. Without it the tail could be newer than the head, and the queue look full that never was.
//!
//! *Lengths* are estimates, for they are read from two words that move. They are never more than the capacity.
//!
//! # Fairness
//!
//! Waiting producers are woken in the order of their first arrival; one that is woken and finds its slot
//! taken keeps its turn. What is not promised is that it finds the slot: a `try_send` or `send` that comes at
//! the right moment is faster than a thread that wakes up, and that is why the queue is faster than one that
//! hands slots over. A producer can be overtaken any number of times by others that never wait. How often that
//! happens depends on the scheduler; `tests/stress/mpsc/fairness.rs` prints it.
//!
//! # What a stalled producer does
//!
//! Between claim and publication a producer runs a few instructions, and no code of a user but the
//! iterator of [`send_many`](Producer::send_many). If it loses the processor just there, the
//! consumer cannot pass it. [`try_recv`](Consumer::try_recv) says so
//! ([`Stalled`](TryRecvError::Stalled)) and returns at once. A consumer that was asleep at the claim stays so:
//! the claim has its waker, and calls it at its end, also if a batch has values published by then. Other
//! producers go on until the queue is full. If it panics there, its places are marked
//! as given up, and the consumer passes over them.
//!
//! # Foreign code
//!
//! Wakers are an executor's code. They run after the values are where they belong, and one that panics loses
//! nothing: the push was accepted, and a value that was being received comes with the next call.
//!
//! # Tests
//!
//! `loom-tests/src/models/mpsc`, with a mutant of every site of `queue` and `slot`
//! (`loom-tests/RESULTS.md`); `tests/properties/mpsc` against a plain queue, with panics
//! everywhere; `tests/stress/mpsc`; all of it under Miri.
//!
//! Sources: the slot stamps are those of D. Vyukov's bounded queue; the limit is that of JCTools'
//! `MpscArrayQueue`; the parked bit in the word that producers change anyway is that of JCTools'
//! `MpscBlockingConsumerArrayQueue`.

mod backing;
mod consumer;
mod error;
mod future;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod heap;
mod producer;
mod queue;
mod ring;
mod slot;
mod ticket;

pub use self::backing::Backing;
pub use self::consumer::{Consumer, Drain, TryIter};
#[cfg(feature = "std")]
pub use self::consumer::{IntoIter, Iter};
pub use self::error::{
    AlreadySplit, RecvError, RecvTimeoutError, SendError, SendManyError, SendTimeoutError,
    TryRecvError, TrySendError, TrySendManyError,
};
pub use self::future::{ReadyFuture, RecvFuture, SendFuture};
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use self::heap::{Heap, Receiver, Sender, bounded, bounded_starting_at};
pub use self::producer::Producer;
pub use self::ring::Ring;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 3] =
        [queue::SITES, ring::SITES, slot::SITES];
}
