//! `Atomic<T>` against a plain `T`.

use crate::support::{boundary_u64, cases, steps};
use bytemuck::{TransparentWrapper, Zeroable};
use latchfree::atomic::{
    AcqRel, Acquire, Atomic, AtomicInteger, AtomicValue, Newtype, Relaxed, Release, SeqCst,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::fmt::Debug;
use std::mem::{replace, take};
use std::ops::{BitAnd, BitOr, BitXor, Not};

/// An integer as the language has it.
trait Plain:
    Copy
    + Debug
    + Default
    + Ord
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Not<Output = Self>
{
    fn cut(word: u64) -> Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    /// The value with one bit set: the `index`th, modulo the width.
    fn bit(index: u64) -> Self;
}

/// An integer or a newtype of one, inside of an atomic.
trait Subject: AtomicInteger + Zeroable + Debug + PartialEq {
    type Plain: Plain;
    fn of(plain: Self::Plain) -> Self;
}

macro_rules! plain {
    ($($plain:ty)*) => {$(
        impl Plain for $plain {
            fn cut(word: u64) -> Self {
                word as $plain
            }
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            fn bit(index: u64) -> Self {
                1 << (index % u64::from(<$plain>::BITS))
            }
        }
        impl Subject for $plain {
            type Plain = $plain;
            fn of(plain: Self) -> Self {
                plain
            }
        }
    )*};
}
plain! { u8 i8 u16 i16 u32 i32 u64 i64 usize isize }

macro_rules! newtypes {
    ($($(#[$doc:meta])* $name:ident($plain:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Zeroable, TransparentWrapper)]
        #[repr(transparent)]
        struct $name($plain);
        impl Newtype for $name {
            type Inner = $plain;
        }
        impl Subject for $name {
            type Plain = $plain;
            fn of(plain: $plain) -> Self {
                Self(plain)
            }
        }
    )*};
}
newtypes! {
    /// A position in a log.
    Lsn(u64);
    /// A signed one, for the comparisons.
    Delta(i16);
}

/// Runs an operation on an atomic and on its model, and compares the results.
type Step<T> = fn(&Atomic<T>, &mut <T as Subject>::Plain, <T as Subject>::Plain, u64);

fn loads_and_exchanges<T: Subject>() -> Vec<Step<T>> {
    vec![
        |atomic, model, _, _| assert_eq!(atomic.load(SeqCst), T::of(*model)),
        |atomic, model, n, _| {
            atomic.store(T::of(n), Release);
            *model = n;
        },
        |atomic, model, n, _| assert_eq!(atomic.swap(T::of(n), AcqRel), T::of(replace(model, n))),
        |atomic, model, _, _| assert_eq!(atomic.take(Relaxed), T::of(take(model))),
        |atomic, model, n, _| {
            let held = atomic.compare_exchange(T::of(*model), T::of(n), AcqRel, Acquire);
            assert_eq!(held, Ok(T::of(replace(model, n))));
        },
        |atomic, model, n, index| {
            let other = *model ^ T::Plain::bit(index);
            let held = atomic.compare_exchange(T::of(other), T::of(n), SeqCst, SeqCst);
            assert_eq!(held, Err(T::of(*model)));
        },
        |atomic, model, n, _| {
            let exchange =
                || atomic.compare_exchange_weak(T::of(*model), T::of(n), Acquire, Relaxed);
            let held = std::iter::repeat_with(exchange).find(Result::is_ok);
            assert_eq!(held, Some(Ok(T::of(replace(model, n)))));
        },
        |atomic, model, n, index| {
            let other = *model ^ T::Plain::bit(index);
            let held = atomic.compare_exchange_weak(T::of(other), T::of(n), Release, Acquire);
            assert_eq!(held, Err(T::of(*model)));
        },
        |atomic, model, n, _| {
            let old = T::of(*model);
            let update = |now| if now == old { T::of(n) } else { panic!("another value: {now:?}") };
            assert_eq!(atomic.update(AcqRel, Acquire, update), old);
            *model = n;
        },
        |atomic, model, n, _| {
            let old = T::of(*model);
            let update = |now| if now == old { Some(T::of(n)) } else { panic!("not {old:?}") };
            assert_eq!(atomic.try_update(Release, Relaxed, update), Ok(old));
            *model = n;
        },
        |atomic, model, _, _| {
            assert_eq!(atomic.try_update(SeqCst, SeqCst, |_| None), Err(T::of(*model)));
        },
    ]
}

/// A step that sets the model to `$new`, of an operation that returns the old value.
macro_rules! returns_old {
    ($name:ident, $order:ident, $new:expr) => {
        |atomic, model, n, _| {
            let new: fn(T::Plain, T::Plain) -> T::Plain = $new;
            let new = new(*model, n);
            assert_eq!(atomic.$name(T::of(n), $order), T::of(replace(model, new)));
        }
    };
}

fn arithmetic_and_bits<T: Subject>() -> Vec<Step<T>> {
    vec![
        returns_old!(fetch_add, Relaxed, T::Plain::plus),
        returns_old!(fetch_sub, Acquire, T::Plain::minus),
        returns_old!(fetch_max, Release, Ord::max),
        returns_old!(fetch_min, AcqRel, Ord::min),
        returns_old!(fetch_and, SeqCst, |old, n| old & n),
        returns_old!(fetch_nand, Relaxed, |old, n| !(old & n)),
        returns_old!(fetch_or, Acquire, |old, n| old | n),
        returns_old!(fetch_xor, Release, |old, n| old ^ n),
        |atomic, model, n, _| {
            *model = model.plus(n);
            assert_eq!(atomic.add_fetch(T::of(n), AcqRel), T::of(*model));
        },
        |atomic, model, n, _| {
            *model = model.minus(n);
            assert_eq!(atomic.sub_fetch(T::of(n), AcqRel), T::of(*model));
        },
    ]
}

/// A step on one bit, that returns whether it was set.
macro_rules! on_bit {
    ($name:ident, $order:ident, $new:expr) => {
        |atomic, model, _, index| {
            let bit = T::Plain::bit(index);
            let was_set = *model & bit != T::Plain::default();
            let new: fn(T::Plain, T::Plain) -> T::Plain = $new;
            let new = new(*model, bit);
            assert_eq!(atomic.$name(index as u32, $order), was_set, "bit {index}");
            *model = new;
        }
    };
}

fn single_bits<T: Subject>() -> Vec<Step<T>> {
    vec![
        on_bit!(bit_set, AcqRel, |old, bit| old | bit),
        on_bit!(bit_clear, Release, |old, bit| old & !bit),
        on_bit!(bit_toggle, Relaxed, |old, bit| old ^ bit),
    ]
}

/// A step to be chosen, its operand, and the index of a bit, which may lie beyond the width.
fn choices() -> impl Strategy<Value = Vec<(Index, u64, u64)>> {
    let bit = prop_oneof![0u64..130, 0..=u64::from(u32::MAX)];
    vec((any::<Index>(), boundary_u64(), bit), steps(60))
}

fn behaves_like_a_plain_value<T: Subject>(start: u64, choices: &[(Index, u64, u64)]) {
    let mut model = T::Plain::cut(start);
    let atomic = Atomic::new(T::of(model));
    let steps = [loads_and_exchanges::<T>(), arithmetic_and_bits(), single_bits()].concat();
    for (choice, operand, index) in choices {
        choice.get(&steps)(&atomic, &mut model, T::Plain::cut(*operand), *index);
        assert_eq!(atomic.load(Acquire), T::of(model));
    }
    assert_eq!(format!("{atomic:?}"), format!("{:?}", T::of(model)));
    assert_eq!(atomic.into_inner(), T::of(model));
}

macro_rules! properties {
    ($($name:ident: $subject:ty;)*) => {
        proptest! {
            #![proptest_config(cases(1024))]
            $(
                #[test]
                fn $name(start in boundary_u64(), choices in choices()) {
                    behaves_like_a_plain_value::<$subject>(start, &choices);
                }
            )*
        }
    };
}
properties! {
    u8_behaves_like_a_plain_value: u8;
    i8_behaves_like_a_plain_value: i8;
    u16_behaves_like_a_plain_value: u16;
    i16_behaves_like_a_plain_value: i16;
    u32_behaves_like_a_plain_value: u32;
    i32_behaves_like_a_plain_value: i32;
    u64_behaves_like_a_plain_value: u64;
    i64_behaves_like_a_plain_value: i64;
    usize_behaves_like_a_plain_value: usize;
    isize_behaves_like_a_plain_value: isize;
    newtypes_behave_like_plain_values: Lsn;
    signed_newtypes_behave_like_plain_values: Delta;
}

#[test]
fn bools_have_the_truth_tables_of_the_language() {
    type OnAtomic = fn(&Atomic<bool>, bool) -> bool;
    type OnValue = fn(bool, bool) -> bool;
    let table: [(OnAtomic, OnValue); 5] = [
        (|atomic, value| atomic.fetch_and(value, AcqRel), |old, value| old & value),
        (|atomic, value| atomic.fetch_nand(value, AcqRel), |old, value| !(old & value)),
        (|atomic, value| atomic.fetch_or(value, AcqRel), |old, value| old | value),
        (|atomic, value| atomic.fetch_xor(value, AcqRel), |old, value| old ^ value),
        (|atomic, _| atomic.fetch_not(AcqRel), |old, _| !old),
    ];
    for (on_atomic, on_value) in table {
        for (old, value) in [(false, false), (false, true), (true, false), (true, true)] {
            let atomic = Atomic::new(old);
            assert_eq!(on_atomic(&atomic, value), old);
            assert_eq!(atomic.load(Acquire), on_value(old, value));
        }
    }
}

#[test]
fn bools_exchange() {
    for old in [false, true] {
        let atomic = Atomic::new(old);
        assert_eq!(atomic.compare_exchange(!old, old, AcqRel, Acquire), Err(old));
        assert_eq!(atomic.compare_exchange(old, !old, AcqRel, Acquire), Ok(old));
        assert_eq!(atomic.swap(old, AcqRel), !old);
        assert_eq!(atomic.update(AcqRel, Acquire, |value| !value), old);
        assert_eq!(atomic.try_update(AcqRel, Acquire, |_| None), Err(!old));
        assert_eq!((atomic.take(AcqRel), atomic.into_inner()), (!old, false));
    }
}

/// A place in an array, or up to its length beyond either end, and what its address has in the low
/// bits.
type Place = (isize, usize);

/// Moves an atomic pointer to elements of four bytes, and says where it must be then.
type PointerStep = fn(&Atomic<*mut u32>, usize, Place) -> Place;

const POINTER_STEPS: [PointerStep; 7] = [
    |atomic, n, (at, tag)| {
        atomic.fetch_ptr_add(n, AcqRel);
        (at + n as isize, tag)
    },
    |atomic, n, (at, tag)| {
        atomic.fetch_ptr_sub(n, Relaxed);
        (at - n as isize, tag)
    },
    |atomic, n, (at, tag)| {
        atomic.fetch_byte_add(4 * n, Release);
        (at + n as isize, tag)
    },
    |atomic, n, (at, tag)| {
        atomic.fetch_byte_sub(4 * n, Acquire);
        (at - n as isize, tag)
    },
    |atomic, n, (at, tag)| {
        atomic.fetch_or(n % 4, AcqRel);
        (at, tag | (n % 4))
    },
    |atomic, n, (at, tag)| {
        atomic.fetch_and(!(n % 4), SeqCst);
        (at, tag & !(n % 4))
    },
    |atomic, n, (at, tag)| {
        atomic.fetch_xor(n % 4, AcqRel);
        (at, tag ^ (n % 4))
    },
];

proptest! {
    #![proptest_config(cases(1024))]

    /// Tags and moves keep the provenance: the pointer can be followed whenever it is back inside.
    #[test]
    fn pointers_move_and_carry_tags(choices in vec((any::<Index>(), 0usize..8), steps(60))) {
        let mut array: [u32; 16] = std::array::from_fn(|i| 100 + i as u32);
        let base = (&raw mut array).cast::<u32>();
        let (atomic, mut place) = (Atomic::new(base), (0, 0));
        for (choice, n) in choices {
            place = choice.get(&POINTER_STEPS)(&atomic, n, place);
            let (at, tag) = place;
            let pointer = atomic.load(Acquire);
            prop_assert_eq!(pointer.addr(), base.wrapping_offset(at).addr() | tag);
            if (0..16).contains(&at) {
                let untagged = pointer.map_addr(|addr| addr & !3);
                // SAFETY: inside of the array, which is ours.
                prop_assert_eq!(unsafe { *untagged }, 100 + at as u32);
            }
        }
    }
}

#[test]
fn pointer_operations_return_the_old_pointer() {
    let mut array = [0u32; 4];
    let base = (&raw mut array).cast::<u32>();
    let atomic = Atomic::new(base);
    assert_eq!(atomic.fetch_ptr_add(3, AcqRel), base);
    assert_eq!(atomic.fetch_ptr_sub(1, AcqRel), base.wrapping_add(3));
    assert_eq!(atomic.fetch_byte_add(4, AcqRel), base.wrapping_add(2));
    assert_eq!(atomic.fetch_byte_sub(12, AcqRel), base.wrapping_add(3));
    assert_eq!(atomic.fetch_or(1, AcqRel), base);
    assert_eq!(atomic.fetch_xor(3, AcqRel), base.wrapping_byte_add(1));
    assert_eq!(atomic.fetch_and(!3, AcqRel), base.wrapping_byte_add(2));
    assert_eq!(format!("{atomic:p}"), format!("{base:p}"));
    assert_eq!(atomic.swap(base.wrapping_add(1), AcqRel), base);
    assert_eq!(atomic.take(AcqRel), base.wrapping_add(1));
    assert!(atomic.into_inner().is_null());
}

/// The size and alignment of core's atomic, `new` in a `const`, and views as plain memory.
fn looks_like_core<T: AtomicValue + PartialEq + Debug, Core>(atomic: &'static Atomic<T>, held: T) {
    assert_eq!(size_of::<Atomic<T>>(), size_of::<Core>());
    assert_eq!(align_of::<Atomic<T>>(), align_of::<Core>());
    assert_eq!(atomic.load(Acquire), held);

    let mut own = Atomic::from(held);
    assert_eq!(*own.get_mut(), held);
    // SAFETY: `own` is there, aligned, and nobody else's.
    let view = unsafe { Atomic::from_ptr(own.as_ptr()) };
    assert_eq!(view.load(Relaxed), held);
    // SAFETY: as above, and between the atomic accesses.
    assert_eq!(unsafe { own.as_ptr().read() }, held);
    assert_eq!(own.into_inner(), held);
}

/// Writes through every view, and reads it through all others.
fn views_agree<T: AtomicValue + PartialEq + Debug>([a, b, c, d]: [T; 4]) {
    let mut own = Atomic::new(a);
    *own.get_mut() = b;
    assert_eq!(own.load(Acquire), b);
    own.store(c, Release);
    assert_eq!(*own.get_mut(), c);
    let pointer = own.as_ptr();
    // SAFETY: `own` is there, aligned, and nobody else's.
    unsafe {
        assert_eq!(Atomic::from_ptr(pointer).swap(d, AcqRel), c);
        assert_eq!(pointer.read(), d);
        pointer.write(a);
    }
    assert_eq!(own.into_inner(), a);
}

macro_rules! layouts {
    ($($name:ident: $type:ty as $core:ident $(<$param:ty>)?, $value:expr;)*) => {
        #[test]
        fn atomics_are_laid_out_as_those_of_core() {
            $({
                static $name: Atomic<$type> = Atomic::new($value);
                looks_like_core::<$type, std::sync::atomic::$core$(<$param>)?>(&$name, $value);
            })*
        }
    };
}
layouts! {
    BOOL: bool as AtomicBool, true;
    U8: u8 as AtomicU8, u8::MAX;
    I8: i8 as AtomicI8, i8::MIN;
    U16: u16 as AtomicU16, u16::MAX;
    I16: i16 as AtomicI16, i16::MIN;
    U32: u32 as AtomicU32, u32::MAX;
    I32: i32 as AtomicI32, i32::MIN;
    U64: u64 as AtomicU64, u64::MAX;
    I64: i64 as AtomicI64, i64::MIN;
    USIZE: usize as AtomicUsize, usize::MAX;
    ISIZE: isize as AtomicIsize, isize::MIN;
    POINTER: *mut u8 as AtomicPtr<u8>, std::ptr::null_mut();
    NEWTYPE: Lsn as AtomicU64, Lsn(7);
}

#[test]
fn plain_memory_and_atomic_are_the_same() {
    views_agree([true, false, true, false]);
    views_agree([1u8, 2, 3, 4]);
    views_agree([-1i16, 2, -3, 4]);
    views_agree([1u32, 2, 3, 4]);
    views_agree([Lsn(1), Lsn(2), Lsn(3), Lsn(u64::MAX)]);
    let mut array = [0u8; 4];
    views_agree(std::array::from_fn(|i| (&raw mut array).cast::<u8>().wrapping_add(i)));
}

#[test]
fn defaults_are_those_of_the_type() {
    assert_eq!(Atomic::<u32>::default().into_inner(), 0);
    assert!(!Atomic::<bool>::default().into_inner());
    assert_eq!(Atomic::<Lsn>::default().into_inner(), Lsn(0));
}
