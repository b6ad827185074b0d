//! Values whose drops are counted.

use std::cell::RefCell;
use std::rc::Rc;

/// How often each value was dropped.
#[derive(Clone, Default)]
pub(super) struct Ledger(Rc<RefCell<Vec<u32>>>);

/// A value with a number.
pub(super) struct Entry {
    pub(super) id: usize,
    ledger: Ledger,
    panics: bool,
}

impl Ledger {
    /// The next value.
    pub(super) fn entry(&self) -> Entry {
        self.new_entry(false)
    }

    /// The next value, whose drop panics once it is entered.
    pub(super) fn entry_that_panics(&self) -> Entry {
        self.new_entry(true)
    }

    /// The next `count` values.
    pub(super) fn entries(&self, count: usize) -> Vec<Entry> {
        (0..count).map(|_| self.entry()).collect()
    }

    fn new_entry(&self, panics: bool) -> Entry {
        let mut book = self.0.borrow_mut();
        book.push(0);
        Entry { id: book.len() - 1, ledger: self.clone(), panics }
    }

    /// Each value was dropped once, but for those that are `alive`, which were not.
    #[track_caller]
    pub(super) fn check(&self, mut alive: impl Iterator<Item = usize> + Clone) {
        for (id, &drops) in self.0.borrow().iter().enumerate() {
            let expected = u32::from(!alive.clone().any(|other| other == id));
            assert_eq!(drops, expected, "drops of value {id}");
        }
        assert!(alive.all(|id| id < self.0.borrow().len()));
    }

    /// Each value was dropped once.
    #[track_caller]
    pub(super) fn check_all_dropped(&self) {
        self.check(std::iter::empty());
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.ledger.0.borrow_mut()[self.id] += 1;
        assert!(!self.panics, "value {} panics when it is dropped", self.id);
    }
}

/// An iterator that says that it has `says` values, whatever it has.
pub(super) struct Lying {
    pub(super) has: std::vec::IntoIter<Entry>,
    pub(super) says: usize,
}

impl Iterator for Lying {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        self.has.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.says, Some(self.says))
    }
}

impl ExactSizeIterator for Lying {}

/// An iterator that tells a closure how many values are left before it gives the next one away.
pub(super) struct Watched<F: FnMut(usize)> {
    pub(super) has: std::vec::IntoIter<Entry>,
    pub(super) before_each: F,
}

impl<F: FnMut(usize)> Iterator for Watched<F> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        (self.before_each)(self.has.len());
        self.has.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.has.size_hint()
    }
}

impl<F: FnMut(usize)> ExactSizeIterator for Watched<F> {}
