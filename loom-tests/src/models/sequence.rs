//! Sequences: no number comes twice, none is left behind, and the end is the end.

use crate::{Model, spawn};
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::sequence::{
    BoundReached, Clock, EpochNumber, EpochSequence, Exhausted, Ids, Lease, Sequence,
};
use loom::cell::UnsafeCell;
use std::sync::Arc;

pub fn models() -> Vec<Model> {
    vec![
        Model::new("sequence::numbers_are_unique", numbers_are_unique)
            .outcomes([([0], [1, 2]), ([2], [0, 1])]),
        Model::new("sequence::observed_numbers_are_not_drawn", observed_numbers_are_not_drawn)
            .outcomes([0, 6]),
        Model::new("sequence::two_observations_both_count", two_observations_both_count)
            .outcomes([0, 4, 8]),
        Model::new("sequence::last_number_goes_out_once", last_number_goes_out_once)
            .outcomes([[true, false], [false, true]]),
        Model::new("sequence::refused_range_uses_nothing_up", refused_range_uses_nothing_up)
            .outcomes([(Ok(LAST - 1), Err(Exhausted)), (Err(Exhausted), Ok(LAST - 1))]),
        Model::new("sequence::peeked_number_is_a_lower_bound", peeked_number_is_a_lower_bound)
            .outcomes([(0, 0), (0, 1), (1, 1)]),
        Model::new("sequence::epochs_begin_at_zero", epochs_begin_at_zero)
            .outcomes([number(1, 5), number(2, 0)]),
        Model::new("sequence::last_count_of_epoch_goes_out_once", last_count_goes_out_once)
            .outcomes([[true, false], [false, true]]),
        Model::new("sequence::epochs_and_observations_only_move_forward", epochs_move_forward)
            .outcomes([[2, 3], [3, 2], [2, 4], [4, 2], [4, 5], [5, 4]]),
        Model::new("sequence::number_beside_observation_and_epoch_is_new", number_is_new)
            .outcomes([number(1, 0), number(1, 6), number(2, 0)]),
        Model::new("sequence::exhausted_epoch_ends_with_the_next", exhausted_epoch_ends).outcomes(
            [(false, Err(Exhausted)), (false, Ok(number(2, 0))), (true, Ok(number(2, 0)))],
        ),
        Model::new("sequence::lease_publishes_what_made_its_bound_durable", lease_publishes)
            .outcomes([(Err(BoundReached), 0), (Ok(0), 1)]),
        Model::new("sequence::lease_refuses_only_without_a_number", lease_refuses_exactly)
            .outcomes([(0, Ok(0)), (0, Ok(1)), (0, Err(BoundReached)), (1, Ok(1))]),
        Model::new("sequence::last_number_of_lease_goes_out_once", last_of_lease_goes_out_once)
            .outcomes([[Ok(0), Err(BoundReached)], [Err(BoundReached), Ok(0)]]),
        Model::new("sequence::clock_ticks_are_unique", clock_ticks_are_unique).outcomes([
            [5, 6, 7],
            [5, 7, 6],
            [6, 5, 7],
            [6, 7, 5],
            [7, 5, 6],
            [7, 6, 5],
        ]),
        Model::new("sequence::clock_is_ahead_of_what_happened_before", clock_is_ahead).outcomes([
            (false, 3),
            (false, 8),
            (true, 8),
        ]),
        Model::new("sequence::id_has_one_holder_at_a_time", id_has_one_holder_at_a_time)
            .outcomes(ids_of_three())
            .preemptions(3),
        Model::new("sequence::as_many_ids_as_threads_refuse_none", as_many_ids_as_threads)
            .outcomes([[0, 0], [0, 1], [1, 0]]),
        Model::new("sequence::holders_of_ids_that_change_them_are_not_refused", ids_are_changed)
            .outcomes([[0, 1], [1, 0]]),
    ]
}

/// The last number of a sequence.
const LAST: u64 = i64::MAX as u64;

fn number(epoch: u32, count: u32) -> EpochNumber {
    EpochNumber { epoch, count }
}

