//! The queue of blocks: claiming slots, linking blocks, receiving, and giving blocks back.
//!
//! The proof, in numbered steps, is in the documentation of the [folder](super), and continues that of the
//! [family](crate::mpsc). Comments here repeat the numbers.

use super::block::{Block, SLOTS, first_of_block, rest_of_block};
use super::spare::Spare;
use crate::atomic::{Atomic, fence, fence_after_rmw};
use crate::mpsc::channel::{Channel, Ends, NoValue, Refusal};
use crate::mpsc::claim::Claim;
use crate::mpsc::ticket::{Tail, Ticket};
use crate::sys::{Backoff, UnsafeCell, unwind};
use core::marker::PhantomData;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::ptr;
use crossbeam_utils::CachePadded;

sites! {
    /// Reads the tail before a claim: pairs with CLAIM, by which the tail came into its block, so that the words for
    /// that block and the next are at least as new (step 10). Relaxed, a producer could find an older block.
    CLAIM_LOOK: Acquire, pairs(CLAIM);
    /// The word for the block of the tail. CLAIM_LOOK sees that it is new enough, and CLAIM that it is not too new.
    BLOCK: Relaxed;
    /// The word for the block that follows: pairs with LINK_FENCE, and hands that block on, by CLAIM to producers and by
    /// the state of the last slot to the consumer.
    FOLLOWING: Acquire, pairs(LINK_FENCE);
    /// Claims slots: pairs with CLAIM_LOOK. It also keeps the loads of the words from sinking below it: a producer
    /// that links a later block has acquired this claim, so what it links was not there yet (step 10).
    CLAIM: Release;
    /// Another producer was faster, and the next attempt looks again.
    CLAIM_FAILED: Relaxed;
    /// Counts a producer that links. LINK_FENCE orders it.
    LINK_BEGINS: Relaxed;
    /// Between counting and looking at the tail: pairs with RETURN_FENCE. Without it, or with a weaker one, the consumer
    /// could return the block that LINK expects, and it could come back to the same word (step 13). It also publishes
    /// the new block, for FOLLOWING.
    LINK_FENCE: fence(SeqCst), pairs(RETURN_FENCE);
    /// Looks at the tail again. LINK_FENCE orders it.
    LINK_LOOK: Relaxed;
    /// Links a block. LINK_FENCE has published it.
    LINK: Relaxed;
    /// Counts a producer less: pairs with RETURN_LOOK, so that what it did to link comes before the return of a
    /// block.
    LINK_ENDS: Release;
    /// Between the end of a block and RETURN_LOOK: pairs with LINK_FENCE.
    RETURN_FENCE: fence(SeqCst), pairs(LINK_FENCE);
    /// Looks for producers that link: pairs with LINK_ENDS.
    RETURN_LOOK: Acquire, pairs(LINK_ENDS);
    /// Says how far the consumer is. For lengths only: a producer needs no room.
    HEAD: Relaxed;
    /// An estimate: head and tail move while they are read.
    LEN: Relaxed;
    /// Where the consumer begins: nothing was received yet.
    FIRST: Relaxed;
    /// The queue is dropped: no other thread uses it.
    DROP: Relaxed;
}

/// The words of a queue of blocks. Words share a cache line only if the same role writes them.
pub(in crate::mpsc) struct BlockQueue<T> {
    /// Written by producers.
    claims: CachePadded<Claims<T>>,
    /// Written by the consumer.
    reading: CachePadded<Reading<T>>,
    /// Written when blocks and handles come and go.
    shared: CachePadded<Shared<T>>,
    _values: PhantomData<T>,
}

struct Claims<T> {
    /// A [`Tail`].
    tail: Atomic<u64>,
    /// The block of the tail and, once it is linked, the one that follows, each at the parity of its number
    /// (step 9). The lowest bit of an address is the [lap](lap_of) of the block.
    blocks: [Atomic<*mut Block<T>>; 2],
}

struct Reading<T> {
    /// The first ticket that was not received.
    head: Atomic<u64>,
    /// The block of that ticket. Only the consumer uses it.
    current: UnsafeCell<*mut Block<T>>,
    /// The first block that was not returned. Only the consumer uses it.
    oldest: UnsafeCell<*mut Block<T>>,
}

