//! The memory orderings as types, so that one which makes no sense does not compile.

use crate::sys::{self, Ordering};
use core::fmt::Debug;

/// No ordering beyond the modification order of the one variable.
///
/// Allowed for every operation but a [`fence`](super::fence()). Right for statistics and for ids, and
/// for any access that a fence beside it orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Relaxed;

/// What follows stays after this load, and sees all that came before the [`Release`] it reads from.
///
/// Allowed for loads, read-modify-writes (whose store is then relaxed) and fences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Acquire;

/// What precedes stays before this store, and is seen by the [`Acquire`] that reads from it.
///
/// Allowed for stores, read-modify-writes (whose load is then relaxed) and fences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Release;

/// [`Acquire`] for the load and [`Release`] for the store of one read-modify-write or fence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AcqRel;

/// [`Acquire`], [`Release`] or both, and one total order of all `SeqCst` operations.
///
/// Allowed everywhere. Needed where two threads each write one variable and read the other's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SeqCst;

/// What every ordering has. Sealed: the five types of this module are all there are.
pub trait AnyOrdering: Copy + Debug + Sealed {
    /// Returns the same ordering as a value of core's enum.
    fn get(self) -> Ordering;
}

/// An ordering that a load can have: [`Relaxed`], [`Acquire`], [`SeqCst`].
///
/// ```compile_fail,E0277
/// # use latchfree::atomic::*;
/// Atomic::new(0u32).load(Release); // a load publishes nothing
/// ```
/// ```compile_fail,E0277
/// # use latchfree::atomic::*;
/// Atomic::new(0u32).load(AcqRel);
/// ```
/// So for the load that a failed compare-and-exchange is:
/// ```compile_fail,E0277
/// # use latchfree::atomic::*;
/// let _ = Atomic::new(0u32).compare_exchange(0, 1, AcqRel, Release);
/// ```
/// ```compile_fail,E0277
/// # use latchfree::atomic::*;
/// let _ = Atomic::new(0u32).compare_exchange_weak(0, 1, AcqRel, AcqRel);
/// ```
/// ```compile_fail,E0277
/// # use latchfree::atomic::*;
/// let _ = Atomic::new(0u32).try_update(AcqRel, Release, |v| Some(v + 1));
/// ```
#[diagnostic::on_unimplemented(
    message = "a load cannot be `{Self}`",
    label = "not an ordering of a load",
    note = "a load is `Relaxed`, `Acquire` or `SeqCst`"
)]
pub trait LoadOrdering: AnyOrdering {}

/// An ordering that a store can have: [`Relaxed`], [`Release`], [`SeqCst`].
///
/// ```compile_fail,E0277
/// # use latchfree::atomic::*;
/// Atomic::new(0u32).store(1, Acquire); // a store reads nothing
/// ```
/// ```compile_fail,E0277
/// # use latchfree::atomic::*;
/// Atomic::new(0u32).store(1, AcqRel);
/// ```
#[diagnostic::on_unimplemented(
    message = "a store cannot be `{Self}`",
    label = "not an ordering of a store",
    note = "a store is `Relaxed`, `Release` or `SeqCst`"
)]
pub trait StoreOrdering: AnyOrdering {}

/// An ordering that a read-modify-write can have: all five.
///
/// ```compile_fail,E0277
/// # use latchfree::atomic::*;
/// Atomic::new(0u32).fetch_add(1, core::sync::atomic::Ordering::SeqCst); // the type, not the enum
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an ordering",
    label = "not an ordering",
    note = "an ordering is `Relaxed`, `Acquire`, `Release`, `AcqRel` or `SeqCst` of `latchfree::atomic`"
)]
pub trait RmwOrdering: AnyOrdering {}

/// An ordering that a fence can have: [`Acquire`], [`Release`], [`AcqRel`], [`SeqCst`].
///
/// ```compile_fail,E0277
/// # use latchfree::atomic::*;
/// fence(Relaxed); // would do nothing
/// ```
/// ```compile_fail,E0277
/// # use latchfree::atomic::*;
/// compiler_fence(Relaxed);
/// ```
#[diagnostic::on_unimplemented(
    message = "a fence cannot be `{Self}`",
    label = "not an ordering of a fence",
    note = "a fence is `Acquire`, `Release`, `AcqRel` or `SeqCst`"
)]
pub trait FenceOrdering: AnyOrdering {
    /// Does what [`fence`](super::fence) does.
    #[doc(hidden)]
    #[inline(always)]
    fn fence(self) {
        sys::fence(self.get());
    }
}

trait Sealed {}
crate::sys::loom_only! {
    impl<O> Sealed for super::site::Site<O> {}
    impl<O> Sealed for super::site::FenceSite<O> {}
}

/// One line an ordering: the operations that may have it.
macro_rules! orderings {
    ($($order:ident: $($operation:ident)*;)*) => {$(
        impl Sealed for $order {}
        impl AnyOrdering for $order {
            #[inline(always)]
            fn get(self) -> Ordering {
                sys::refuse_unseen_model();
                Ordering::$order
            }
        }
        $(impl $operation for $order {})*
    )*};
}

orderings! {
    Relaxed: LoadOrdering StoreOrdering RmwOrdering;
    Acquire: LoadOrdering RmwOrdering FenceOrdering;
    Release: StoreOrdering RmwOrdering FenceOrdering;
    AcqRel: RmwOrdering FenceOrdering;
    SeqCst: LoadOrdering StoreOrdering RmwOrdering FenceOrdering;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_the_value_of_its_name() {
        assert_eq!(Relaxed.get(), Ordering::Relaxed);
        assert_eq!(Acquire.get(), Ordering::Acquire);
        assert_eq!(Release.get(), Ordering::Release);
        assert_eq!(AcqRel.get(), Ordering::AcqRel);
        assert_eq!(SeqCst.get(), Ordering::SeqCst);
        assert_eq!(size_of::<(Relaxed, Acquire, Release, AcqRel, SeqCst)>(), 0);
    }

    /// What is allowed; what is not does not compile (above).
    #[test]
    fn each_operation_has_its_orderings() {
        fn load(order: impl LoadOrdering) -> Ordering {
            order.get()
        }
        fn store(order: impl StoreOrdering) -> Ordering {
            order.get()
        }
        fn exchange(order: impl RmwOrdering) -> Ordering {
            order.get()
        }
        fn fence(order: impl FenceOrdering) -> Ordering {
            order.fence();
            order.get()
        }
        use Ordering as O;
        assert_eq!(
            [load(Relaxed), load(Acquire), load(SeqCst)],
            [O::Relaxed, O::Acquire, O::SeqCst]
        );
        assert_eq!(
            [store(Relaxed), store(Release), store(SeqCst)],
            [O::Relaxed, O::Release, O::SeqCst]
        );
        assert_eq!(
            [exchange(Relaxed), exchange(Acquire), exchange(Release), exchange(AcqRel)],
            [O::Relaxed, O::Acquire, O::Release, O::AcqRel]
        );
        assert_eq!(
            [fence(Acquire), fence(Release), fence(AcqRel), fence(SeqCst), exchange(SeqCst)],
            [O::Acquire, O::Release, O::AcqRel, O::SeqCst, O::SeqCst]
        );
    }
}