/// One thread takes a number, another two in a row.
fn numbers_are_unique() -> ([u64; 1], [u64; 2]) {
    let sequence = Arc::new(Sequence::default());
    let other = {
        let sequence = Arc::clone(&sequence);
        spawn(move || sequence.next().unwrap())
    };
    let mine = sequence.reserve(2).unwrap();
    ([other.join().unwrap()], [mine.start, mine.end - 1])
}

/// A number is taken before or after another was observed, and in the end none is left behind it.
fn observed_numbers_are_not_drawn() -> u64 {
    let sequence = Arc::new(Sequence::default());
    let observer = {
        let sequence = Arc::clone(&sequence);
        spawn(move || sequence.observe(5))
    };
    let number = sequence.next().unwrap();
    observer.join().unwrap();
    assert!(sequence.next().unwrap() > 5);
    number
}

/// A number is taken from the old epoch or from the new one.
fn epochs_begin_at_zero() -> EpochNumber {
    let numbers = Arc::new(EpochSequence::starting_at(number(1, 5)));
    let elected = {
        let numbers = Arc::clone(&numbers);
        spawn(move || assert_eq!(numbers.next_epoch(), Ok(2)))
    };
    let taken = numbers.next().unwrap();
    elected.join().unwrap();
    assert_eq!(numbers.next().unwrap().epoch, 2);
    taken
}

/// Two threads observe different numbers, and one is taken beside them: before, between or after.
fn two_observations_both_count() -> u64 {
    let sequence = Arc::new(Sequence::default());
    let observers = [3, 7].map(|seen| {
        let sequence = Arc::clone(&sequence);
        spawn(move || sequence.observe(seen))
    });
    let number = sequence.next().unwrap();
    observers.into_iter().for_each(|observer| observer.join().unwrap());
    let last = sequence.next().unwrap();
    assert!(last > 7 && last > number);
    number
}

/// Two threads want the last number.
fn last_number_goes_out_once() -> [bool; 2] {
    let sequence = Arc::new(Sequence::starting_at(LAST));
    let take = |sequence: &Sequence| match sequence.next() {
        Ok(number) => {
            assert_eq!(number, LAST);
            true
        }
        Err(Exhausted) => false,
    };
    let other = {
        let sequence = Arc::clone(&sequence);
        spawn(move || take(&sequence))
    };
    let mine = take(&sequence);
    let theirs = other.join().unwrap();
    assert_eq!((sequence.next(), sequence.reserve(1)), (Err(Exhausted), Err(Exhausted)));
    [mine, theirs]
}

/// Two numbers are left. One wants both at once, another wants one: if the first is refused, there is
/// still one left.
fn refused_range_uses_nothing_up() -> (Result<u64, Exhausted>, Result<u64, Exhausted>) {
    let sequence = Arc::new(Sequence::starting_at(LAST - 1));
    let other = {
        let sequence = Arc::clone(&sequence);
        spawn(move || sequence.next())
    };
    let both = sequence.reserve(2);
    let one = other.join().unwrap();
    assert_eq!(sequence.next(), if both.is_ok() { Err(Exhausted) } else { Ok(LAST) });
    (both.map(|range| range.start), one)
}

/// A look and then a number, beside another that takes one.
fn peeked_number_is_a_lower_bound() -> (u64, u64) {
    let sequence = Arc::new(Sequence::default());
    let other = {
        let sequence = Arc::clone(&sequence);
        spawn(move || sequence.next().unwrap())
    };
    let peeked = sequence.peek();
    let number = sequence.next().unwrap();
    assert_eq!(number + other.join().unwrap(), 1);
    (peeked, number)
}

/// Two threads want the last count of an epoch. The count must not run over into the epoch.
fn last_count_goes_out_once() -> [bool; 2] {
    let last = number(1, u32::MAX - 1);
    let numbers = Arc::new(EpochSequence::starting_at(last));
    let take = move |numbers: &EpochSequence| match numbers.next() {
        Ok(number) => {
            assert_eq!(number, last);
            true
        }
        Err(Exhausted) => false,
    };
    let other = {
        let numbers = Arc::clone(&numbers);
        spawn(move || take(&numbers))
    };
    let mine = take(&numbers);
    let theirs = other.join().unwrap();
    assert_eq!((numbers.next(), numbers.peek()), (Err(Exhausted), number(1, u32::MAX)));
    [mine, theirs]
}