struct Shared<T> {
    ends: Ends,
    spare: Spare<T>,
    /// How many producers are about to link a block.
    linking: Atomic<usize>,
}

// SAFETY: values go from the producers' threads to the consumer's, hence `T: Send`. A block is linked by one
// producer, a slot of it written by the claimer of its ticket and read by the one consumer, which has `current` and
// `oldest` to itself, as the documentation of the folder proves; the rest is atomics and `Ends`.
unsafe impl<T: Send> Sync for BlockQueue<T> {}
// SAFETY: as above; a `Waker` is `Send`.
unsafe impl<T: Send> Send for BlockQueue<T> {}

// As the ring: what a panic of foreign code leaves undone is given up, or done by the next call.
impl<T> UnwindSafe for BlockQueue<T> {}
impl<T> RefUnwindSafe for BlockQueue<T> {}

/// What came of an attempt to claim slots.
enum Attempt<T> {
    /// Slots in this block.
    Claimed(*mut Block<T>),
    /// Nothing: the tail is newer.
    Newer(Tail),
    /// Nothing: the block that has to follow could not be allocated.
    NoMemory,
}

/// Returns which of the two words names the block of `ticket`.
#[inline(always)]
fn word_of(ticket: Ticket) -> usize {
    (ticket.position() / SLOTS as u64) as usize & 1
}

/// Returns the bit that tells the block of `ticket` from the ones before and behind it in the same word.
fn lap_of(ticket: Ticket) -> usize {
    (ticket.position() / (2 * SLOTS as u64)) as usize & 1
}

/// Returns the word for a block whose first ticket is `first`.
fn named<T>(block: *mut Block<T>, first: Ticket) -> *mut Block<T> {
    block.map_addr(|address| address | lap_of(first))
}

/// Returns whether a word names the block that begins with `first`, and not the one that was there before.
fn is_named<T>(word: *mut Block<T>, first: Ticket) -> bool {
    word.addr() & 1 == lap_of(first)
}

/// Returns the block in such a word.
#[inline(always)]
fn block_in<T>(word: *mut Block<T>) -> *mut Block<T> {
    word.map_addr(|address| address & !1)
}

impl<T> BlockQueue<T> {
    /// Creates an empty queue with one producer, whose first ticket is `first`.
    pub(super) fn new(first: Ticket) -> Self {
        let Some(block) = Block::allocate() else { Block::<T>::out_of_memory() };
        // SAFETY: the block is new.
        unsafe { Block::set_first(block, first_of_block(first)) };
        let following = first.plus(rest_of_block(first));
        let mut blocks = [ptr::null_mut(); 2];
        blocks[word_of(first)] = named(block, first);
        // As if the block before were still there: nothing is linked.
        blocks[word_of(following)] =
            ptr::null_mut::<Block<T>>().map_addr(|_| lap_of(following) ^ 1);
        let reading = Reading {
            head: Atomic::new(first.to_bits()),
            current: UnsafeCell::new(block),
            oldest: UnsafeCell::new(block),
        };
        let shared = Shared { ends: Ends::new(1), spare: Spare::new(), linking: Atomic::new(0) };
        Self {
            claims: CachePadded::new(Claims {
                tail: Atomic::new(Tail::open(first).0),
                blocks: blocks.map(Atomic::new),
            }),
            reading: CachePadded::new(reading),
            shared: CachePadded::new(shared),
            _values: PhantomData,
        }
    }

    /// Tries to claim the rest of the block of `tail`. Before that, links the next block, if it has to be.
    #[cold]
    fn try_claim_rest(&self, tail: Tail) -> Attempt<T> {
        let next = tail.next();
        let rest = rest_of_block(next);
        let following = next.plus(rest);
        // Step 10, for both words.
        let block = block_in(self.claims.blocks[word_of(next)].load(BLOCK));
        let mut word = self.claims.blocks[word_of(following)].load(FOLLOWING);
        if !is_named(word, following) {
            if !self.link(following, word) {
                return Attempt::NoMemory;
            }
            word = self.claims.blocks[word_of(following)].load(FOLLOWING);
        }
        // Step 9: the tail comes into a block only when it is linked. If it is not, the tail has moved on.
        let newer = if is_named(word, following) {
            let claimed = tail.claimed(rest);
            self.claims.tail.compare_exchange(tail.0, claimed.0, CLAIM, CLAIM_LOOK).err()
        } else {
            Some(self.claims.tail.load(CLAIM_LOOK))
        };
        if let Some(newer) = newer {
            return Attempt::Newer(Tail(newer));
        }
        // SAFETY: we have claimed the last ticket of the block, now.
        unsafe {
            Block::check(block, next);
            Block::set_next(block, block_in(word));
        }
        Attempt::Claimed(block)
    }

