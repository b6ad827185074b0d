//! Ordering sites: each ordering of an algorithm under a name of its own.
//!
//! ```text
//! sites! {
//!     /// Opens a read: pairs with WRITE_CLOSE, ...
//!     READ_OPEN: Acquire,
//!     /// Keeps the words above from sinking below the re-check: pairs with WRITE_MARK, ...
//!     READ_CHECK: fence(Acquire),
//! }
//! ```
//!
//! In a normal build `READ_OPEN` *is* the ordering type [`Acquire`](crate::atomic::Acquire), so a
//! site costs nothing. Under loom it is a `Site` that answers with its ordering, or with a weaker
//! one while `weakened` says so: one test binary tries every mutant of every site.
//!
//! The doc comment of a site is the proof obligation: its partner, and why nothing weaker will do.

/// Declares the ordering sites of a file; see the [module](self).
macro_rules! sites {
    ($($(#[$doc:meta])* $vis:vis $name:ident: $order:ident $(($of:ident))?,)*) => {
        $(
            $(#[$doc])*
            $vis const $name: $crate::atomic::site::site!(type $order $($of)?) =
                $crate::atomic::site::site!(value $name $order $($of)?);
        )*
        $crate::sys::loom_only! {
            /// The sites above, for the loom tests to weaken one by one.
            pub(crate) const SITES: &[$crate::atomic::site::SiteInfo] = &[$($name.info()),*];
        }
    };
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
