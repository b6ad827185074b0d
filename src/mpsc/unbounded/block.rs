//! Blocks: slots for consecutive tickets, in memory of their own.

use super::group::{GROUP, Group};
use crate::mpsc::ticket::Ticket;
use crate::sys::{self, UnsafeCell};
use alloc::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use core::ptr;

/// How many slots a block has, a power of two. Few in models and under Miri, so that what happens between blocks does
/// not take long to reach.
pub(super) const SLOTS: usize = sys::cfg_loom!(2 else if cfg!(miri) { 16 } else { 64 });

/// The slots of `SLOTS` consecutive tickets, of which the first is a multiple of `SLOTS`.
pub(in crate::mpsc) struct Block<T> {
    groups: [Group<T>; SLOTS / GROUP],
    /// The block of the tickets that follow. Written by the claim of the last ticket before it publishes; read by
    /// the consumer after it has received there.
    next: UnsafeCell<*mut Block<T>>,
    /// The first ticket. Written by the producer that links the block, and only checked: that the right block is
    /// found, and that it is not linked again while others use it.
    first: UnsafeCell<Ticket>,
}

impl<T> Block<T> {
    /// Allocates a block. `None` if there is no memory.
    pub(super) fn allocate() -> Option<*mut Self> {
        // SAFETY: a block is not of size zero: a slot has a state.
        let block = unsafe { alloc(Layout::new::<Self>()) }.cast::<Self>();
        if block.is_null() {
            return None;
        }
        // SAFETY: the memory is that of a block, and nobody else's. Each field is initialised where it lies: a block
        // of large values does not fit on a stack.
        unsafe {
            for index in 0..SLOTS / GROUP {
                Group::initialise(&raw mut (*block).groups[index]);
            }
            (&raw mut (*block).next).write(UnsafeCell::new(ptr::null_mut()));
            (&raw mut (*block).first).write(UnsafeCell::new(Ticket::at(0)));
        }
        Some(block)
    }

    /// Ends the program for want of memory, as the collections of `alloc` do.
    pub(super) fn out_of_memory() -> ! {
        handle_alloc_error(Layout::new::<Self>())
    }

    /// Frees the memory of a block. Does not drop values.
    ///
    /// # Safety
    ///
    /// The block was [allocated](Self::allocate), and nobody else has it.
    pub(super) unsafe fn free(block: *mut Self) {
        // SAFETY: the caller's promise. The second is the layout of the allocation.
        unsafe {
            block.drop_in_place();
            dealloc(block.cast(), Layout::new::<Self>());
        }
    }

    /// Notes the first ticket.
    ///
    /// # Safety
    ///
    /// The block is alive, and nobody else has it.
    pub(super) unsafe fn set_first(block: *const Self, first: Ticket) {
        // SAFETY: the caller's promise.
        unsafe { (*block).first.with_mut(|cell| *cell = first) };
    }

    /// Empties all slots, for the next use of the block.
    ///
    /// # Safety
    ///
    /// The block is alive, and nobody else has it.
    pub(super) unsafe fn clear(block: *const Self) {
        // SAFETY: the caller's promise.
        unsafe { (*block).groups.iter().for_each(|group| group.clear()) };
    }

    /// Returns the group with the slot of `ticket`, and its index there.
    ///
    /// # Safety
    ///
    /// This is the block of `ticket`, and stays so while the slot is used.
    #[inline(always)]
    pub(super) unsafe fn slot<'a>(block: *const Self, ticket: Ticket) -> (&'a Group<T>, usize) {
        let index = ticket.index(SLOTS);
        // SAFETY: the caller's promise.
        unsafe {
            Self::check(block, ticket);
            (&(*block).groups[index / GROUP], index % GROUP)
        }
    }

    /// Checks, with debug assertions, that this is the block of `ticket`.
    ///
    /// # Safety
    ///
    /// It is.
    #[inline(always)]
    pub(super) unsafe fn check(block: *const Self, ticket: Ticket) {
        if cfg!(debug_assertions) {
            assert!(!block.is_null(), "a claim knows its block");
            // SAFETY: the caller's promise.
            let first = unsafe { (*block).first.with(|cell| *cell) };
            assert_eq!(first, first_of_block(ticket), "the block of another ticket");
        }
    }

    /// Sets the block of the tickets that follow.
    ///
    /// # Safety
    ///
    /// The caller has claimed the last ticket of this block, and has neither published nor aborted it.
    pub(super) unsafe fn set_next(block: *const Self, next: *mut Self) {
        // SAFETY: the claim is the only one of its ticket, and keeps the block (step 11). The consumer reads the
        // cell when it has received what is published after this.
        unsafe { (*block).next.with_mut(|cell| *cell = next) };
    }

    /// Returns the block of the tickets that follow.
    ///
    /// # Safety
    ///
    /// The block is alive, and the caller has acquired the state of its last slot.
    pub(super) unsafe fn next(block: *const Self) -> *mut Self {
        // SAFETY: the caller's promise: the cell was written before that.
        unsafe { (*block).next.with(|cell| *cell) }
    }
}

/// Returns the first ticket of the block of `ticket`.
pub(super) const fn first_of_block(ticket: Ticket) -> Ticket {
    ticket.minus(ticket.index(SLOTS))
}

/// Returns how many tickets there are from `ticket` to the end of its block.
#[inline(always)]
pub(super) const fn rest_of_block(ticket: Ticket) -> usize {
    SLOTS - ticket.index(SLOTS)
}