    /// Links a block that begins with `first` in the place of `old`, a word that was read when the tail was in the
    /// block before `first`, and that did not name a block for `first` yet. Returns `false` if there is no memory, and
    /// `true` also if another thread has linked one, or the tail has moved on. Lock-free but for the allocator.
    fn link(&self, first: Ticket, old: *mut Block<T>) -> bool {
        let Some(block) = self.shared.spare.take() else { return false };
        // SAFETY: it is not linked, so it is ours.
        unsafe { Block::set_first(block, first) };
        // Step 13.
        self.shared.linking.fetch_add(1, LINK_BEGINS);
        fence_after_rmw(LINK_FENCE);
        let tail = Tail(self.claims.tail.load(LINK_LOOK));
        let is_linked = first_of_block(tail.next()) == first.minus(SLOTS) && {
            if cfg!(debug_assertions) && !block_in(old).is_null() {
                // SAFETY: the tail is where it was when `old` was read, and the consumer keeps that block.
                unsafe { Block::check(block_in(old), first.minus(2 * SLOTS)) };
            }
            let word = &self.claims.blocks[word_of(first)];
            word.compare_exchange(old, named(block, first), LINK, LINK).is_ok()
        };
        self.shared.linking.fetch_sub(1, LINK_ENDS);
        if !is_linked {
            // SAFETY: it still is ours.
            unsafe { self.shared.spare.put(block) };
        }
        true
    }
}

impl<T> Channel<T> for BlockQueue<T> {
    /// The block of the claim.
    type Place = *mut Block<T>;

    #[inline(always)]
    fn tail_word(&self) -> &Atomic<u64> {
        &self.claims.tail
    }

    #[inline(always)]
    fn ends(&self) -> &Ends {
        &self.shared.ends
    }

    fn bound(&self) -> Option<usize> {
        None
    }

    fn len(&self) -> usize {
        let head = Ticket::of(self.reading.head.load(LEN));
        let tail = Tail(self.claims.tail.load(LEN));
        tail.next().room_from(head)
    }

    #[inline(always)]
    fn claim_one(&self) -> Option<(*mut Block<T>, Ticket)> {
        let tail = Tail(self.claims.tail.load(CLAIM_LOOK));
        if !tail.has_no_flags() || rest_of_block(tail.next()) == 1 {
            return None;
        }
        // Step 10, as in `claim`.
        let block = block_in(self.claims.blocks[word_of(tail.next())].load(BLOCK));
        let claimed = tail.claimed(1);
        match self.claims.tail.compare_exchange(tail.0, claimed.0, CLAIM, CLAIM_FAILED) {
            Ok(_) => Some((block, tail.next())),
            Err(_) => {
                Backoff::new().spin();
                None
            }
        }
    }

