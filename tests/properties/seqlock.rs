//! `SeqLock<T>`, `SeqLatch<T>` and `SeqCell<T>` against a plain `T`, for many a `T`.

#[path = "../shared/locks.rs"]
mod locks;

use self::locks::Lock;
use crate::support::{cases, mixed, steps};
use bytemuck::{AnyBitPattern, NoUninit, Zeroable};
use latchfree::seqlock::{Busy, SeqCell, SeqCount, SeqLatch, SeqLock, SeqWriter, WriterTaken};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::Debug;
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64};
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};

/// A step; the numbers are seeds of values.
#[derive(Clone, Copy, Debug)]
enum Op {
    Write(u64),
    TryWrite(u64),
    Update(u64),
    /// An update between whose read and write another write comes.
    UpdateTwice(u64, u64),
    UpdateThatPanics,
}

fn op() -> impl Strategy<Value = Op> {
    let seed = any::<u64>;
    prop_oneof![
        3 => seed().prop_map(Op::Write),
        3 => seed().prop_map(Op::TryWrite),
        3 => seed().prop_map(Op::Update),
        1 => (seed(), seed()).prop_map(|(first, second)| Op::UpdateTwice(first, second)),
        1 => Just(Op::UpdateThatPanics),
    ]
}

/// A lock and its expected value.
struct Subject<T, L> {
    lock: L,
    value: T,
    version: u64,
    of: fn(u64) -> T,
}

impl<T: NoUninit + PartialEq + Debug, L: Lock<T>> Subject<T, L> {
    fn new(of: fn(u64) -> T) -> Self {
        Self { lock: of(0).into(), value: of(0), version: 0, of }
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Write(seed) => {
                self.lock.write((self.of)(seed));
                self.wrote(seed);
            }
            Op::TryWrite(seed) => {
                assert_eq!(self.lock.try_write((self.of)(seed)), Ok(()));
                self.wrote(seed);
            }
            Op::Update(seed) => {
                assert_eq!(self.update(|_, _| seed), self.value);
                self.wrote(seed);
            }
            Op::UpdateTwice(first, second) => {
                let mut runs = 0;
                let old = self.update(|lock, of| {
                    runs += 1;
                    if runs == 1 {
                        lock.write(of(first));
                    }
                    second
                });
                self.wrote(first);
                assert_eq!((runs, old), (2, self.value));
                self.wrote(second);
            }
            Op::UpdateThatPanics => {
                let update = || self.update(|_, _| panic!("in the closure of an update"));
                assert!(catch_unwind(AssertUnwindSafe(update)).is_err());
            }
        }
        self.check();
    }

    /// Updates to what `next` returns the seed of, and sees that it is shown the newest value.
    fn update(&self, mut next: impl FnMut(&L, fn(u64) -> T) -> u64) -> T {
        self.lock.update(|shown| {
            assert_eq!(shown, self.lock.read());
            (self.of)(next(&self.lock, self.of))
        })
    }

    fn wrote(&mut self, seed: u64) {
        self.value = (self.of)(seed);
        self.version += 1;
    }

    fn check(&self) {
        assert_eq!(self.lock.read(), self.value);
        assert_eq!(self.lock.try_read(), Ok(self.value));
        assert_eq!(self.lock.version(), self.version);
    }
}

fn behaves_like_a_plain_value<T: NoUninit + PartialEq + Debug>(of: fn(u64) -> T, ops: &[Op]) {
    let mut lock = Subject::<T, SeqLock<T>>::new(of);
    let mut latch = Subject::<T, SeqLatch<T>>::new(of);
    lock.check();
    latch.check();
    for &op in ops {
        lock.apply(op);
        latch.apply(op);
    }
    assert_eq!(lock.lock.read_bounded(1), Ok(lock.value));
    assert_eq!(lock.lock.into_inner(), lock.value);
    assert_eq!(latch.lock.into_inner(), latch.value);
    cell_behaves_like_a_plain_value(of, ops);
}

