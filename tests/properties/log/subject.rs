//! A buffer and its model, side by side: what is asked of the one is asked of the other.

use super::model::{Model, Refusal, Size, State};
use super::wakers::{Probe, caught};
use latchfree::log::{
    Flusher, Reservation, ReserveError, ReserveFuture, TryBatchError, TryReserveError, Writer,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Groups of records that a future can borrow.
const GROUPS: [&[usize]; 7] = [&[], &[0], &[1, 0], &[0, 0, 2], &[3, 1], &[1; 4], &[7, 2]];

#[derive(Clone, Debug)]
pub(super) enum Op {
    Reserve(usize),
    ReserveMany(Vec<usize>),
    /// Fills some more bytes of a reservation.
    Put(Index, usize),
    /// Sees all bytes of a reservation, and writes one.
    Poke(Index, Index),
    Commit(Index),
    Abandon(Index),
    /// Its writer panics.
    Panic(Index),
    /// Begins to reserve, and waits if there is no room. Whether the waker panics.
    Wait(usize, bool),
    WaitMany(usize, bool),
    /// Polls one that waits, woken or not.
    Poll(Index, bool),
    Cancel(Index),
    TryBatch(Batch),
    /// Polls for a batch, with a waker that may panic; if there is none, gives up or leaves the waker.
    PollBatch(Batch, bool, bool),
    CloneWriter,
    DropWriter,
    CloseWriter,
    CloseFlusher,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Batch {
    max_bytes: usize,
    truncated: Option<usize>,
    fills: bool,
    releases: bool,
}

fn batch() -> impl Strategy<Value = Batch> {
    let max_bytes = prop_oneof![3 => 0..20_usize, 1 => Just(usize::MAX)];
    let truncated = prop_oneof![3 => Just(None), 1 => (0..4_usize).prop_map(Some)];
    (max_bytes, truncated, any::<bool>(), prop::bool::weighted(0.8)).prop_map(
        |(max_bytes, truncated, fills, releases)| Batch { max_bytes, truncated, fills, releases },
    )
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let len = || prop_oneof![8 => 0..5_usize, 2 => 0..18_usize, 1 => Just(usize::MAX)];
    let lengths = vec(0..6_usize, 0..5);
    let panics = || prop::bool::weighted(0.1);
    prop_oneof![
        12 => len().prop_map(Op::Reserve),
        4 => lengths.prop_map(Op::ReserveMany),
        10 => (any::<Index>(), 0..7_usize).prop_map(|(which, count)| Op::Put(which, count)),
        3 => (any::<Index>(), any::<Index>()).prop_map(|(which, at)| Op::Poke(which, at)),
        12 => any::<Index>().prop_map(Op::Commit),
        3 => any::<Index>().prop_map(Op::Abandon),
        1 => any::<Index>().prop_map(Op::Panic),
        8 => (len(), panics()).prop_map(|(len, panics)| Op::Wait(len, panics)),
        3 => (0..GROUPS.len(), panics()).prop_map(|(group, panics)| Op::WaitMany(group, panics)),
        6 => (any::<Index>(), panics()).prop_map(|(which, panics)| Op::Poll(which, panics)),
        3 => any::<Index>().prop_map(Op::Cancel),
        12 => batch().prop_map(Op::TryBatch),
        8 => (batch(), panics(), any::<bool>())
            .prop_map(|(batch, panics, stays)| Op::PollBatch(batch, panics, stays)),
        1 => Just(Op::CloneWriter),
        1 => Just(Op::DropWriter),
        1 => prop_oneof![Just(Op::CloseWriter), Just(Op::CloseFlusher)],
    ]
}

/// A reservation, and how much of it was put.
struct Held<'w> {
    reservation: Reservation<'w>,
    filled: u64,
}

/// A task that waits for room.
struct Task<'w> {
    future: Pin<Box<ReserveFuture<'w, 'static>>>,
    lengths: Vec<usize>,
    probe: Arc<Probe>,
    /// Its turn, from its first poll on.
    arrival: usize,
    is_granted: bool,
    /// How often its probe should have been woken.
    wakes: usize,
}

impl Task<'_> {
    fn size(&self) -> Size {
        Size::of(&self.lengths)
    }
}

pub(super) struct Subject<'w, 'b> {
    writer: &'w Writer<'b>,
    flusher: Flusher<'b>,
    clones: Vec<Writer<'b>>,
    held: Vec<Held<'w>>,
    tasks: Vec<Task<'w>>,
    arrivals: usize,
    /// The waker that the flusher has left, and whether it should have been woken.
    parked: Option<(Arc<Probe>, bool)>,
    model: Model,
    next_byte: u8,
}

