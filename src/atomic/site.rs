//! Ordering sites: each ordering of an algorithm under a name of its own, with its partner.
//!
//! ```text
//! sites! {
//!     /// Opens a read, so that the words are at least as new as the sequence says.
//!     READ_OPEN: Acquire, pairs(WRITE_CLOSE);
//!     /// Keeps the words above from sinking below the re-check.
//!     READ_CHECK: fence(Acquire), pairs(WRITE_MARK);
//!     /// Decides nothing; CLAIM does.
//!     LOOK: Relaxed;
//! }
//! ```
//!
//! In a normal build `READ_OPEN` *is* the ordering type [`Acquire`], so a
//! site costs nothing. Under loom it is a `Site` that returns its ordering, or a weaker
//! one while `weakened` says so: one test binary tries every mutant of every site.
//!
//! The doc comment of a site is the proof obligation: why nothing weaker will do. Its partner is code, and the
//! compiler checks it: it exists, and can meet this site ([`meets`]). A pair is written at one of its ends, mostly
//! at the one that acquires.

use super::{AcqRel, Acquire, Relaxed, Release, SeqCst};

/// Declares the ordering sites of a file; see the [module](self).
macro_rules! sites {
    ($(
        $(#[$doc:meta])*
        $vis:vis $name:ident: $order:ident $(($of:ident))? $(, pairs($($partner:path),+))?;
    )*) => {
        $(
            $(#[$doc])*
            $($(#[doc = concat!("\n\nPairs with `", stringify!($partner), "`.")])+)?
            $vis const $name: $crate::atomic::site::site!(type $order $($of)?) =
                $crate::atomic::site::site!(value $name $order $($of)?);
            $($(const _: () = assert!(
                $crate::atomic::site::meets(&$name, &$partner),
                concat!(stringify!($name), " cannot meet ", stringify!($partner)),
            );)+)?
        )*
        $crate::sys::loom_only! {
            /// The sites above, for the loom tests to weaken one by one.
            pub(crate) const SITES: &[$crate::atomic::site::SiteInfo] = &[$(
                $crate::atomic::site::SiteInfo {
                    pairs: &[$($($partner.info().name),+)?],
                    ..$name.info()
                }
            ),*];
        }
    };
}

/// What a site does with what comes before and after it.
pub(crate) trait Side {
    /// What another site has released is seen behind this one.
    const ACQUIRES: bool;
    /// What comes before this one is seen behind a site that acquires it.
    const RELEASES: bool;
    /// It is in the one order of all sequentially consistent fences.
    const IS_ORDERED: bool;
}

macro_rules! sides {
    ($($order:ident: $acquires:literal $releases:literal $is_ordered:literal;)*) => {$(
        impl Side for $order {
            const ACQUIRES: bool = $acquires;
            const RELEASES: bool = $releases;
            const IS_ORDERED: bool = $is_ordered;
        }
    )*};
}

sides! {
    Relaxed: false false false;
    Acquire: true false false;
    Release: false true false;
    AcqRel: true true false;
    SeqCst: true true true;
}

/// Returns whether one site can be the partner of another: one acquires what the other releases, and a site that
/// needs the one order of all fences meets another in it.
pub(crate) const fn meets<A: Side, B: Side>(_: &A, _: &B) -> bool {
    let is_ordered = !A::IS_ORDERED || B::IS_ORDERED;
    is_ordered && (A::ACQUIRES && B::RELEASES || A::RELEASES && B::ACQUIRES)
}

cfg_if::cfg_if! {
    if #[cfg(all(feature = "loom", any(loom, latchfree_loom)))] {
        mod run_time;
        pub use self::run_time::*;

        /// A site is the run-time stand-in of an ordering type.
        macro_rules! site {
            (type fence $of:ident) => { $crate::atomic::site::FenceSite<$crate::atomic::$of> };
            (type $order:ident) => { $crate::atomic::site::Site<$crate::atomic::$order> };
            (value $name:ident fence $of:ident) => {
                $crate::atomic::site::FenceSite::new(
                    concat!(module_path!(), "::", stringify!($name)),
                    $crate::atomic::$of,
                    $crate::sys::Ordering::$of,
                )
            };
            (value $name:ident $order:ident) => {
                $crate::atomic::site::Site::new(
                    concat!(module_path!(), "::", stringify!($name)),
                    $crate::atomic::$order,
                    $crate::sys::Ordering::$order,
                )
            };
        }
    } else {
        /// A site is an ordering type.
        macro_rules! site {
            (type fence $of:ident) => {
                $crate::atomic::$of
            };
            (type $order:ident) => {
                $crate::atomic::$order
            };
            (value $name:ident fence $of:ident) => {
                $crate::atomic::$of
            };
            (value $name:ident $order:ident) => {
                $crate::atomic::$order
            };
        }
    }
}
pub(crate) use site;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_meet_what_they_can_pair_with() {
        assert!(meets(&Acquire, &Release) && meets(&Release, &Acquire) && meets(&AcqRel, &AcqRel));
        assert!(meets(&SeqCst, &SeqCst) && meets(&Acquire, &SeqCst));
        assert!(!meets(&Acquire, &Acquire) && !meets(&Release, &Release));
        assert!(!meets(&Acquire, &Relaxed) && !meets(&Relaxed, &Release));
        assert!(!meets(&SeqCst, &AcqRel), "that one is not in the order");
    }
}
