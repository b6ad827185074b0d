//! What allocates and what does not.

use latchfree::counter::{Counter, Counters, Which};
use latchfree::mpsc::Ring;
use latchfree::refcount::{Gate, Pins};
use latchfree::seqlock::{SeqCell, SeqLock};
use latchfree::sequence::Ids;
use latchfree::watermark::{Frontier, Watermark};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, counting on which thread it was called. A thread can let it fail.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static DEALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static FAILS: Cell<bool> = const { Cell::new(false) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: all calls are passed on as they come.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if FAILS.get() {
            return std::ptr::null_mut();
        }
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        DEALLOCATIONS.set(DEALLOCATIONS.get() + 1);
        // SAFETY: the caller's promises; `System` is where `alloc` got it.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// How many allocations this thread makes while it runs `f`.
fn allocations(f: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    f();
    ALLOCATIONS.get() - before
}

#[test]
fn allocations_are_counted() {
    assert_eq!(allocations(|| drop(std::hint::black_box(Box::new(1)))), 1);
}

#[test]
fn counters_do_not_allocate() {
    let count = || {
        let counter = Counter::<4>::new();
        let locals = [(); 6].map(|()| counter.local());
        locals.iter().for_each(|local| local.add(2));
        counter.with_slot(1).inc();
        assert_eq!((counter.sum(), counter.drain()), (13, 13));
    };
    assert_eq!(allocations(count), 0);
    // The first add of a thread registers its exit with the system, which may allocate.
    let counter = Counter::<4>::new();
    counter.inc();
    assert_eq!(allocations(|| counter.add(5)), 0);
    let count = || {
        let counters = Counters::<2, 4>::new();
        let [first, second] = Which::all();
        counters.add_each([(first, 1), (second, 2)]);
        counters.local().add(first, 3);
        assert_eq!((counters.sums(), counters.drain()), ([4, 2], [4, 2]));
    };
    assert_eq!(allocations(count), 0);
}

#[test]
fn heap_counters_allocate_once() {
    #[cfg(feature = "alloc")]
    {
        use latchfree::counter::HeapCounter;
        let mut counter = None;
        assert_eq!(allocations(|| counter = Some(HeapCounter::with_slots(5))), 1);
        let counter = counter.unwrap();
        let count = || {
            let locals = [(); 6].map(|()| counter.local());
            locals.iter().for_each(|local| local.add(2));
            counter.with_slot(1).inc();
            assert_eq!((counter.sum(), counter.drain()), (13, 13));
        };
        assert_eq!(allocations(count), 0);
        assert_eq!(allocations(|| drop(HeapCounter::with_slots(0))), 0);
    }
}

#[test]
fn seqlocks_do_not_allocate() {
    let read_and_write = || {
        let lock = SeqLock::new([1u64; 64]);
        lock.write([2; 64]);
        lock.update(|value| value.map(|word| word + 1));
        assert_eq!(lock.read(), [3; 64]);
        let cell = SeqCell::new([1u64; 64]);
        cell.writer().unwrap().write([2; 64]);
        assert_eq!(cell.read(), [2; 64]);
    };
    assert_eq!(allocations(read_and_write), 0);
}

#[test]
fn rings_do_not_allocate() {
    let send_and_receive = || {
        let ring = Ring::<usize, 8>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        producer.clone().try_send(0).unwrap();
        assert_eq!(producer.try_send_many(1..20).unwrap_err().sent(), 7);
        assert_eq!((consumer.try_recv(), consumer.drain(9).count()), (Ok(0), 7));
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(consumer.poll_recv(&mut cx).is_pending());
    };
    assert_eq!(allocations(send_and_receive), 0);
}

#[test]
fn heap_queues_allocate_once() {
    #[cfg(feature = "alloc")]
    {
        let mut ends = None;
        let made = allocations(|| ends = Some(latchfree::mpsc::bounded(5)));
        assert_eq!(made, 2); // the slots, and the queue
        let (producer, mut consumer) = ends.unwrap();
        let send_and_receive = || {
            producer.clone().try_send(0).unwrap();
            assert_eq!(consumer.try_recv(), Ok(0));
        };
        assert_eq!(allocations(send_and_receive), 0);
    }
}

#[cfg(feature = "alloc")]
mod unbounded {
    use super::{ALLOCATIONS, DEALLOCATIONS, FAILS, allocations};
    use latchfree::mpsc::{TryRecvError, TrySendError, unbounded, unbounded_starting_at};

    /// How many allocations this thread has made and not freed, less those that others have made.
    fn alive() -> isize {
        ALLOCATIONS.get() as isize - DEALLOCATIONS.get() as isize
    }

    /// Runs `f` without memory. It must not panic, which would need some.
    fn without_memory<R>(f: impl FnOnce() -> R) -> R {
        FAILS.set(true);
        let result = f();
        FAILS.set(false);
        result
    }

    const SLOTS: u32 = crate::support::SLOTS as u32;
    /// The blocks that a queue has at rest: that of the tail, the last that was finished, and a spare one.
    const BLOCKS: isize = 3;

    #[test]
    fn queue_with_few_values_goes_round_in_the_same_blocks() {
        let mut ends = None;
        assert_eq!(allocations(|| ends = Some(unbounded())), 2, "a block, and the queue");
        let (sender, mut receiver) = ends.unwrap();
        let mut exchange = |values: usize| {
            assert_eq!(sender.send_many(0..values).ok().map(|sent| sent.count()), Some(values));
            assert!(receiver.drain(usize::MAX).eq(0..values));
        };
        let rounds = if cfg!(miri) { 5 } else { 500 };
        (0..100).for_each(|_| exchange(3));
        for values in [1, 2, 7, SLOTS as usize - 1, SLOTS as usize] {
            assert_eq!(allocations(|| (0..rounds).for_each(|_| exchange(values))), 0, "{values}");
        }
    }

    #[test]
    fn memory_of_a_burst_is_given_back_when_it_is_received() {
        for start in [0, 1, u64::from(SLOTS) - 1, (1 << 62) - 100] {
            let before = alive();
            let (sender, mut receiver) = unbounded_starting_at(start);
            for burst in [1, 5 * SLOTS, if cfg!(miri) { 100 } else { 10_000u32 }] {
                assert!(sender.send_many(0..burst).is_ok());
                assert!(alive() >= before + 1 + (burst / SLOTS) as isize);
                assert!(receiver.drain(usize::MAX).eq(0..burst));
                assert!(alive() <= before + 1 + BLOCKS, "{} after {burst}", alive() - before);
            }
            assert!(sender.send_many(0..5 * SLOTS).is_ok());
            drop((sender, receiver));
            assert_eq!(alive(), before);
        }
    }

    #[test]
    fn sends_without_memory_give_their_values_back() {
        for start in (0..2 * SLOTS).step_by(if cfg!(miri) { SLOTS as usize - 1 } else { 1 }) {
            let (sender, mut receiver) = unbounded_starting_at(start.into());
            let (sent, refused) = without_memory(|| {
                let mut sent = 0u32;
                while sender.try_send(sent).is_ok() {
                    sent += 1;
                }
                (sent, [sender.try_send(100), sender.try_send(101)])
            });
            assert_eq!(refused, [Err(TrySendError::Full(100)), Err(TrySendError::Full(101))]);
            assert_eq!(sent, SLOTS - 1 - start % SLOTS, "all but the last slot of the block");
            let error = without_memory(|| sender.try_send_many([1, 2])).unwrap_err();
            assert_eq!((error.sent(), error.is_full()), (0, true));
            let (batches, _receiver) = unbounded_starting_at(start.into());
            let error = without_memory(|| batches.try_send_many(0..100)).unwrap_err();
            assert_eq!((error.sent() as u32, error.is_full()), (sent, true));
            // There is memory again.
            assert_eq!(sender.try_send(sent), Ok((start + sent).into()));
            assert!(sender.send_many(sent + 1..sent + 100).is_ok());
            assert!(receiver.drain(usize::MAX).eq(0..sent + 100));
            // Blocks that were received are enough, without new memory.
            without_memory(|| {
                (0..200).for_each(|value| {
                    assert!(sender.try_send(value).is_ok());
                    assert!(receiver.try_recv() == Ok(value));
                });
            });
            assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        }
    }
}

#[test]
fn watermarks_do_not_allocate() {
    let advance = || {
        let watermark = Watermark::new(3);
        assert!(watermark.advance_to(4));
        assert_eq!(watermark.get(), 4);
        watermark.close();
    };
    assert_eq!(allocations(advance), 0);
}

#[test]
fn gates_pins_and_ids_do_not_allocate() {
    let enter_and_pin = || {
        let gate = Gate::new();
        drop(gate.enter().unwrap());
        assert!(gate.close() && gate.is_idle());
        let pins = Pins::<3>::new();
        let mut reader = pins.reader().unwrap();
        let (first, second) = (reader.pin(|| 4), pins.pin(|| 5).unwrap());
        assert_eq!((pins.oldest(9), second.position()), (4, 5));
        drop(first);
        let ids = Ids::<3>::new();
        assert_eq!(ids.acquire().unwrap().get(), 0);
    };
    assert_eq!(allocations(enter_and_pin), 0);
}

#[test]
fn frontiers_do_not_allocate() {
    let complete = || {
        let frontier = Frontier::<4>::new(3);
        assert_eq!((frontier.try_complete(4..7), frontier.try_complete(3..4)), (Ok(3), Ok(7)));
        frontier.close();
    };
    assert_eq!(allocations(complete), 0);
    #[cfg(feature = "alloc")]
    {
        let mut frontier = None;
        let new = || frontier = Some(latchfree::watermark::HeapFrontier::with_window(0, 100));
        assert_eq!(allocations(new), 1);
        let frontier = frontier.unwrap();
        assert_eq!(allocations(|| assert_eq!(frontier.try_complete(0..100), Ok(100))), 0);
    }
}

/// But for the waker of each thread, once.
#[cfg(feature = "std")]
#[test]
fn blocking_does_not_allocate() {
    use std::time::Duration;
    let sleep = || {
        let watermark = Watermark::new(0);
        assert!(watermark.wait_for_timeout(1, Duration::from_micros(1)).is_err());
        let frontier = Frontier::<1>::new(0);
        assert!(frontier.complete_timeout(1..2, Duration::from_micros(1)).is_err());
        let ring = Ring::<u8, 1>::new();
        let (_producer, mut consumer) = ring.split().unwrap();
        assert!(consumer.recv_timeout(Duration::from_micros(1)).is_err());
    };
    sleep();
    assert_eq!(allocations(sleep), 0);
}

/// A call that meets no other. (One that waits has a waker, which is allocated once a thread.)
#[cfg(feature = "std")]
#[test]
fn leader_of_a_group_does_not_allocate() {
    let group = latchfree::group::GroupCommit::<u32, u32>::with_limit(8);
    let commit = || {
        let result = group.commit(1, |batch| {
            batch.gather();
            batch.iter_mut().for_each(|(item, result)| *result = Some(*item));
        });
        assert_eq!(result, Ok(1));
    };
    assert_eq!(allocations(commit), 0);
}

/// One for each wait with a timeout, and none if it is zero. The leader frees what is left of those that gave up, when it
/// gathers or when it ends.
#[cfg(feature = "std")]
#[test]
fn member_that_gave_up_is_freed_by_its_leader() {
    use latchfree::group::{Batch, GroupCommit};
    use std::time::Duration;

    let group = GroupCommit::<u32, u32>::new();
    let lead = |batch: &mut Batch<'_, u32, u32>| {
        batch.iter_mut().for_each(|(item, result)| *result = Some(*item));
    };
    let give_up =
        |timeout| assert!(group.commit_timeout(2, timeout, lead).unwrap_err().is_timeout());
    let soon = Duration::from_micros(1);
    let commits = |calls: &[Duration], gathers: bool| {
        let (mut freed, mut freed_before_end) = (DEALLOCATIONS.get(), 0);
        let commit = || {
            let result = group.commit_timeout(1, soon, |batch| {
                calls.iter().copied().for_each(give_up);
                if gathers {
                    assert_eq!(batch.gather(), 0);
                }
                freed_before_end = DEALLOCATIONS.get() - freed;
                lead(batch);
            });
            assert_eq!(result, Ok(1));
        };
        let allocated = allocations(commit);
        freed = DEALLOCATIONS.get() - freed;
        (allocated, freed_before_end, freed)
    };
    commits(&[soon], false); // the thread's waker
    assert_eq!(commits(&[], true), (0, 0, 0));
    assert_eq!(commits(&[Duration::ZERO], true), (0, 0, 0));
    assert_eq!(commits(&[soon; 3], false), (3, 0, 3));
    assert_eq!(commits(&[soon; 3], true), (3, 3, 3));
}

#[cfg(feature = "std")]
#[test]
fn member_that_was_led_is_freed_by_its_own_thread() {
    use latchfree::group::GroupCommit;
    use std::thread;
    use std::time::Duration;

    let group = GroupCommit::<u32, u32>::new();
    let is_led = || {
        let before = DEALLOCATIONS.get();
        let result = group.commit_timeout(2, Duration::MAX, |_| panic!("it leads"));
        (result, DEALLOCATIONS.get() - before)
    };
    thread::scope(|scope| {
        let mut member = None;
        let led = group.commit(1, |batch| {
            member = Some(scope.spawn(is_led));
            while batch.gather() == 0 {
                thread::yield_now();
            }
            batch.iter_mut().for_each(|(item, result)| *result = Some(*item));
        });
        assert_eq!(led, Ok(1));
        assert_eq!(member.map(|member| member.join().unwrap()), Some((Ok(2), 1)));
    });
}