/// What is left when all writers but the first are gone.
pub(super) struct Rest<'b> {
    flusher: Flusher<'b>,
    model: Model,
}

fn refusal(error: TryReserveError) -> Refusal {
    match error {
        TryReserveError::Full => Refusal::Full,
        TryReserveError::Closed => Refusal::Closed,
        TryReserveError::TooLong => Refusal::TooLong,
    }
}

impl<'w, 'b> Subject<'w, 'b> {
    pub(super) fn new(writer: &'w Writer<'b>, flusher: Flusher<'b>, records: usize) -> Self {
        let bytes = writer.capacity();
        let model = Model {
            capacity: Size { bytes: bytes as u64, records: records as u64 },
            position: flusher.position(),
            record: flusher.record(),
            slots: Default::default(),
            ring: vec![None; bytes],
            is_closed: false,
        };
        let (clones, held, tasks) = Default::default();
        let (arrivals, parked, next_byte) = Default::default();
        Self { writer, flusher, clones, held, tasks, arrivals, parked, model, next_byte }
    }

    pub(super) fn apply(&mut self, op: Op) {
        let (held, tasks) = (self.held.len(), self.tasks.len());
        match op {
            Op::Reserve(len) => self.reserve(&[len], self.writer.try_reserve(len)),
            Op::ReserveMany(lengths) => {
                self.reserve(&lengths, self.writer.try_reserve_many(&lengths));
            }
            Op::Put(which, count) if held > 0 => self.put(which.index(held), count),
            Op::Poke(which, at) if held > 0 => self.poke(which.index(held), at),
            Op::Commit(which) if held > 0 => {
                let Held { reservation, .. } = self.held.swap_remove(which.index(held));
                let (range, records) = (reservation.range(), reservation.records());
                self.marks(records, State::Committed, || assert_eq!(reservation.commit(), range));
            }
            Op::Abandon(which) if held > 0 => {
                let Held { reservation, .. } = self.held.swap_remove(which.index(held));
                self.marks(reservation.records(), State::Abandoned, || drop(reservation));
            }
            Op::Panic(which) if held > 0 => {
                // A waker that panics beside that would end the process.
                self.parked.iter().for_each(|(probe, _)| probe.disarm());
                let Held { reservation, .. } = self.held.swap_remove(which.index(held));
                let records = reservation.records();
                let panics = move || {
                    let _unwound = reservation;
                    std::panic::resume_unwind(Box::new("a writer's"));
                };
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics));
                assert!(result.is_err());
                self.marks(records, State::Abandoned, || ());
            }
            Op::Wait(len, panics) => {
                self.begin(self.writer.reserve_async(len), vec![len], panics);
            }
            Op::WaitMany(group, panics) => {
                let lengths = GROUPS[group];
                self.begin(self.writer.reserve_many_async(lengths), lengths.to_vec(), panics);
            }
            Op::Poll(which, panics) if tasks > 0 => self.poll(which.index(tasks), panics),
            Op::Cancel(which) if tasks > 0 => {
                let task = self.tasks.swap_remove(which.index(tasks));
                caught(|| drop(task));
            }
            Op::TryBatch(batch) => self.try_batch(batch),
            Op::PollBatch(batch, panics, stays) => self.poll_batch(batch, panics, stays),
            Op::CloneWriter => self.clones.push(self.writer.clone()),
            Op::DropWriter => drop(self.clones.pop()),
            Op::CloseWriter => self.close(|subject| subject.writer.close()),
            Op::CloseFlusher => self.close(|subject| subject.flusher.close()),
            Op::Put(..) | Op::Poke(..) | Op::Commit(_) | Op::Abandon(_) | Op::Panic(_) => {}
            Op::Poll(..) | Op::Cancel(_) => {}
        }
    }

    /// What the handles say is so, and all were woken that should have been, once, and no others.
    pub(super) fn check(&mut self) {
        self.grant();
        let Self { writer, flusher, model, .. } = self;
        assert_eq!((flusher.position(), flusher.record()), (model.position, model.record));
        assert_eq!(writer.durable().get(), model.position);
        assert_eq!((writer.is_closed(), flusher.is_closed()), (model.is_closed, model.is_closed));
        if let Some((probe, is_woken)) = &self.parked {
            assert_eq!(probe.wakes(), usize::from(*is_woken), "the flusher's waker");
        }
        for task in &self.tasks {
            assert_eq!(task.probe.wakes(), task.wakes, "one that waits for {:?}", task.lengths);
        }
    }

    /// Grants room to those that wait, in their order, as far as there is room beside what was granted before.
    fn grant(&mut self) {
        let mut taken = self.model.in_flight();
        for task in self.tasks.iter().filter(|task| task.is_granted) {
            taken = taken.plus(task.size());
        }
        let mut waiting: Vec<_> = self.tasks.iter_mut().filter(|task| !task.is_granted).collect();
        waiting.sort_by_key(|task| task.arrival);
        for task in waiting {
            taken = taken.plus(task.size());
            if !self.model.is_closed && !taken.fits(self.model.capacity) {
                break;
            }
            task.is_granted = true;
            task.wakes += 1;
        }
    }

    fn reserve(&mut self, lengths: &[usize], result: Result<Reservation<'w>, TryReserveError>) {
        let expected = self.model.reserve(lengths);
        let got = result.map(|reservation| {
            let told = (reservation.range(), reservation.records());
            self.held.push(Held { reservation, filled: 0 });
            told
        });
        assert_eq!(got.map_err(refusal), expected, "{lengths:?}");
    }

    fn put(&mut self, which: usize, count: usize) {
        let Held { reservation, filled } = &mut self.held[which];
        let bytes: Vec<u8> = (0..count).map(|i| self.next_byte.wrapping_add(i as u8)).collect();
        self.next_byte = self.next_byte.wrapping_add(count as u8);
        let start = reservation.range().start + *filled;
        let fits = count.min((reservation.range().end - start) as usize);
        assert_eq!(reservation.put(&bytes), fits);
        for (position, &byte) in (start..).zip(&bytes[..fits]) {
            self.model.write(position, byte);
        }
        *filled += fits as u64;
        assert_eq!(reservation.remaining() as u64, reservation.len() as u64 - *filled);
    }

    fn poke(&mut self, which: usize, at: Index) {
        let Held { reservation, .. } = &mut self.held[which];
        let range = reservation.range();
        let (first, second) = reservation.as_mut_slices();
        self.model.check_bytes(range.clone(), first, second);
        let len = first.len() + second.len();
        if len > 0 {
            let at = at.index(len);
            self.next_byte = self.next_byte.wrapping_add(1);
            *first.iter_mut().chain(second).nth(at).unwrap() = self.next_byte;
            self.model.write(range.start + at as u64, self.next_byte);
        }
    }

    /// Marks records by `f`, which wakes the flusher if the first of them is next.
    fn marks(&mut self, records: Range<u64>, state: State, f: impl FnOnce()) {
        let is_next = records.start == self.model.record;
        self.model.mark(records, state);
        self.flusher_is_woken(is_next, f);
    }

    /// Does what should wake the flusher, if it has left a waker. A panic of the waker comes out.
    fn flusher_is_woken(&mut self, wakes: bool, f: impl FnOnce()) {
        let parked = self.parked.as_mut().filter(|(_, is_woken)| wakes && !is_woken);
        let panics = parked.is_some_and(|(probe, is_woken)| {
            *is_woken = true;
            probe.is_armed()
        });
        let waiters = self.tasks.iter().any(|task| task.probe.is_armed());
        assert!(caught(f) == panics || waiters);
    }

    fn begin(&mut self, future: ReserveFuture<'w, 'static>, lengths: Vec<usize>, panics: bool) {
        let (probe, arrival) = (Probe::new(panics), self.arrivals);
        self.arrivals += 1;
        let future = Box::pin(future);
        self.tasks.push(Task { future, lengths, probe, arrival, is_granted: false, wakes: 0 });
        self.poll(self.tasks.len() - 1, panics);
    }

    /// Polls a task, which must be done if and only if it can. From now on its new waker counts.
    fn poll(&mut self, which: usize, panics: bool) {
        let mut task = self.tasks.swap_remove(which);
        (task.probe, task.wakes) = (Probe::new(panics), 0);
        let waker = Arc::clone(&task.probe).into();
        let mut polled = None;
        let poll = || polled = Some(task.future.as_mut().poll(&mut Context::from_waker(&waker)));
        // It may hand its grant on, and then the waker of another may panic.
        if caught(poll) {
            // The result is lost, if there was one: a reservation, which is dropped as the poll unwinds.
            return self.lost(task);
        }
        match polled.expect("it has returned") {
            Poll::Ready(result) => {
                let result = result.map_err(|error| match error {
                    ReserveError::Closed => TryReserveError::Closed,
                    ReserveError::TooLong => TryReserveError::TooLong,
                });
                self.reserve(&task.lengths, result);
            }
            Poll::Pending => {
                let refused = self.model.would_reserve(&task.lengths);
                assert_eq!(refused, Err(Refusal::Full));
                if std::mem::take(&mut task.is_granted) {
                    self.grant(); // others, in front of which it waits again
                }
                self.tasks.push(task);
            }
        }
    }

    /// A poll has ended in a panic, of another's waker.
    fn lost(&mut self, task: Task<'w>) {
        assert!(task.is_granted, "a poll without a grant has none to hand on");
        if let Ok((_, records)) = self.model.reserve(&task.lengths) {
            let is_next = records.start == self.model.record;
            self.model.mark(records, State::Abandoned);
            self.flusher_is_woken(is_next, || ());
        }
        caught(|| drop(task));
    }

    fn try_batch(&mut self, batch: Batch) {
        let expected = match (self.model.slots.is_empty(), self.model.is_closed) {
            (false, _) if self.model.is_ready() => Ok(()),
            (false, _) => Err(TryBatchError::Stalled),
            (true, true) => Err(TryBatchError::Closed),
            (true, false) => Err(TryBatchError::Empty),
        };
        let found = self.flusher.try_batch(batch.max_bytes);
        let (model, parked) = (&mut self.model, &mut self.parked);
        match found {
            Ok(found) => {
                assert_eq!(expected, Ok(()));
                if let Some((probe, is_woken)) = parked.take() {
                    assert_eq!((probe.wakes(), probe.wakers()), (usize::from(is_woken), 0));
                }
                let waiters = self.tasks.iter().any(|task| task.probe.is_armed());
                assert!(!caught(|| uses(found, batch, model, &mut self.next_byte)) || waiters);
            }
            Err(error) => assert_eq!(Err(error), expected),
        }
    }

    fn poll_batch(&mut self, batch: Batch, panics: bool, stays: bool) {
        let probe = Probe::new(panics);
        let waker = Arc::clone(&probe).into();
        let is_over = self.model.slots.is_empty() && self.model.is_closed;
        let is_ready = self.model.is_ready();
        let mut future = self.flusher.batch_async(batch.max_bytes);
        let polled = Pin::new(&mut future).poll(&mut Context::from_waker(&waker));
        drop(waker);
        if let (Poll::Pending, true) = (&polled, stays) {
            std::mem::forget(future);
        } else {
            drop(future);
        }
        let model = &mut self.model;
        let mut is_parked = false;
        match polled {
            Poll::Pending => {
                assert!(!is_ready && !is_over);
                is_parked = stays;
            }
            Poll::Ready(Err(_)) => assert!(is_over),
            Poll::Ready(Ok(found)) => {
                assert!(is_ready);
                let waiters = self.tasks.iter().any(|task| task.probe.is_armed());
                assert!(!caught(|| uses(found, batch, model, &mut self.next_byte)) || waiters);
            }
        }
        assert_eq!((probe.wakers(), probe.wakes()), (usize::from(is_parked), 0));
        if let Some((before, is_woken)) = self.parked.take() {
            assert_eq!((before.wakers(), before.wakes()), (0, usize::from(is_woken)));
        }
        self.parked = is_parked.then_some((probe, false));
    }

    fn close(&mut self, f: impl FnOnce(&mut Self)) {
        let mut parked = self.parked.take();
        let wakes = self.model.slots.is_empty();
        let mut panics = self.tasks.iter().any(|task| task.probe.is_armed());
        if let Some((probe, is_woken)) = parked.as_mut().filter(|it| wakes && !it.1) {
            *is_woken = true;
            panics |= probe.is_armed();
        }
        assert!(!caught(|| f(self)) || panics);
        self.parked = parked;
        self.model.is_closed = true;
    }

    /// The flusher goes first. All that wait learn of it; what was committed is not durable.
    pub(super) fn flusher_goes(mut self) {
        let Self { writer, flusher, model, .. } = self;
        let end = model.position + model.in_flight().bytes;
        caught(|| drop(flusher));
        assert!(writer.is_closed() && writer.durable().is_closed());
        assert_eq!(writer.durable().get(), model.position);
        if let Some((probe, _)) = self.parked.take() {
            assert_eq!(probe.wakers(), 0);
        }
        for Held { reservation, .. } in self.held {
            let is_below = writer.durable().get() < reservation.range().end;
            assert!(is_below || reservation.is_empty());
            assert!(reservation.commit().end <= end);
        }
        for mut task in self.tasks {
            assert!(task.probe.wakes() > 0);
            let waker = Arc::clone(&task.probe).into();
            let polled = task.future.as_mut().poll(&mut Context::from_waker(&waker));
            assert!(matches!(polled, Poll::Ready(Err(ReserveError::Closed))));
        }
    }

    /// One reservation is never finished with: the flusher gets what is before it, and stays there, and says so.
    pub(super) fn forgets(mut self) {
        self.tasks.drain(..).for_each(|task| _ = caught(|| drop(task)));
        if let Some((probe, _)) = &self.parked {
            probe.disarm();
        }
        let forgotten = self.held.pop().map(|held| {
            let records = held.reservation.records();
            std::mem::forget(held);
            records
        });
        for held in std::mem::take(&mut self.held) {
            self.model.mark(held.reservation.records(), State::Committed);
            held.reservation.commit();
        }
        self.writer.close();
        let Self { mut flusher, model, .. } = self;
        let hole = forgotten.map_or(model.record + model.slots.len() as u64, |it| it.start);
        while flusher.record() < hole {
            let mut batch = flusher.try_batch(usize::MAX).unwrap();
            let records = (hole - model.record).min(batch.records().len() as u64);
            batch.truncate(records as usize);
            batch.release();
        }
        let is_hole = hole < model.record + model.slots.len() as u64;
        let expected = if is_hole { TryBatchError::Stalled } else { TryBatchError::Closed };
        for _ in 0..2 {
            assert_eq!(flusher.try_batch(1).unwrap_err(), expected);
        }
        #[cfg(feature = "std")]
        if is_hole {
            use latchfree::log::BatchTimeoutError;
            let in_time = flusher.batch_timeout(1, std::time::Duration::ZERO);
            assert_eq!(in_time.unwrap_err(), BatchTimeoutError::Timeout);
        }
    }

    /// Ends the waits, and abandons what is reserved.
    pub(super) fn without_waiters(mut self) -> Rest<'b> {
        if let Some((probe, _)) = &self.parked {
            probe.disarm();
        }
        self.tasks.drain(..).for_each(|task| _ = caught(|| drop(task)));
        for held in std::mem::take(&mut self.held) {
            self.model.mark(held.reservation.records(), State::Abandoned);
            drop(held.reservation);
        }
        Rest { flusher: self.flusher, model: self.model }
    }
}