/// The steps of a lock, as far as a cell has them, through one writer; and between them the writer is given back, or
/// forgotten.
fn cell_behaves_like_a_plain_value<T: NoUninit + PartialEq + Debug>(of: fn(u64) -> T, ops: &[Op]) {
    let mut cell = SeqCell::new(of(0));
    let (mut value, mut writes) = (of(0), 0);
    for &op in ops {
        let mut writer = cell.writer().expect("the last one was given back");
        assert_eq!((writer.read(), cell.writer().err()), (value, Some(WriterTaken)));
        match op {
            Op::Write(seed) => {
                drop(writer);
                let (mut writer, shared) = cell.split_mut();
                assert_eq!(shared.writer().err(), Some(WriterTaken));
                writer.write(of(seed));
            }
            Op::TryWrite(seed) => {
                writer.write(of(seed));
                std::mem::forget(writer);
                assert_eq!(cell.writer().err(), Some(WriterTaken));
                let (writer, shared) = cell.split_mut();
                assert_eq!(shared.writer().err(), Some(WriterTaken));
                assert_eq!((writer.read(), shared.try_read()), (of(seed), Ok(of(seed))));
            }
            Op::Update(seed) => assert_eq!(update_cell(&cell, &mut writer, || of(seed)), value),
            Op::UpdateTwice(first, second) => {
                assert_eq!(update_cell(&cell, &mut writer, || of(first)), value);
                assert_eq!(update_cell(&cell, &mut writer, || of(second)), of(first));
            }
            Op::UpdateThatPanics => {
                let update = || update_cell(&cell, &mut writer, || panic!("in an update"));
                assert!(catch_unwind(AssertUnwindSafe(update)).is_err());
            }
        }
        (value, writes) = match op {
            Op::Write(seed) | Op::TryWrite(seed) | Op::Update(seed) => (of(seed), writes + 1),
            Op::UpdateTwice(_, second) => (of(second), writes + 2),
            Op::UpdateThatPanics => (value, writes),
        };
        assert_eq!((cell.try_read(), cell.read_bounded(1)), (Ok(value), Ok(value)));
        assert_eq!((cell.read(), cell.version()), (value, writes));
    }
    assert_eq!(cell.into_inner(), value);
}

/// Updates, and sees that until the closure has ended the cell has its old value and this writer.
fn update_cell<T: NoUninit + PartialEq + Debug>(
    cell: &SeqCell<T>,
    writer: &mut SeqWriter<'_, T>,
    next: impl FnOnce() -> T,
) -> T {
    let version = cell.version();
    writer.update(|shown| {
        assert_eq!((cell.try_read(), cell.version()), (Ok(shown), version));
        assert_eq!(cell.writer().err(), Some(WriterTaken));
        next()
    })
}

/// A value of any bytes.
fn plain<T: AnyBitPattern>(seed: u64) -> T {
    let bytes: Vec<u8> = mixed(seed).take(size_of::<T>()).collect();
    bytemuck::pod_read_unaligned(&bytes)
}

#[derive(Clone, Copy, Debug, PartialEq, NoUninit)]
#[repr(u16)]
enum Phase {
    Open = 0x0101,
    Sealed = 0x0202,
    Flushed = 0xff00,
}

impl Phase {
    fn of(seed: u64) -> Self {
        [Self::Open, Self::Sealed, Self::Flushed][seed as usize % 3]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, NoUninit, AnyBitPattern)]
#[repr(transparent)]
struct Lsn(u64);

/// Fields of all sizes, one without a bit to spare, and no padding.
#[derive(Clone, Copy, Debug, PartialEq, NoUninit)]
#[repr(C)]
struct Segment {
    base: Lsn,
    first: NonZeroU32,
    phase: Phase,
    is_dirty: bool,
    level: u8,
}

