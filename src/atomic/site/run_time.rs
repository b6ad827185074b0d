//! Sites whose ordering is chosen at run time.

use super::Side;
use crate::atomic::{AnyOrdering, FenceOrdering, LoadOrdering, RmwOrdering, StoreOrdering};
use crate::sys::{self, Ordering};
use core::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::thread_local;
use std::vec::Vec;

/// What a site is called and what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteInfo {
    /// Path of the constant, unique in the crate.
    pub name: &'static str,
    /// The ordering in the source.
    pub order: Ordering,
    /// Whether the site is a fence.
    pub is_fence: bool,
    /// The names of its partners, as far as they are written at this site.
    pub pairs: &'static [&'static str],
}

/// A site with a weaker ordering in its place; `None` is a fence left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The site that is weakened.
    pub site: SiteInfo,
    /// What stands there instead.
    pub order: Option<Ordering>,
}

impl SiteInfo {
    /// Returns each ordering that is weaker than this one by a single step.
    ///
    /// One step is enough: if no one-step weakening passes, no weaker ordering does.
    pub fn mutants(self) -> Vec<Mutant> {
        use Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
        let weaker: &[Option<Ordering>] = match (self.is_fence, self.order) {
            (_, SeqCst) => &[Some(AcqRel)],
            (_, AcqRel) => &[Some(Acquire), Some(Release)],
            (true, _) => &[None],
            (false, Acquire | Release) => &[Some(Relaxed)],
            (false, _) => &[],
        };
        weaker.iter().map(|&order| Mutant { site: self, order }).collect()
    }
}

thread_local! {
    // loom runs all threads of a model on the thread that called it, so a test's mutant is
    // seen by its whole model and by no test beside it.
    static WEAKENED: Cell<Option<Mutant>> = const { Cell::new(None) };
    static TOUCHED: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// Runs `model` with one site weakened.
pub fn weakened<R>(mutant: Mutant, model: impl FnOnce() -> R) -> R {
    struct Restore;
    impl Drop for Restore {
        fn drop(&mut self) {
            WEAKENED.set(None);
        }
    }
    WEAKENED.set(Some(mutant));
    let _restore = Restore;
    model()
}

/// Runs `model` and returns, beside its result, the names of the sites that it went through.
pub fn touched<R>(model: impl FnOnce() -> R) -> (R, BTreeSet<&'static str>) {
    TOUCHED.take();
    let result = model();
    (result, TOUCHED.take())
}

/// Returns the ordering to use at `site` now; `None` to leave a fence out.
fn effective(site: SiteInfo) -> Option<Ordering> {
    TOUCHED.with_borrow_mut(|names| names.insert(site.name));
    match WEAKENED.get() {
        Some(mutant) if mutant.site.name == site.name => mutant.order,
        _ => Some(site.order),
    }
}

/// A site of a load, a store or a read-modify-write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site<O> {
    info: SiteInfo,
    _order: O,
}

impl<O> Site<O> {
    pub(crate) const fn new(name: &'static str, _order: O, order: Ordering) -> Self {
        Self { info: SiteInfo { name, order, is_fence: false, pairs: &[] }, _order }
    }

    pub(crate) const fn info(&self) -> SiteInfo {
        self.info
    }
}

impl<O: AnyOrdering> AnyOrdering for Site<O> {
    fn get(self) -> Ordering {
        effective(self.info).expect("an access is never left out")
    }
}
impl<O: LoadOrdering> LoadOrdering for Site<O> {}
impl<O: StoreOrdering> StoreOrdering for Site<O> {}
impl<O: RmwOrdering> RmwOrdering for Site<O> {}

/// A site of a fence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FenceSite<O> {
    info: SiteInfo,
    _order: O,
}

impl<O> FenceSite<O> {
    pub(crate) const fn new(name: &'static str, _order: O, order: Ordering) -> Self {
        Self { info: SiteInfo { name, order, is_fence: true, pairs: &[] }, _order }
    }

    pub(crate) const fn info(&self) -> SiteInfo {
        self.info
    }
}

impl<O: AnyOrdering> AnyOrdering for FenceSite<O> {
    fn get(self) -> Ordering {
        self.info.order
    }
}
impl<O: FenceOrdering> FenceOrdering for FenceSite<O> {
    fn fence(self) {
        if let Some(order) = effective(self.info) {
            sys::fence(order);
        }
    }
}

impl<O: Side> Side for Site<O> {
    const ACQUIRES: bool = O::ACQUIRES;
    const RELEASES: bool = O::RELEASES;
    const IS_ORDERED: bool = O::IS_ORDERED;
}

impl<O: Side> Side for FenceSite<O> {
    const ACQUIRES: bool = O::ACQUIRES;
    const RELEASES: bool = O::RELEASES;
    const IS_ORDERED: bool = O::IS_ORDERED;
}
