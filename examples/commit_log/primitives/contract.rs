//! The guarantees that the job relies on, tested on each set of primitives.

use super::*;
use std::collections::BTreeSet;
use std::thread;

/// Each contract is a test on each set.
macro_rules! contracts {
    ($($contract:ident)*) => {
        mod lock_free {$(#[test] fn $contract() { super::$contract::<super::LockFree>(); })*}
        mod locked {$(#[test] fn $contract() { super::$contract::<super::Locked>(); })*}
        mod channel {$(#[test] fn $contract() { super::$contract::<super::Channel>(); })*}
    };
}

contracts! {
    all_records_come_once_and_each_writers_in_order
    records_that_are_appended_together_come_together
    batches_are_within_the_limit
    full_transport_makes_its_writers_wait
    durable_is_what_was_released
    dropped_flusher_ends_all_waits
    nothing_comes_when_the_writers_are_gone
    given_up_record_is_a_filler_or_nothing
    a_position_wakes_those_that_it_reaches
    a_closed_position_ends_all_waits
    a_wait_can_time_out
    counts_add_up
    a_cell_shows_the_last_snapshot
    numbers_come_once
    skipped_numbers_do_not_come
}

/// A frame of a number, a value and some bytes.
#[derive(Clone, Copy, Debug)]
struct Value(u64);

const FILLER: u64 = u64::MAX;

impl Framed for Value {
    fn frame_len(&self) -> usize {
        16 + (self.0 % 5) as usize
    }

    fn prepare(&mut self) {}

    fn write_to(&self, number: u64, out: &mut impl Sink) {
        out.put(&number.to_le_bytes());
        out.put(&self.0.to_le_bytes());
        out.put(&[b'.'; 5][..(self.0 % 5) as usize]);
    }

    fn write_filler(number: u64, length: usize, out: &mut impl Sink) {
        out.put(&number.to_le_bytes());
        out.put(&FILLER.to_le_bytes());
        out.put(&vec![b'-'; length - 16]);
    }
}

const ROOM: Room = Room { bytes: 256, records: 16 };

fn shape(writers: usize) -> Shape {
    Shape { room: ROOM, writers, together: 1 }
}

/// No transport holds more.
const ALL: u64 = 2 * 16;
const NO_LIMIT: Room = Room { bytes: usize::MAX, records: usize::MAX };
const SOON: Duration = Duration::from_millis(20);

/// Reads the numbers and values of a batch, and checks its lengths.
fn read(batch: &impl Batch) -> Vec<(u64, u64)> {
    let bytes = batch.slices().concat();
    let mut rest = &bytes[..];
    let mut frames = Vec::new();
    for length in batch.lengths() {
        let (frame, behind) = rest.split_at(length as usize);
        let number = |at: usize| u64::from_le_bytes(frame[at..at + 8].try_into().unwrap());
        assert!(number(8) == FILLER || Value(number(8)).frame_len() == frame.len());
        frames.push((number(0), number(8)));
        rest = behind;
    }
    assert!(rest.is_empty());
    frames
}

fn all_records_come_once_and_each_writers_in_order<P: Primitives>() {
    let (writers, mut flusher) = P::transport::<Value>(shape(3), 1000);
    let mut received = Vec::new();
    thread::scope(|scope| {
        for (first, mut writer) in (0..).zip(writers) {
            scope.spawn(move || {
                for n in 0..500 {
                    let ticket = writer.append(&mut [Value(3 * n + first)]).unwrap();
                    assert!(n % 100 != 0 || writer.wait_durable(ticket).unwrap() >= ticket);
                }
            });
        }
        while let Some(batch) = flusher.next_batch(NO_LIMIT) {
            received.extend(read(&batch));
            batch.release();
        }
    });
    assert!(received.iter().map(|&(number, _)| number).eq(1000..2500));
    for first in 0..3 {
        let own = received.iter().map(|&(_, value)| value).filter(|value| value % 3 == first);
        assert!(own.eq((0..500).map(|n| 3 * n + first)));
    }
}

fn records_that_are_appended_together_come_together<P: Primitives>() {
    let (writers, mut flusher) = P::transport::<Value>(shape(2), 0);
    let mut received = Vec::new();
    thread::scope(|scope| {
        for (first, mut writer) in [0, 1000].into_iter().zip(writers) {
            scope.spawn(move || {
                for value in (first..first + 300).step_by(3) {
                    writer.append(&mut [value, value + 1, value + 2].map(Value)).unwrap();
                }
            });
        }
        while let Some(batch) = flusher.next_batch(Room { records: 2, ..NO_LIMIT }) {
            received.extend(read(&batch));
            batch.release();
        }
    });
    assert!(received.iter().map(|&(number, _)| number).eq(0..600));
    for group in received.chunks(3) {
        let first = group[0].1;
        assert!(group.iter().map(|&(_, value)| value).eq(first..first + 3), "{group:?}");
    }
}

fn batches_are_within_the_limit<P: Primitives>() {
    let (mut writers, mut flusher) = P::transport::<Value>(shape(1), 0);
    for value in [0, 5, 10, 15, 20, 25] {
        writers[0].append(&mut [Value(value)]).unwrap(); // 16 bytes each
    }
    let limits = [(16, 9, 1), (15, 9, 1), (33, 9, 2), (100, 1, 1), (100, 9, 1)];
    for (bytes, records, expected) in limits {
        let batch = flusher.next_batch(Room { bytes, records }).unwrap();
        assert_eq!(read(&batch).len(), expected, "{bytes} {records}");
        batch.release();
    }
}

fn full_transport_makes_its_writers_wait<P: Primitives>() {
    let (mut writers, mut flusher) = P::transport::<Value>(shape(1), 0);
    let writer = &mut writers[0];
    let accepted =
        (0..ALL).take_while(|&value| writer.try_append(&mut [Value(value)]).is_ok()).count();
    assert!((7..ALL as usize).contains(&accepted), "{accepted}");
    assert_eq!(writer.try_append(&mut [Value(0)]), Err(TryAppendError::Full));
    thread::scope(|scope| {
        let waits = scope.spawn(|| writer.append(&mut [Value(99)]).is_ok());
        thread::sleep(SOON);
        assert!(!waits.is_finished());
        let batch = flusher.next_batch(NO_LIMIT).unwrap();
        // A transport may have room for the one that waits while a batch is taken out of it.
        let records = read(&batch).len();
        assert!(records == accepted || records == accepted + 1, "{records}, {accepted}");
        batch.release();
        assert!(waits.join().unwrap());
    });
}

fn durable_is_what_was_released<P: Primitives>() {
    let (mut writers, mut flusher) = P::transport::<Value>(shape(2), 0);
    let first = writers[0].append(&mut [Value(1)]).unwrap();
    let second = writers[1].append(&mut [Value(2)]).unwrap();
    let third = writers[0].append(&mut [Value(3)]).unwrap();
    let one = Room { bytes: usize::MAX, records: 1 };
    let batch = flusher.next_batch(one).unwrap();
    assert!(writers[0].durable() < first);
    batch.release();
    assert!((first..third).contains(&writers[0].durable()) && writers[1].durable() < second);
    let other = writers.pop().unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(move || writers[0].wait_durable(third));
        flusher.next_batch(one).unwrap().release();
        assert!(other.wait_durable(second).unwrap() >= second);
        thread::sleep(SOON);
        assert!(!waits.is_finished());
        flusher.next_batch(one).unwrap().release();
        assert!(waits.join().unwrap().unwrap() >= third);
    });
}

fn dropped_flusher_ends_all_waits<P: Primitives>() {
    let (mut writers, flusher) = P::transport::<Value>(shape(2), 0);
    let ticket =
        (0..).map_while(|value| writers[0].try_append(&mut [Value(value)]).ok()).last().unwrap();
    thread::scope(|scope| {
        let unacknowledged = writers.pop().unwrap();
        let for_ack = scope.spawn(move || unacknowledged.wait_durable(ticket).err());
        let for_room = scope.spawn(|| writers[0].append(&mut [Value(1)]).err());
        thread::sleep(SOON);
        drop(flusher);
        let closed = (Some(Closed), Some(Closed));
        assert_eq!((for_room.join().unwrap(), for_ack.join().unwrap()), closed);
    });
    assert_eq!(writers[0].try_append(&mut [Value(2)]), Err(TryAppendError::Closed));
}

fn nothing_comes_when_the_writers_are_gone<P: Primitives>() {
    let (mut writers, mut flusher) = P::transport::<Value>(shape(2), 0);
    writers[1].append(&mut [Value(0)]).unwrap();
    drop(writers.pop());
    flusher.next_batch(NO_LIMIT).unwrap().release();
    writers[0].append(&mut [Value(7)]).unwrap();
    assert!(flusher.wait() && flusher.wait());
    let batch = flusher.next_batch(NO_LIMIT).unwrap();
    assert_eq!(read(&batch), [(1, 7)], "a wait loses nothing");
    batch.release();
    thread::scope(|scope| {
        let waits = scope.spawn(|| !flusher.wait() && flusher.next_batch(NO_LIMIT).is_none());
        thread::sleep(SOON);
        assert!(!waits.is_finished());
        drop(writers);
        assert!(waits.join().unwrap());
    });
}

/// Also where the filler lies across the end of a ring.
fn given_up_record_is_a_filler_or_nothing<P: Primitives>() {
    let (mut writers, mut flusher) = P::transport::<Value>(shape(1), 0);
    let (mut records, mut fillers) = (Vec::new(), 0);
    for value in 0..100 {
        writers[0].give_up(&Value(value + 2));
        writers[0].append(&mut [Value(value)]).unwrap();
        let batch = flusher.next_batch(NO_LIMIT).unwrap();
        let (filler, record): (Vec<_>, Vec<_>) =
            read(&batch).into_iter().partition(|&(_, value)| value == FILLER);
        fillers += filler.len();
        records.extend(record.into_iter().map(|(_, value)| value));
        let bytes = batch.slices().concat();
        let unwritten = bytes.windows(5).any(|bytes| bytes == b"begun");
        assert!(!unwritten);
        batch.release();
    }
    assert!(records.into_iter().eq(0..100));
    assert!(fillers == 0 || fillers == 100, "{fillers}");
}

fn a_position_wakes_those_that_it_reaches<P: Primitives>() {
    let position = P::Position::new(5);
    assert_eq!(position.wait_for(5), Ok(5));
    thread::scope(|scope| {
        let near = scope.spawn(|| position.wait_for(6));
        let far = scope.spawn(|| position.wait_for(100));
        thread::sleep(Duration::from_millis(20));
        position.advance_to(8);
        assert_eq!(near.join().unwrap(), Ok(8));
        thread::sleep(Duration::from_millis(20));
        assert!(!far.is_finished());
        position.advance_to(100);
        assert_eq!(far.join().unwrap(), Ok(100));
    });
    position.advance_to(7);
    assert_eq!(position.get(), 100);
}

fn a_closed_position_ends_all_waits<P: Primitives>() {
    let position = P::Position::new(5);
    thread::scope(|scope| {
        let waits = scope.spawn(|| position.wait_for(6));
        let waits_long = scope.spawn(|| position.wait_for_timeout(6, Duration::from_secs(1000)));
        thread::sleep(Duration::from_millis(20));
        position.close();
        assert_eq!(waits.join().unwrap(), Err(Closed));
        assert_eq!(waits_long.join().unwrap(), Err(WaitTimeoutError::Closed));
    });
    assert_eq!(position.wait_for(5), Ok(5));
    assert_eq!(position.wait_for(6), Err(Closed));
}

fn a_wait_can_time_out<P: Primitives>() {
    let position = P::Position::new(5);
    let soon = Duration::from_millis(5);
    assert_eq!(position.wait_for_timeout(6, soon), Err(WaitTimeoutError::Timeout));
    assert_eq!(position.wait_for_timeout(5, Duration::ZERO), Ok(5));
}

fn counts_add_up<P: Primitives>() {
    let count = P::Count::default();
    thread::scope(|scope| {
        for _ in 0..40 {
            let local = count.local();
            scope.spawn(move || (1..=100).for_each(|n| local.add(n)));
        }
    });
    assert_eq!(count.sum(), 40 * 5050);
}

fn a_cell_shows_the_last_snapshot<P: Primitives>() {
    let cell = P::SnapshotCell::new([0_u64; 5]);
    assert_eq!(cell.read(), [0; 5]);
    cell.publish([1, 2, 3, 4, 5]);
    assert_eq!(cell.read(), [1, 2, 3, 4, 5]);
}

fn numbers_come_once<P: Primitives>() {
    let numbers = P::Numbers::starting_at(10);
    let drawn = thread::scope(|scope| {
        let draw = || (0..100).flat_map(|_| numbers.reserve(3)).collect::<Vec<_>>();
        let (one, two) = (scope.spawn(draw), scope.spawn(draw));
        [one.join().unwrap(), two.join().unwrap()].concat()
    });
    assert_eq!(BTreeSet::from_iter(drawn), BTreeSet::from_iter(10..610));
}

fn skipped_numbers_do_not_come<P: Primitives>() {
    let numbers = P::Numbers::starting_at(10);
    numbers.skip_to(5);
    assert_eq!(numbers.reserve(1), 10..11);
    numbers.skip_to(100);
    assert_eq!(numbers.reserve(2), 100..102);
}