/// Two threads begin an epoch each, and a third observes a number of epoch 3: whatever the order, nothing goes
/// back. The outcome is which epochs began.
fn epochs_move_forward() -> [u32; 2] {
    let numbers = Arc::new(EpochSequence::starting_at(number(1, 0)));
    let elected = {
        let numbers = Arc::clone(&numbers);
        spawn(move || numbers.next_epoch().unwrap())
    };
    let observer = {
        let numbers = Arc::clone(&numbers);
        spawn(move || numbers.observe(number(3, 5)))
    };
    let mine = numbers.next_epoch().unwrap();
    let theirs = elected.join().unwrap();
    observer.join().unwrap();
    let next = numbers.next().unwrap();
    assert!(next > number(3, 5) && next.epoch >= mine.max(theirs));
    [mine, theirs]
}

/// A number is taken while another is observed and an epoch begins, in any order.
fn number_is_new() -> EpochNumber {
    let numbers = Arc::new(EpochSequence::starting_at(number(1, 0)));
    let observer = {
        let numbers = Arc::clone(&numbers);
        spawn(move || numbers.observe(number(1, 5)))
    };
    let elected = {
        let numbers = Arc::clone(&numbers);
        spawn(move || assert_eq!(numbers.next_epoch(), Ok(2)))
    };
    let taken = numbers.next().unwrap();
    observer.join().unwrap();
    elected.join().unwrap();
    let next = numbers.next().unwrap();
    assert!(next > taken && next.epoch == 2);
    taken
}

/// A number is wanted from an epoch that has none left, while the next epoch begins. It may be refused
/// only if that was not known to have begun.
fn exhausted_epoch_ends() -> (bool, Result<EpochNumber, Exhausted>) {
    let numbers = EpochSequence::starting_at(number(1, u32::MAX));
    let shared = Arc::new((numbers, Atomic::new(false)));
    let elected = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            assert_eq!(shared.0.next_epoch(), Ok(2));
            shared.1.store(true, Release);
        })
    };
    let has_begun = shared.1.load(Acquire);
    let taken = shared.0.next();
    elected.join().unwrap();
    (has_begun, taken)
}

/// A number below the bound comes after what made the bound durable; also when a thread that has not seen that
/// raises it further.
fn lease_publishes() -> (Result<u64, BoundReached>, u32) {
    let shared = Arc::new((Lease::default(), Atomic::new(0u32)));
    let first = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1.store(1, Relaxed);
            shared.0.extend_to(2);
        })
    };
    let late = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            if shared.0.bound() == 2 {
                shared.0.extend_to(3);
            }
        })
    };
    let number = shared.0.next();
    let seen = number.map_or(0, |_| shared.1.load(Relaxed));
    first.join().unwrap();
    late.join().unwrap();
    (number, seen)
}

/// A thread that sees that a number has gone out sees the bound as well under which it did.
fn lease_refuses_exactly() -> (u64, Result<u64, BoundReached>) {
    let lease = Arc::new(Lease::default());
    let extends = {
        let lease = Arc::clone(&lease);
        spawn(move || lease.extend_to(2))
    };
    let claims = {
        let lease = Arc::clone(&lease);
        spawn(move || lease.next().is_ok())
    };
    let (peeked, number) = (lease.peek(), lease.next());
    extends.join().unwrap();
    let gone = u64::from(claims.join().unwrap()) + u64::from(number.is_ok());
    assert_eq!((lease.peek(), lease.remaining()), (gone, 2 - gone));
    (peeked, number)
}

/// Two threads want the only number.
fn last_of_lease_goes_out_once() -> [Result<u64, BoundReached>; 2] {
    let lease = Arc::new(Lease::default());
    lease.extend_to(1);
    let other = {
        let lease = Arc::clone(&lease);
        spawn(move || lease.reserve(1).map(|numbers| numbers.start))
    };
    let mine = lease.next();
    [mine, other.join().unwrap()]
}