impl Segment {
    fn of(seed: u64) -> Self {
        Self {
            base: Lsn(seed),
            first: NonZeroU32::MIN.saturating_add(seed as u32),
            phase: Phase::of(seed),
            is_dirty: seed % 2 == 1,
            level: seed as u8,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, NoUninit, AnyBitPattern)]
#[repr(C, align(16))]
struct Aligned16([u64; 4]);

#[derive(Clone, Copy, Debug, PartialEq, NoUninit, AnyBitPattern)]
#[repr(C, align(64))]
struct Aligned64([u8; 64]);

/// Runs a sequence on a lock of each type; without a function, values are of any bytes.
macro_rules! on_each {
    ($ops:expr; $($type:ty $(, $of:expr)?;)*) => {
        $(on_each!(one $ops; $type $(, $of)?);)*
    };
    (one $ops:expr; $type:ty) => {
        behaves_like_a_plain_value::<$type>(plain, $ops)
    };
    (one $ops:expr; $type:ty, $of:expr) => {
        behaves_like_a_plain_value::<$type>($of, $ops)
    };
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn values_of_any_size_are_read_whole(ops in vec(op(), steps(16))) {
        on_each! { &ops;
            (); [u8; 1]; [u8; 2]; [u8; 3]; [u8; 4]; [u8; 5]; [u8; 6]; [u8; 7]; [u8; 8]; [u8; 9];
            [u8; 10]; [u8; 11]; [u8; 12]; [u8; 13]; [u8; 14]; [u8; 15]; [u8; 16]; [u8; 17];
            [u8; 24]; [u8; 64];
        }
    }

    /// Up to a page of memory, in few steps.
    #[test]
    fn large_values_are_read_whole(ops in vec(op(), steps(6))) {
        const BYTES: usize = if cfg!(miri) { 259 } else { 4095 };
        const WORDS: usize = if cfg!(miri) { 40 } else { 512 };
        on_each! { &ops; [u8; 256]; [u8; BYTES]; [u64; WORDS]; }
    }

    #[test]
    fn values_of_any_alignment_are_read_whole(ops in vec(op(), steps(16))) {
        on_each! { &ops;
            [u16; 1]; [u16; 2]; [u16; 3]; [u16; 5]; [u16; 7];
            [u32; 1]; [u32; 2]; [u32; 3]; [u32; 5];
            [u64; 1]; [u64; 2]; [u64; 3];
            u128; [u128; 3]; Aligned16; Aligned64;
        }
    }

    #[test]
    fn values_of_any_type_without_padding_are_read_whole(ops in vec(op(), steps(16))) {
        on_each! { &ops;
            bool, |seed| seed % 2 == 1;
            char, |seed| char::from_u32(seed as u32 % 0xd800).unwrap();
            NonZeroU8, |seed| NonZeroU8::MIN.saturating_add(seed as u8);
            NonZeroU16, |seed| NonZeroU16::MIN.saturating_add(seed as u16);
            NonZeroU64, |seed| NonZeroU64::MIN.saturating_add(seed);
            Option<NonZeroU32>, |seed| NonZeroU32::new(seed as u32 % 3);
            Phase, Phase::of;
            Lsn;
            Segment, Segment::of;
            f64, |seed| seed as f64;
        }
    }
}

#[test]
fn sizes_are_as_documented() {
    assert_eq!(size_of::<SeqLock<[u64; 4]>>(), 40);
    assert_eq!(size_of::<SeqLock<u8>>(), 16);
    assert_eq!(align_of::<SeqLock<u8>>(), align_of::<SeqLock<u64>>());
    assert_eq!(align_of::<SeqLock<Aligned64>>(), 64);
    assert_eq!(size_of::<SeqCell<[u64; 4]>>(), 48);
    assert_eq!(size_of::<SeqCell<u8>>(), 24);
    assert_eq!(size_of::<SeqWriter<'_, [u64; 4]>>(), size_of::<&u8>());
}

/// A panic leaves them whole, so they may be used after it without a word from the user.
#[test]
fn locks_are_unwind_safe() {
    fn is_unwind_safe<T: UnwindSafe + RefUnwindSafe>(_: &T) {}
    is_unwind_safe(&SeqLock::new([0u64; 2]));
    is_unwind_safe(&SeqLatch::new([0u64; 2]));
    is_unwind_safe(&SeqCell::new([0u64; 2]));
    is_unwind_safe(&SeqCell::new([0u64; 2]).writer().unwrap());
    is_unwind_safe(&SeqCount::new());
    is_unwind_safe(&SeqCount::new().write());
}

#[test]
fn locks_can_be_statics() {
    static IN_A_STATIC: SeqLock<Segment> = SeqLock::new(Segment {
        base: Lsn(1),
        first: NonZeroU32::MIN,
        phase: Phase::Open,
        is_dirty: true,
        level: 9,
    });
    IN_A_STATIC.update(|segment| Segment { phase: Phase::Sealed, ..segment });
    let seen = IN_A_STATIC.read();
    assert_eq!((seen.base, seen.phase, seen.level), (Lsn(1), Phase::Sealed, 9));
    assert_eq!(SeqLock::<u32>::default().into_inner(), 0);
    assert_eq!(SeqLock::from(Lsn::zeroed()).read(), Lsn(0));
}

#[test]
fn cells_can_be_statics_and_their_writers_move() {
    static IN_A_STATIC: SeqCell<Lsn> = SeqCell::new(Lsn(1));
    let mut writer = IN_A_STATIC.writer().unwrap();
    let thread = std::thread::spawn(move || {
        assert_eq!(writer.update(|Lsn(n)| Lsn(n + 1)), Lsn(1));
        writer
    });
    let writer = thread.join().unwrap();
    assert_eq!((writer.read(), IN_A_STATIC.read()), (Lsn(2), Lsn(2)));
    assert_eq!(IN_A_STATIC.writer().err(), Some(WriterTaken));
    assert_eq!(SeqCell::<u32>::default().into_inner(), 0);
    assert_eq!(SeqCell::from(Lsn::zeroed()).read(), Lsn(0));
}

#[test]
fn debug_and_display_show_value_and_error() {
    assert_eq!(format!("{:?}", SeqLock::new(7u32)), "SeqLock { value: 7 }");
    assert_eq!(format!("{:?}", SeqCell::new(7u32)), "SeqCell { value: 7 }");
    let cell = SeqCell::new(7u32);
    assert_eq!(format!("{:?}", cell.writer().unwrap()), "SeqWriter { value: 7 }");
    let error: Box<dyn std::error::Error> = Box::new(Busy);
    assert_eq!(
        (error.to_string(), format!("{error:?}")),
        ("a writer was in the way".into(), "Busy".into())
    );
}
