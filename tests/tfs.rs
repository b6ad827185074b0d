//! The atomics of TFS, as the inline assembly that they were, beside ours: every function, every
//! width, boundary values and random sequences; same results, same memory.
//!
//! `src/common/atomic.h` of TFS has `atomic_inc`, `atomic_dec`, `atomic_add`, `atomic_exchange` and
//! `atomic_compare_exchange` for unsigned integers of 8 to 64 bits, and the last two for pointers.
//! The assembly here is what its functions come down to: `lock xadd`, `lock cmpxchg`, and `xchg`
//! where TFS made an exchange of a `lock cmpxchg` loop.
#![cfg(all(target_arch = "x86_64", not(miri)))]

use latchfree::atomic::{AcqRel, Acquire, Atomic, Relaxed, Release, SeqCst};
use proptest::prelude::*;
use std::arch::asm;
use std::fmt::Debug;

/// One call, with its arguments in the order of TFS.
#[derive(Clone, Copy, Debug)]
enum Call<T> {
    Inc,
    Dec,
    Add(T),
    Exchange(T),
    /// The new value comes before the one it is compared with.
    CompareExchange(T, T),
}

/// An unsigned integer of TFS.
trait Word: Copy + Debug + PartialEq + 'static {
    /// Numbers at which something may go wrong.
    const BOUNDARIES: [Self; 6];

    /// The effect of the TFS operation on `*at`, and its result.
    ///
    /// # Safety
    ///
    /// `at` is valid for reads and writes, and aligned.
    unsafe fn tfs(at: *mut Self, call: Call<Self>) -> Self;

    /// What we do, and what we return.
    fn ours(at: &Atomic<Self>, call: Call<Self>) -> Self
    where
        Self: latchfree::atomic::AtomicValue;
}

macro_rules! word {
    ($word:ty, $register:ident $(: $modifier:ident)?, $accumulator:tt) => {
        impl Word for $word {
            const BOUNDARIES: [Self; 6] =
                [0, 1, 2, Self::MAX / 2, Self::MAX / 2 + 1, Self::MAX];

            unsafe fn tfs(at: *mut Self, call: Call<Self>) -> Self {
                // SAFETY: the caller's promise; each instruction touches `*at` alone.
                unsafe {
                    match call {
                        Call::Inc => Self::tfs(at, Call::Add(1)).wrapping_add(1),
                        Call::Dec => Self::tfs(at, Call::Add(Self::MAX)).wrapping_sub(1),
                        Call::Add(mut value) => {
                            asm!(
                                concat!("lock xadd [{at}], {value", $(":", stringify!($modifier),)? "}"),
                                at = in(reg) at,
                                value = inout($register) value,
                                options(nostack),
                            );
                            value
                        }
                        Call::Exchange(mut value) => {
                            asm!(
                                concat!("xchg [{at}], {value", $(":", stringify!($modifier),)? "}"),
                                at = in(reg) at,
                                value = inout($register) value,
                                options(nostack),
                            );
                            value
                        }
                        Call::CompareExchange(new, compared) => {
                            let held: Self;
                            asm!(
                                concat!("lock cmpxchg [{at}], {new", $(":", stringify!($modifier),)? "}"),
                                at = in(reg) at,
                                new = in($register) new,
                                inout($accumulator) compared => held,
                                options(nostack),
                            );
                            held
                        }
                    }
                }
            }

            fn ours(at: &Atomic<Self>, call: Call<Self>) -> Self {
                match call {
                    Call::Inc => at.add_fetch(1, Relaxed),
                    Call::Dec => at.sub_fetch(1, Release),
                    Call::Add(value) => at.fetch_add(value, AcqRel),
                    Call::Exchange(value) => at.swap(value, SeqCst),
                    Call::CompareExchange(new, compared) => {
                        let (Ok(held) | Err(held)) =
                            at.compare_exchange(compared, new, AcqRel, Acquire);
                        held
                    }
                }
            }
        }
    };
}

word!(u8, reg_byte, "al");
word!(u16, reg: x, "ax");
word!(u32, reg: e, "eax");
word!(u64, reg, "rax");

/// Runs the calls on both, one after the other.
fn compare<T: Word + latchfree::atomic::AtomicValue>(
    start: T,
    calls: impl IntoIterator<Item = Call<T>>,
) {
    let (mut theirs, ours) = (start, Atomic::new(start));
    for call in calls {
        // SAFETY: a local variable.
        let expected = unsafe { T::tfs(&raw mut theirs, call) };
        assert_eq!(T::ours(&ours, call), expected, "{call:?} of {start:?}");
        assert_eq!(ours.load(Relaxed), theirs, "after {call:?} of {start:?}");
    }
}

/// Every call with every pair of boundary values, on every boundary value.
fn boundaries<T: Word + latchfree::atomic::AtomicValue>() {
    for start in T::BOUNDARIES {
        compare(start, [Call::Inc]);
        compare(start, [Call::Dec]);
        for a in T::BOUNDARIES {
            compare(start, [Call::Add(a)]);
            compare(start, [Call::Exchange(a)]);
            for b in T::BOUNDARIES {
                compare(start, [Call::CompareExchange(a, b)]);
            }
        }
    }
}

/// Random calls, whose comparisons succeed now and then because the values are few.
fn calls<T: Word>(any: BoxedStrategy<T>) -> impl Strategy<Value = Vec<Call<T>>> {
    let value = prop_oneof![any, proptest::sample::select(T::BOUNDARIES.to_vec())].boxed();
    let call = prop_oneof![
        Just(Call::Inc),
        Just(Call::Dec),
        value.clone().prop_map(Call::Add),
        value.clone().prop_map(Call::Exchange),
        (value.clone(), value).prop_map(|(new, compared)| Call::CompareExchange(new, compared)),
    ];
    proptest::collection::vec(call, 0..64)
}

macro_rules! widths {
    ($($word:ident)*) => {$(
        mod $word {
            use super::*;

            #[test]
            fn boundaries() {
                super::boundaries::<$word>();
            }

            proptest! {
                #[test]
                fn sequences(start: $word, calls in calls(any::<$word>().boxed())) {
                    compare(start, calls);
                }
            }
        }
    )*};
}

widths!(u8 u16 u32 u64);

/// The pointer forms, which are the 64-bit ones under another type.
#[test]
fn pointers() {
    let mut objects = [1u32, 2, 3];
    let [a, b, c] = [0, 1, 2].map(|i| &raw mut objects[i]);
    let ours = Atomic::new(a);
    let mut theirs = a.expose_provenance() as u64;
    let call = |theirs: &mut u64, call| {
        // SAFETY: a local variable.
        std::ptr::with_exposed_provenance_mut(unsafe { u64::tfs(theirs, call) } as usize)
    };
    let word = |pointer: *mut u32| pointer.expose_provenance() as u64;

    assert_eq!(ours.swap(b, AcqRel), call(&mut theirs, Call::Exchange(word(b))));
    let (Ok(held) | Err(held)) = ours.compare_exchange(a, c, AcqRel, Acquire);
    assert_eq!(held, call(&mut theirs, Call::CompareExchange(word(c), word(a))));
    let (Ok(held) | Err(held)) = ours.compare_exchange(b, c, AcqRel, Acquire);
    assert_eq!(held, call(&mut theirs, Call::CompareExchange(word(c), word(b))));
    assert_eq!((ours.load(Acquire), word(c)), (c, theirs));
}
