//! Queues from many producers to one consumer, in one order.
//!
//! | | lives | needs | handles |
//! | --- | --- | --- | --- |
//! | [`Ring<T, N>`](Ring) | where you put it, a `static` for instance | nothing | [`Producer<&Ring>`](Producer), [`Consumer<&Ring>`](Consumer) |
//! | [`bounded(capacity)`](bounded()) | on the heap | `alloc` | [`Sender`], [`Receiver`] |
//! | [`unbounded()`](unbounded()) | on the heap, in as many blocks as it takes | `alloc` | [`UnboundedSender`], [`UnboundedReceiver`] |
//!
//! The first two are the same algorithm and have the same methods: they are [`Bounded`]. An unbounded queue has the
//! same consumer; its producers never wait, and have no methods to wait with. Methods that block need `std`; those
//! that poll work everywhere.
//!
//! # How a bounded queue works
//!
//! ```text
//!             head                                tail
//!              v                                   v
//!  ... received |  value   value  claimed   value   | free  free ...
//!              \_____ at most the capacity ______/
//! ```
//!
//! Slots are numbered by tickets of 64 bits; the slot of a ticket is the ticket modulo the
//! number of slots. A producer *claims* the next ticket, or several, by a compare-and-swap of the
//! tail, writes its value into the slot, and *publishes* it by stamping the slot with the ticket.
//! The consumer checks the stamp of its next ticket, *takes* the value out, and *frees* the slots
//! it has emptied by moving the head: with a plain store, for as many as it likes at a time.
//!
//! Producers share the tail and write slots; the consumer writes the head. Each side reads the other's
//! word as rarely as it can. Producers keep a *limit* beside the tail, the last head they saw plus the
//! capacity, and read the head only when the limit is used up. The consumer reads the tail only
//! when there is nothing at its ticket.
//!
//! An unbounded queue has the same tickets, stamps and flags. Its slots lie in blocks: `src/mpsc/unbounded/mod.rs`
//! proves that each claim finds the block of its ticket, and goes on with the numbers of the steps below.
//!
//! # Why one thread at a time owns a slot
//!
//! 1. *Among producers.* The tail hands out each ticket once (CLAIM).
//! 2. *From consumer to producer.* The head is stored after the values were taken (FREE, release). A producer
//!    claims a ticket only if it lies before the limit. The limit is at most a capacity after a head that was
//!    read with acquire (LIMIT_REFRESH), either by this producer or by one that stored the limit with release
//!    (LIMIT_SET) where this producer read it with acquire (LIMIT). So the slot's last value was taken before.
//! 3. *From producer to consumer.* The stamp of a ticket is stored after the value (PUBLISH, release) and read
//!    before it (PEEK, acquire). A stamp is a whole ticket, so a stamp of an earlier lap is never mistaken for
//!    it.
//!
//! # Why a send is accepted if and only if it is received
//!
//! 4. CLOSED is a bit of the tail, so each claim comes before the close or fails.
//! 5. The consumer reports [`Closed`](TryRecvError::Closed) only when the tail is closed and its own ticket has
//!    reached it: then the values of all claims that ever succeeded are received. Values that are left when the
//!    consumer is dropped are dropped by it, or with the queue.
//!
//! # Why no thread blocks indefinitely
//!
//! 6. *The consumer parks.* PARKED is a bit of the tail too. The consumer writes its waker into the queue and
//!    sets PARKED by a compare-and-swap that succeeds only on an empty and open queue (PARK).
//! 7. *A producer wakes it.* The next claim, or the close, changes the same word. If that comes before PARK,
//!    then PARK fails and the consumer does not block. If it comes after, the claim clears PARKED, which gives
//!    it the waker (CLAIM_WAKER); it wakes the consumer once it has published. There is no second variable whose
//!    change could be missed, and a send to a queue whose consumer is awake pays nothing.
//! 8. *The waker's cell comes back.* It is the consumer's again when the consumer has received the value of that
//!    claim.
//!
//! *Producers* wait in a list, by arrival (`src/wait/queue.rs` proves that no wake-up is lost). A
//! change that makes room wakes as many producers as there is room for, less those that were woken before and
//! have not run yet. A wake-up is a *grant*: it is counted until its producer has claimed a slot or
//! has given up, and then the next producer is woken. So a woken future that is held and never polled keeps one
//! slot from the other waiters, and no more. A queue with a capacity of one has only that slot: there, one such
//! future keeps all other waiters blocked until it is polled or dropped.
//!
//! Waking never blocks, so either end may run in an interrupt handler that preempted the other, as long as it
//! tries or polls. Producers in a handler do not wait for room
//! ([`send_async`](Producer::send_async) says why).
//!
//! # Why the results are exact
//!
//! *`Empty`, `Closed`*: the tail alone decides; the consumer compares it with its own position. A thread that
//! knows of a claim or of the close has read the tail, or happens after its change. When it tells
//! the consumer, coherence keeps the consumer from reading an older tail.
//!
//! *`Stalled`*, and the number of values of a drain, depend on two words, a claim and a stamp, and are estimates
//! where memory is weak. A send that happened before the call is seen. But the consumer may know of a later
//! claim of the same producer, and not yet of the stamp that was stored before it: CLAIM orders nothing, so that
//! a send costs less. Then the consumer reports `Stalled` for a value that was sent already. In both cases it is
//! right to try again.
//!
//! *`Full`*: a producer that finds no room before the limit, and none by the head, passes a fence (FULL) and
//! reads the head again, for the tail that it had read before. The claims that made up that tail relied on slots
//! freed by moves of the head. Those moves that the consumer has finished come before the fence, so the head
//! that is now read is at least the one that each of these claims has seen: at the fence all slots were
//! taken. Without the fence the tail could be newer than the head, and a queue could look full that never was.
//!
//! *Lengths* are estimates, because they are computed from two words that move. They never exceed the capacity.
//!
//! # Fairness
//!
//! Waiting producers are woken in the order of their first arrival. A producer that is woken and finds its slot
//! taken keeps its turn. It is not promised the slot: a `try_send` or `send` that comes at
//! the right moment is faster than a thread that wakes up, and that is why the queue is faster than one that
//! hands slots over. A producer can be overtaken any number of times by others that never wait. How often that
//! happens depends on the scheduler; `tests/stress/mpsc/fairness.rs` prints it.
//!
//! # What a stalled producer does
//!
//! Between claim and publication a producer runs a few instructions, and no user code except the
//! iterator of [`send_many`](Producer::send_many). If the producer is preempted there, the
//! consumer cannot pass its slot. [`try_recv`](Consumer::try_recv) returns
//! [`Stalled`](TryRecvError::Stalled) at once. A consumer that was blocked at the time of the claim stays blocked:
//! the claim has its waker, and calls it at its end, even if a batch has published values by then. Other
//! producers go on until the queue is full, if it has a capacity. If the producer panics there, its slots are marked
//! as given up, and the consumer passes over them.
//!
//! # Foreign code
//!
//! Wakers are an executor's code. They run after the values are where they belong, and a waker that panics loses
//! nothing: the send was accepted, and a value that was being received is returned by the next call.
//!
//! # Sources
//!
//! The slot stamps are those of D. Vyukov's bounded queue; the limit is that of JCTools'
//! `MpscArrayQueue`; the parked bit in the word that producers change anyway is that of JCTools'
//! `MpscBlockingConsumerArrayQueue`.

mod channel;
mod claim;
mod consumer;
mod error;
mod future;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod heap;
mod producer;
mod queue;
mod ring;
mod slot;
mod storage;
mod ticket;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod unbounded;

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
pub use self::storage::{Bounded, Storage};
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use self::unbounded::{
    Unbounded, UnboundedReceiver, UnboundedSender, unbounded, unbounded_starting_at,
};

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 7] = [
        channel::SITES,
        queue::SITES,
        ring::SITES,
        slot::SITES,
        unbounded::SITES[0],
        unbounded::SITES[1],
        unbounded::SITES[2],
    ];
}