impl Rest<'_> {
    /// The last writer is gone: the flusher gets all there is, and then the end.
    pub(super) fn drains(self) {
        let Self { mut flusher, mut model } = self;
        assert!(flusher.is_closed());
        let batch = Batch { max_bytes: 3, truncated: None, fills: true, releases: true };
        while !model.slots.is_empty() {
            uses(flusher.try_batch(3).unwrap(), batch, &mut model, &mut 0);
        }
        assert_eq!(flusher.try_batch(3).unwrap_err(), TryBatchError::Closed);
        assert_eq!(flusher.position(), model.position);
    }
}

/// Does with a batch what is to be done, and checks what it has.
fn uses(mut found: latchfree::log::Batch<'_>, batch: Batch, model: &mut Model, next_byte: &mut u8) {
    let mut slots = model.batch(batch.max_bytes);
    if let Some(records) = batch.truncated {
        found.truncate(records);
        slots.truncate(records);
    }
    let len = slots.iter().map(|slot| slot.len).sum::<u64>();
    assert_eq!(found.range(), model.position..model.position + len);
    assert_eq!((found.len() as u64, found.records().len()), (len, slots.len()));
    if batch.fills {
        found.fill_abandoned(|record, first, second| {
            model.check_bytes(record.range.clone(), first, second);
            for (position, byte) in record.range.zip(first.iter_mut().chain(second)) {
                *next_byte = next_byte.wrapping_add(1);
                *byte = *next_byte;
                model.write(position, *next_byte);
            }
        });
    }
    let (mut number, mut position) = (model.record, model.position);
    for (record, slot) in found.records().zip(&slots) {
        assert_eq!((record.number, record.range), (number, position..position + slot.len));
        assert_eq!(record.is_abandoned, slot.state == State::Abandoned);
        number += 1;
        position += slot.len;
    }
    let (first, second) = found.bytes();
    model.check_bytes(found.range(), first, second);
    if batch.releases {
        model.release(slots.len());
        found.release();
    }
}