/// Three threads read the same time.
fn clock_ticks_are_unique() -> [u64; 3] {
    let clock = Arc::new(Clock::default());
    let others = [(); 2].map(|()| {
        let clock = Arc::clone(&clock);
        spawn(move || clock.tick(5).unwrap())
    });
    let mine = clock.tick(5).unwrap();
    let [one, two] = others.map(|other| other.join().unwrap());
    [mine, one, two]
}

/// A timestamp is received and observed, and a thread that knows of it takes a greater one.
fn clock_is_ahead() -> (bool, u64) {
    let shared = Arc::new((Clock::default(), Atomic::new(false)));
    let receiver = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.0.observe(7);
            shared.1.store(true, Release);
        })
    };
    let knows = shared.1.load(Acquire);
    let tick = shared.0.tick(3).unwrap();
    receiver.join().unwrap();
    (knows, tick)
}

/// What an id stands for: loom sees a use by two holders that nothing orders.
struct Slots {
    ids: Ids<2>,
    slots: [UnsafeCell<()>; 2],
}

// SAFETY: the ids guard the plain memory, or loom sees that they do not.
unsafe impl Sync for Slots {}

impl Slots {
    fn new() -> Arc<Self> {
        Arc::new(Self { ids: Ids::new(), slots: [(), ()].map(UnsafeCell::new) })
    }

    /// Uses the slot of an id, if there is one.
    fn touch(&self) -> Option<usize> {
        let id = self.ids.acquire()?;
        self.slots[id.get()].with_mut(|_| ());
        Some(id.get())
    }
}

/// What three threads can get that want one of two ids: one gets the second only beside one that has the first, and none
/// is refused but beside both.
fn ids_of_three() -> Vec<[Option<usize>; 3]> {
    let (first, second) = (Some(0), Some(1));
    let mut all = vec![[first; 3]];
    for i in 0..3 {
        let with = |one: Option<usize>, others: [Option<usize>; 2]| {
            let mut got = [one, others[0], others[1]];
            got.swap(0, i);
            got
        };
        all.push(with(first, [second, second]));
        all.push(with(second, [first, first]));
        all.extend([[first, second], [second, first]].map(|others| with(None, others)));
    }
    all
}

/// Three threads want one of two ids, and give it back.
fn id_has_one_holder_at_a_time() -> [Option<usize>; 3] {
    let shared = Slots::new();
    let others = [(); 2].map(|()| {
        let shared = Arc::clone(&shared);
        spawn(move || shared.touch())
    });
    let mine = shared.touch();
    let [one, two] = others.map(|other| other.join().unwrap());
    assert_eq!((shared.ids.in_use(), shared.touch()), (0, Some(0)));
    [mine, one, two]
}

/// Two threads want one of two ids, twice. None is refused. The outcome is what they get the second time.
fn as_many_ids_as_threads() -> [usize; 2] {
    let shared = Slots::new();
    let other = {
        let shared = Arc::clone(&shared);
        spawn(move || [(); 2].map(|()| shared.touch().unwrap()))
    };
    let mine = [(); 2].map(|()| shared.touch().unwrap());
    [mine[1], other.join().unwrap()[1]]
}

/// Two threads hold the two ids. Each gives its own back, and acquires another.
///
/// Loom does not let a thread that claims, after its own load of a word, come before another's load of that word. The
/// counter has it do so. It is relaxed, so it orders nothing.
fn ids_are_changed() -> [usize; 2] {
    let ids: &'static Ids<2> = Box::leak(Box::default());
    let counter: &'static Atomic<u32> = Box::leak(Box::new(Atomic::new(0)));
    let [mine, other] = [(); 2].map(|()| ids.acquire().unwrap());
    let acquire = || {
        let id = ids.acquire().expect("there is one for each");
        let number = id.get();
        std::mem::forget(id);
        number
    };
    let other = spawn(move || {
        drop(other);
        let number = acquire();
        counter.fetch_add(1, Relaxed);
        number
    });
    drop(mine);
    counter.fetch_add(1, Relaxed);
    [acquire(), other.join().unwrap()]
}
