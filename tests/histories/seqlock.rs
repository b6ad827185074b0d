//! Sequence locks: a value is whole and was the last one; busy only beside a writer.

#[path = "../shared/locks.rs"]
mod locks;

use self::locks::Lock;
use crate::check::{History, Spec, Step, at_once, history, is_explained};
use crate::record::{Log, Program, all_are_explained, record};
use crate::scale::rounds;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::seqlock::{Busy, SeqCell, SeqCount, SeqLatch, SeqLock};
use std::sync::Mutex;

/// Both halves the same; a torn one has none.
type Value = [u64; 2];

fn value(n: u64) -> Value {
    [n; 2]
}

fn follow(old: Value) -> Value {
    value(2 * old[0] + 1)
}

#[derive(Debug)]
enum Call {
    Read(Value),
    TryRead(Result<Value, Busy>),
    Write(u64),
    TryWrite(u64, Result<(), Busy>),
    /// The old value.
    Update(Value),
    Version(u64),
}

/// What an update or a write that succeeds replaces and by what, if `state` has the right value for it.
fn replacement(call: &Call, now: Value) -> Option<Value> {
    match *call {
        Call::Write(n) | Call::TryWrite(n, Ok(())) => Some(value(n)),
        Call::Update(old) => (old == now).then(|| follow(old)),
        _ => None,
    }
}

/// A lock whose writers are in the middle for a while; readers keep out.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Locked {
    value: Value,
    version: u64,
    is_written: bool,
}

impl Spec for Locked {
    type Call = Call;
    /// The new value of a write that has begun and not ended.
    type Progress = Option<Value>;

    fn steps(&self, call: &Call, written: &Option<Value>) -> Vec<Step<Self>> {
        let is_so = match *call {
            Call::Read(value) | Call::TryRead(Ok(value)) => !self.is_written && value == self.value,
            Call::TryRead(Err(Busy)) | Call::TryWrite(_, Err(Busy)) => self.is_written,
            Call::Version(version) => version == self.version,
            Call::Write(_) | Call::TryWrite(..) | Call::Update(_) => {
                if let Some(value) = *written {
                    let version = self.version + 1;
                    return at_once(Some(Self { value, version, is_written: false }));
                }
                let new = replacement(call, self.value).filter(|_| !self.is_written);
                let begun = Self { is_written: true, ..self.clone() };
                return new.map(|new| (begun, Some(Some(new)))).into_iter().collect();
            }
        };
        at_once(is_so.then(|| self.clone()))
    }
}

/// A latch: a writer sends readers to the old value, and then to the new one.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Latched {
    value: Value,
    /// How often readers were sent to the other copy.
    switches: u64,
    is_written: bool,
}

#[derive(Clone, Debug, Default, Hash, PartialEq, Eq)]
enum LatchProgress {
    #[default]
    None,
    /// A read began at that many switches.
    Began(u64),
    /// A writer has the lock, has switched once, has switched twice.
    Locked(Value),
    Away(Value),
    Back,
}

impl Spec for Latched {
    type Call = Call;
    type Progress = LatchProgress;

    fn steps(&self, call: &Call, progress: &LatchProgress) -> Vec<Step<Self>> {
        use LatchProgress::{Away, Back, Began, Locked, None};
        let is_so = match (call, progress) {
            (Call::Read(value) | Call::TryRead(Ok(value)), _) => *value == self.value,
            (Call::Version(version), _) => *version == self.switches / 2,
            (Call::TryRead(Err(Busy)), Began(switches)) => *switches != self.switches,
            (Call::TryRead(Err(Busy)), _) => {
                return vec![(self.clone(), Some(Began(self.switches)))];
            }
            (Call::TryWrite(_, Err(Busy)), _) => self.is_written,
            (_, None) => {
                let new = replacement(call, self.value).filter(|_| !self.is_written);
                let locked = Self { is_written: true, ..self.clone() };
                return new.map(|new| (locked, Some(Locked(new)))).into_iter().collect();
            }
            (_, Locked(new)) => {
                let away = Self { switches: self.switches + 1, ..self.clone() };
                return vec![(away, Some(Away(*new)))];
            }
            (_, Away(new)) => {
                let switches = self.switches + 1;
                return vec![(Self { value: *new, switches, is_written: true }, Some(Back))];
            }
            (_, _) => return at_once(Some(Self { is_written: false, ..self.clone() })),
        };
        at_once(is_so.then(|| self.clone()))
    }
}

fn some_calls(lock: &impl Lock<Value>, thread: usize, log: &mut Log<'_, Call>) {
    for number in 0..4 {
        let operation = log.roll(8);
        let n = (thread * 10 + number) as u64;
        log.call(|| match operation {
            0 => Call::Read(lock.read()),
            1..4 => Call::TryRead(lock.try_read()),
            4 => {
                lock.write(value(n));
                Call::Write(n)
            }
            5 => Call::TryWrite(n, lock.try_write(value(n))),
            6 => Call::Update(lock.update(follow)),
            _ => Call::Version(lock.version()),
        });
    }
}

