//! Atomics that say their ordering in every call, and do not compile if it makes no sense.
//!
//! [`Atomic<T>`] holds an integer, a `bool`, a pointer, an enum or a newtype of yours, and keeps its
//! type: `Atomic<Lsn>` gives and takes `Lsn`s. The orderings are types ([`Relaxed`], [`Acquire`],
//! [`Release`], [`AcqRel`], [`SeqCst`]), so `load(Release)` is a compile error here where core panics
//! at run time. There is no default ordering.
//!
//! # Which one
//!
//! | what the access is for | ordering |
//! | --- | --- |
//! | a count, an id: nothing else is read because of it | [`Relaxed`] |
//! | "it is ready": others read what was written before | store [`Release`], load [`Acquire`] |
//! | take something over from another thread | read-modify-write [`Acquire`], give it back [`Release`] |
//! | drop a reference count | [`Release`], and [`fence`](fence())`(`[`Acquire`]`)` at zero |
//! | two threads write one variable each and read the other's | [`fence`](fence())`(`[`SeqCst`]`)` between the two |
//!
//! # Cost
//!
//! A wrapper is its core type: same size, same alignment, same instructions.
//!
//! | operation | x86_64 | aarch64 (LSE) |
//! | --- | --- | --- |
//! | load | `mov` | `ldr`; `ldar`, `ldapr` from acquire up |
//! | store | `mov`; `xchg` if `SeqCst` | `str`; `stlr` from release up |
//! | swap, take | `xchg` | `swp{a,l,al}` |
//! | fetch_add, fetch_sub | `lock xadd`, or `lock add` if the result is not used | `ldadd{a,l,al}` |
//! | bit_set, bit_clear, bit_toggle | `lock bts`, `btr`, `btc` | `ldset`, `ldclr`, `ldeor` |
//! | compare_exchange | `lock cmpxchg` | `cas{a,l,al}` |
//! | fence | nothing; a locked instruction if `SeqCst` | `dmb ishld`; `dmb ish` from release up |
//!
//! On x86_64 the ordering of a read-modify-write changes nothing, so a program can be wrong there
//! and never show it. On aarch64 it will.
//!
//! # Names
//!
//! They are core's. What core lacks is named after GCC's builtins (`add_fetch` returns the new
//! value, `fetch_add` the old) or says what it does: [`take`](Atomic::take),
//! [`bit_set`](Atomic::bit_set). `fetch_update` is called [`try_update`](Atomic::try_update), as in
//! core from 1.95 on.
//!
//! Core is about to have a type `Atomic<T>` of its own. Where both are at hand, import this one under another
//! name; `&core::sync::atomic::AtomicU64` turns into `&Atomic<u64>` by `From`, and back by `AsRef`.

mod arithmetic;
#[expect(clippy::module_inception, reason = "a file is named after the type in it")]
mod atomic;
mod bits;
mod fence;
mod ordering;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
mod pointer;
#[macro_use]
pub(crate) mod site;
mod value;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
mod words;

pub use self::atomic::Atomic;
pub use self::fence::{compiler_fence, fence};
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub(crate) use self::fence::{fence_heavy, fence_light};
pub use self::ordering::{
    AcqRel, Acquire, AnyOrdering, FenceOrdering, LoadOrdering, Relaxed, Release, RmwOrdering,
    SeqCst, StoreOrdering,
};
pub use self::value::{AtomicBits, AtomicInteger, AtomicValue, Newtype};
crate::sys::native_only! {
    #[cfg(target_has_atomic = "8")]
    mod core_types;
}
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub(crate) use self::words::Words;