    fn claim(&self, mut want: usize) -> Result<Claim<'_, T, Self>, Refusal> {
        let backoff = Backoff::new();
        let mut tail = Tail(self.claims.tail.load(CLAIM_LOOK));
        loop {
            // Step 4: a claim comes before the close, or fails.
            if tail.is_closed() {
                return Err(Refusal::closed());
            }
            // Step 1: a claim hands out each ticket once.
            let rest = rest_of_block(tail.next());
            if want < rest {
                // Step 10: if the claim succeeds, this is the block of the tail.
                let block = block_in(self.claims.blocks[word_of(tail.next())].load(BLOCK));
                let claimed = tail.claimed(want).0;
                match self.claims.tail.compare_exchange_weak(tail.0, claimed, CLAIM, CLAIM_LOOK) {
                    // SAFETY: the claim was made, now.
                    Ok(_) => return Ok(unsafe { Claim::new(self, block, tail, want) }),
                    Err(newer) => tail = Tail(newer),
                }
            } else {
                match self.try_claim_rest(tail) {
                    Attempt::Claimed(block) => {
                        // SAFETY: as above.
                        return Ok(unsafe { Claim::new(self, block, tail, rest) });
                    }
                    Attempt::Newer(newer) => tail = newer,
                    // The last slot needs the block that follows; the others do not.
                    Attempt::NoMemory if rest > 1 => want = rest - 1,
                    Attempt::NoMemory => return Err(Refusal::Full),
                }
            }
            backoff.spin();
        }
    }

    #[inline(always)]
    unsafe fn publish(&self, block: *mut Block<T>, ticket: Ticket, value: T) {
        // SAFETY: the caller has claimed `ticket` here, and has not published it: the block stays (step 11).
        unsafe {
            let (group, index) = Block::slot(block, ticket);
            group.publish(index, value);
        }
    }

    unsafe fn abort(&self, block: *mut Block<T>, ticket: Ticket) {
        // SAFETY: as in `publish`.
        unsafe {
            let (group, index) = Block::slot(block, ticket);
            group.abort(index);
        }
    }

    fn first(&self) -> Ticket {
        Ticket::of(self.reading.head.load(FIRST))
    }

    #[inline(always)]
    unsafe fn receive(&self, head: Ticket) -> Result<T, NoValue> {
        // SAFETY: only the consumer uses the cell, and it is the caller. It has passed all before `head`, so
        // `current` is the block of `head`, which it returns only later.
        self.reading.current.with(|current| unsafe {
            let (group, index) = Block::slot(*current, head);
            group.receive(index)
        })
    }

    #[inline(always)]
    fn is_last_of_block(&self, head: Ticket) -> bool {
        rest_of_block(head) == 1
    }

    #[cold]
    unsafe fn finish_block(&self, head: Ticket) {
        // SAFETY: only the consumer uses the cell.
        let finished = self.reading.current.with(|current| unsafe { *current });
        // SAFETY: the block is not returned. The consumer has acquired the state of its last slot. (Step 14.)
        let next = unsafe { Block::next(finished) };
        // SAFETY: only the consumer uses the cell; the next block is that of `head`.
        self.reading.current.with_mut(|current| unsafe {
            Block::check(next, head);
            *current = next;
        });
        // Step 13: the blocks before the one that was finished now.
        fence(RETURN_FENCE);
        if self.shared.linking.load(RETURN_LOOK) == 0 {
            // SAFETY: only the consumer uses the cell. Each of these blocks was finished.
            self.reading.oldest.with_mut(|oldest| unsafe {
                while *oldest != finished {
                    let block = *oldest;
                    *oldest = Block::next(block);
                    Block::clear(block);
                    self.shared.spare.put(block);
                }
            });
        }
    }

    #[inline(always)]
    fn free(&self, head: Ticket) {
        self.reading.head.store(head.to_bits(), HEAD);
    }
}

impl<T> Drop for BlockQueue<T> {
    fn drop(&mut self) {
        // A consumer that was dropped has published its head.
        let mut head = self.first();
        let end = Tail(self.claims.tail.load(DROP)).next();
        unwind::each(|| {
            if head == end {
                return false;
            }
            let ticket = head;
            head = ticket.plus(1);
            // SAFETY: `&mut self`: we are the consumer now. Each value is moved out once, before its ticket is passed.
            let value = unsafe {
                let value = self.receive(ticket);
                if self.is_last_of_block(ticket) {
                    self.finish_block(head);
                }
                value
            };
            drop(value);
            true
        });
        let mut block = self.reading.oldest.with(|oldest| {
            // SAFETY: `&mut self`.
            unsafe { *oldest }
        });
        let last = self.reading.current.with(|current| {
            // SAFETY: `&mut self`.
            unsafe { *current }
        });
        let following = end.plus(rest_of_block(end));
        let word = self.claims.blocks[word_of(following)].load(DROP);
        // SAFETY: no other thread is here, and no value is left. The blocks up to the last were finished, and so have
        // a next; one that follows the last is linked or not.
        unsafe {
            while block != last {
                let next = Block::next(block);
                Block::free(block);
                block = next;
            }
            Block::free(last);
            if is_named(word, following) {
                Block::free(block_in(word));
            }
        }
    }
}