fn round<L: Lock<Value> + Sync>(seed: usize) -> History<Call> {
    let lock = L::from(value(0));
    let lock = &lock;
    let thread =
        |thread| -> Program<'_, Call> { Box::new(move |log| some_calls(lock, thread, log)) };
    record(seed, (1..4).map(thread).collect())
}

const UNLOCKED: Locked = Locked { value: [0; 2], version: 0, is_written: false };
const UNLATCHED: Latched = Latched { value: [0; 2], switches: 0, is_written: false };

#[test]
fn seqlock_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| (UNLOCKED, round::<SeqLock<Value>>(seed)));
}

#[test]
fn seqlatch_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| (UNLATCHED, round::<SeqLatch<Value>>(seed)));
}

/// A cell: one thread writes, the others read.
fn cell_round(seed: usize) -> History<Call> {
    let cell = SeqCell::new(value(0));
    let cell = &cell;
    let write = |log: &mut Log<'_, Call>| {
        let mut writer = cell.writer().expect("the only one");
        for number in 0..4 {
            match log.roll(3) {
                0 => log.call(|| Call::Read(writer.read())),
                1 => log.call(|| Call::Update(writer.update(follow))),
                _ => log.call(|| {
                    writer.write(value(number));
                    Call::Write(number)
                }),
            }
        }
    };
    let read = |log: &mut Log<'_, Call>| {
        for _ in 0..4 {
            match log.roll(6) {
                0 => log.call(|| Call::Read(cell.read())),
                1 => log.call(|| Call::Version(cell.version())),
                _ => log.call(|| Call::TryRead(cell.try_read())),
            }
        }
    };
    record(seed, vec![Box::new(write), Box::new(read), Box::new(read)])
}

#[test]
fn seqcell_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| (UNLOCKED, cell_round(seed)));
}

/// A sequence around data and a lock of the user's own.
#[derive(Default)]
struct Counted {
    count: SeqCount,
    writers: Mutex<()>,
    words: [Atomic<u64>; 2],
}

impl Counted {
    fn words(&self) -> Value {
        self.words.each_ref().map(|word| word.load(Relaxed))
    }

    fn some_calls(&self, thread: usize, log: &mut Log<'_, Call>) {
        for number in 0..4 {
            let operation = log.roll(6);
            let n = (thread * 10 + number) as u64;
            log.call(|| match operation {
                0 => Call::Read(self.count.read(|| self.words())),
                1..4 => Call::TryRead(self.count.try_read(|| self.words())),
                4 => Call::Version(self.count.version()),
                _ => {
                    let _writer = self.writers.lock();
                    let _write = self.count.write();
                    self.words.iter().for_each(|word| word.store(n, Relaxed));
                    Call::Write(n)
                }
            });
        }
    }
}

#[test]
fn seqcount_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| {
        let counted = Counted::default();
        let counted = &counted;
        let thread =
            |thread| -> Program<'_, Call> { Box::new(move |log| counted.some_calls(thread, log)) };
        (UNLOCKED, record(seed, (1..4).map(thread).collect()))
    });
}

#[test]
fn torn_and_old_values_are_refused() {
    let torn = || history([(0, 0, 3, Call::Write(7)), (1, 1, 2, Call::TryRead(Ok([7, 0])))]);
    assert!(!is_explained(&UNLOCKED, &torn()) && !is_explained(&UNLATCHED, &torn()));
    let old = || history([(0, 0, 1, Call::Write(7)), (1, 2, 3, Call::TryRead(Ok(value(0))))]);
    assert!(!is_explained(&UNLOCKED, &old()) && !is_explained(&UNLATCHED, &old()));
    let lost = || history([(0, 0, 3, Call::Update(value(0))), (1, 1, 2, Call::Update(value(0)))]);
    assert!(!is_explained(&UNLOCKED, &lost()) && !is_explained(&UNLATCHED, &lost()));
    let ahead = || history([(0, 0, 3, Call::Version(1)), (1, 4, 5, Call::Write(7))]);
    assert!(!is_explained(&UNLOCKED, &ahead()) && !is_explained(&UNLATCHED, &ahead()));
}

#[test]
fn busy_without_a_writer_is_refused() {
    for busy in [Call::TryRead(Err(Busy)), Call::TryWrite(8, Err(Busy))] {
        let writes = [(0, 0, 1, Call::Write(7)), (0, 4, 5, Call::Write(8))];
        let history = history(writes.into_iter().chain([(1, 2, 3, busy)]));
        assert!(!is_explained(&UNLOCKED, &history) && !is_explained(&UNLATCHED, &history));
    }
}

/// A reader of a latch is not in the way of a writer that stopped in the middle.
#[test]
fn busy_beside_a_latch_that_has_not_switched_is_refused() {
    let after = |began, ended| {
        let write = (0, 0, 9, Call::Write(7));
        let whole = |began, ended| (1, began, ended, Call::Version(1));
        let busy = (1, began, ended, Call::TryRead(Err(Busy)));
        history([write, whole(1, 2), busy])
    };
    assert!(!is_explained(&UNLATCHED, &after(3, 4)), "both switches are over");
    let before = history([(0, 0, 9, Call::Write(7)), (1, 1, 2, Call::TryRead(Err(Busy)))]);
    assert!(is_explained(&UNLATCHED, &before) && is_explained(&UNLOCKED, &before));
}
