//! Logs: bytes of many writers, in one order, flushed by one thread.
//!
//! Each holds [`BYTES`] bytes of records, those of two halves both together, and is used as its documentation says.

use crate::contend::{Retry, retry, together};
use latchfree::{log, mpsc};
use std::cell::Cell;
use std::rc::Rc;
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use swap_buffer_queue::SynchronizedQueue;
use swap_buffer_queue::write::WriteVecBuffer;

/// How many bytes each holds.
pub const BYTES: usize = 1 << 20;
/// How many records each holds at most, if it counts them.
pub const RECORDS: usize = 1 << 14;

/// A log of records of `N` bytes each.
pub trait Peer<const N: usize> {
    /// Its name in the record.
    const NAME: &'static str;
    /// The writers' side.
    type Writer;
    /// The flusher's side.
    type Flusher;

    /// An empty log.
    fn new() -> (Self::Writer, Self::Flusher);
    /// Appends a record, and waits for room as the peer does. Peers that cannot wait retry.
    fn append(writer: &mut Self::Writer, record: &[u8; N]);
    /// Gives what there is to `sink`, about [`Sink::BYTES`] at the most. Waits for a record as the peer does; peers
    /// that cannot wait retry.
    fn flush(flusher: &mut Self::Flusher, sink: &mut Sink);
}

/// Where the bytes go: a stand-in for the copy of a `write`.
pub struct Sink {
    scratch: Box<[u8; Self::BYTES]>,
    filled: usize,
    /// How many bytes have come.
    total: u64,
    /// The sum of all words that have come, in a debug build.
    sum: u64,
}

impl Sink {
    /// How much is written at a time.
    pub const BYTES: usize = 64 << 10;

    fn new() -> Self {
        let scratch = vec![0; Self::BYTES].into_boxed_slice().try_into().expect("as long");
        Self { scratch, filled: 0, total: 0, sum: 0 }
    }

    /// Copies `bytes` behind those that came before, or to the beginning when the scratch is full.
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(Self::BYTES) {
            if part.len() > Self::BYTES - self.filled {
                self.filled = 0;
            }
            self.scratch[self.filled..][..part.len()].copy_from_slice(part);
            self.filled += part.len();
        }
        std::hint::black_box(&mut self.scratch);
        self.total += bytes.len() as u64;
        if cfg!(debug_assertions) {
            self.sum = self.sum.wrapping_add(sum(bytes));
        }
    }

    /// Panics if this is not what came of `writers` threads that have appended `times` records each.
    fn check<const N: usize>(&self, records: &Records<N>, writers: u64, times: u64) {
        assert_eq!(self.total, writers * times * N as u64, "bytes are missing, or came twice");
        if cfg!(debug_assertions) {
            let sums = (0..times).map(|time| sum(records.get(time)));
            let sum = sums.fold(0, u64::wrapping_add).wrapping_mul(writers);
            assert_eq!(self.sum, sum, "other bytes came than were appended");
        }
    }
}

fn sum(bytes: &[u8]) -> u64 {
    let words = bytes.chunks(8).map(|word| u64::from_le_bytes(word.try_into().expect("words")));
    words.fold(0, u64::wrapping_add)
}

/// The records that are appended: different ones, written long before, so that no load waits for a store.
struct Records<const N: usize>(Vec<[u8; N]>);

impl<const N: usize> Records<N> {
    fn new() -> Self {
        let byte = |record: usize, at: usize| (record * 31 + at * 7) as u8;
        Self((0..16).map(|record| std::array::from_fn(|at| byte(record, at))).collect())
    }

    #[inline]
    fn get(&self, time: u64) -> &[u8; N] {
        std::hint::black_box(&self.0[time as usize % 16])
    }
}

/// Appends `total` records in `writers` threads beside one that flushes; returns how long it took.
pub fn pass<P: Peer<N>, const N: usize>(writers: usize, total: u64) -> Duration
where
    P::Writer: Clone + Send,
    P::Flusher: Send,
{
    let (writer, flusher) = P::new();
    let (each, records) = (total / writers as u64, Records::<N>::new());
    let handles: Vec<_> = (0..writers).map(|_| Mutex::new(Some(writer.clone()))).collect();
    let flusher = Mutex::new(Some((flusher, Sink::new())));
    together(writers + 1, |i| match handles.get(i) {
        Some(handle) => {
            let mut writer = handle.lock().unwrap().take().expect("once");
            (0..each).for_each(|time| P::append(&mut writer, records.get(time)));
        }
        None => {
            let (mut flusher, mut sink) = flusher.lock().unwrap().take().expect("once");
            while sink.total < each * (writers * N) as u64 {
                P::flush(&mut flusher, &mut sink);
            }
            sink.check(&records, writers as u64, each);
        }
    })
}

/// Appends `total` records, and flushes after each `per_flush`, in one thread: no other thread wants the cache lines.
/// Returns the time that it took.
pub fn alone<P: Peer<N>, const N: usize>(total: u64, per_flush: u64) -> Duration {
    let (mut writer, mut flusher) = P::new();
    let (records, mut sink) = (Records::<N>::new(), Sink::new());
    let start = Instant::now();
    for time in 0..total {
        P::append(&mut writer, records.get(time));
        if (time + 1) % per_flush == 0 || time + 1 == total {
            while sink.total < (time + 1) * N as u64 {
                P::flush(&mut flusher, &mut sink);
            }
        }
    }
    let took = start.elapsed();
    sink.check(&records, 1, total);
    took
}

/// Ours.
pub struct Latchfree;

impl<const N: usize> Peer<N> for Latchfree {
    const NAME: &'static str = "latchfree log::buffer";
    type Writer = log::Writer<'static>;
    type Flusher = log::Flusher<'static>;

    fn new() -> (Self::Writer, Self::Flusher) {
        log::buffer(BYTES, RECORDS)
    }
    fn append(writer: &mut Self::Writer, record: &[u8; N]) {
        let mut reservation = writer.reserve(N).expect("open");
        reservation.put(record);
        reservation.commit();
    }
    fn flush(flusher: &mut Self::Flusher, sink: &mut Sink) {
        write(flusher.batch(Sink::BYTES).expect("open"), sink);
    }
}

fn write(batch: log::Batch<'_>, sink: &mut Sink) {
    let (first, second) = batch.bytes();
    sink.write(first);
    sink.write(second);
    batch.release();
}

/// Ours, which retries where it could wait.
pub struct LatchfreeTry;

impl<const N: usize> Peer<N> for LatchfreeTry {
    const NAME: &'static str = "latchfree, trying";
    type Writer = log::Writer<'static>;
    type Flusher = log::Flusher<'static>;

    fn new() -> (Self::Writer, Self::Flusher) {
        log::buffer(BYTES, RECORDS)
    }
    fn append(writer: &mut Self::Writer, record: &[u8; N]) {
        let mut reservation = retry(|| writer.try_reserve(N).ok());
        reservation.put(record);
        reservation.commit();
    }
    fn flush(flusher: &mut Self::Flusher, sink: &mut Sink) {
        retry(|| flusher.try_batch(Sink::BYTES).map(|batch| write(batch, sink)).ok());
    }
}

/// Ours, with a reservation for each 8 records: `N` is the bytes of all of them.
pub struct LatchfreeMany;

impl<const N: usize> Peer<N> for LatchfreeMany {
    const NAME: &'static str = "latchfree, 8 at a time";
    type Writer = log::Writer<'static>;
    type Flusher = log::Flusher<'static>;

    fn new() -> (Self::Writer, Self::Flusher) {
        log::buffer(BYTES, RECORDS)
    }
    fn append(writer: &mut Self::Writer, records: &[u8; N]) {
        let mut reservation = writer.reserve_many(&[N / 8; 8]).expect("open");
        for record in records.chunks_exact(N / 8) {
            reservation.put(record);
        }
        reservation.commit();
    }
    fn flush(flusher: &mut Self::Flusher, sink: &mut Sink) {
        <Latchfree as Peer<N>>::flush(flusher, sink);
    }
}

/// Our queue, with records as values.
pub struct LatchfreeQueue;

impl<const N: usize> Peer<N> for LatchfreeQueue {
    const NAME: &'static str = "latchfree mpsc::bounded";
    type Writer = mpsc::Sender<[u8; N]>;
    type Flusher = mpsc::Receiver<[u8; N]>;

    fn new() -> (Self::Writer, Self::Flusher) {
        mpsc::bounded(BYTES / N)
    }
    fn append(writer: &mut Self::Writer, record: &[u8; N]) {
        writer.send(*record).expect("open");
    }
    fn flush(flusher: &mut Self::Flusher, sink: &mut Sink) {
        sink.write(&flusher.recv().expect("open"));
        flusher.drain(Sink::BYTES / N - 1).for_each(|record| sink.write(&record));
    }
}

/// A ring with headers in the stream. (The channel on it blocks, but without a second check, so for up to 100 ms.)
pub struct NexusLogbuf;

impl<const N: usize> Peer<N> for NexusLogbuf {
    const NAME: &'static str = "nexus-logbuf";
    type Writer = nexus_logbuf::queue::mpsc::Producer;
    type Flusher = nexus_logbuf::queue::mpsc::Consumer;

    fn new() -> (Self::Writer, Self::Flusher) {
        nexus_logbuf::queue::mpsc::new(BYTES)
    }
    fn append(writer: &mut Self::Writer, record: &[u8; N]) {
        let mut retry = Retry::default();
        loop {
            if let Ok(mut claim) = writer.try_claim(N) {
                claim.copy_from_slice(record);
                claim.commit();
                return;
            }
            retry.wait();
        }
    }
    fn flush(flusher: &mut Self::Flusher, sink: &mut Sink) {
        retry(|| {
            sink.write(&flusher.try_claim()?);
            Some(())
        });
        for _ in 1..Sink::BYTES / N {
            match flusher.try_claim() {
                Some(record) => sink.write(&record),
                None => return,
            }
        }
    }
}

/// A queue of frames for one producer: several of them need a lock.
pub struct BbQueue;

/// On the heap, coordinated by atomics, polled.
type Frames = Arc<
    bbqueue::BBQueue<
        bbqueue::traits::storage::BoxedSlice,
        bbqueue::traits::coordination::cas::AtomicCoord,
        bbqueue::traits::notifier::polling::Polling,
    >,
>;

impl<const N: usize> Peer<N> for BbQueue {
    const NAME: &'static str = "bbqueue behind a mutex";
    type Writer = Arc<Mutex<bbqueue::prod_cons::framed::FramedProducer<Frames>>>;
    type Flusher = bbqueue::prod_cons::framed::FramedConsumer<Frames>;

    fn new() -> (Self::Writer, Self::Flusher) {
        let storage = bbqueue::traits::storage::BoxedSlice::new(BYTES);
        let queue = bbqueue::nicknames::GogiGui::new_with_storage(storage);
        (Arc::new(Mutex::new(queue.framed_producer())), queue.framed_consumer())
    }
    fn append(writer: &mut Self::Writer, record: &[u8; N]) {
        retry(|| {
            let producer = writer.lock().unwrap();
            let mut grant = producer.grant(N as u16).ok()?;
            grant.copy_from_slice(record);
            grant.commit(N as u16);
            Some(())
        });
    }
    fn flush(flusher: &mut Self::Flusher, sink: &mut Sink) {
        let mut write = |grant: bbqueue::prod_cons::framed::FramedGrantR<Frames>| {
            sink.write(&grant);
            grant.release();
        };
        write(retry(|| flusher.read().ok()));
        (1..Sink::BYTES / N).map_while(|_| flusher.read().ok()).for_each(write);
    }
}

/// Two buffers, swapped by the flusher without a lock.
pub struct SwapBufferQueue;

impl<const N: usize> Peer<N> for SwapBufferQueue {
    const NAME: &'static str = "swap-buffer-queue";
    type Writer = Arc<SynchronizedQueue<WriteVecBuffer>>;
    type Flusher = Arc<SynchronizedQueue<WriteVecBuffer>>;

    fn new() -> (Self::Writer, Self::Flusher) {
        let queue = Arc::new(SynchronizedQueue::with_capacity(BYTES / 2));
        (Arc::clone(&queue), queue)
    }
    fn append(writer: &mut Self::Writer, record: &[u8; N]) {
        assert!(writer.enqueue(&record[..]).is_ok());
    }
    fn flush(flusher: &mut Self::Flusher, sink: &mut Sink) {
        sink.write(&flusher.dequeue().expect("open"));
    }
}

/// Two buffers behind a lock, swapped by the flusher: the usual hand-written version.
pub struct MutexPair;

/// The buffer that is being filled.
#[derive(Default)]
pub struct Active {
    bytes: Vec<u8>,
    flusher_waits: bool,
    writers_wait: bool,
}

/// What the writers and the flusher of a [`MutexPair`] share.
#[derive(Default)]
pub struct Shared {
    active: Mutex<Active>,
    filled: Condvar,
    swapped: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Active> {
        self.active.lock().unwrap()
    }
}

impl<const N: usize> Peer<N> for MutexPair {
    const NAME: &'static str = "two Vecs, Mutex, Condvar";
    type Writer = Arc<Shared>;
    type Flusher = (Arc<Shared>, Vec<u8>);

    fn new() -> (Self::Writer, Self::Flusher) {
        let shared = Arc::new(Shared::default());
        shared.lock().bytes.reserve_exact(BYTES / 2);
        (Arc::clone(&shared), (shared, Vec::with_capacity(BYTES / 2)))
    }
    fn append(writer: &mut Self::Writer, record: &[u8; N]) {
        let mut active = writer.lock();
        while active.bytes.len() + N > BYTES / 2 {
            active.writers_wait = true;
            active = writer.swapped.wait(active).unwrap();
        }
        active.bytes.extend_from_slice(record);
        // The flag spares all but one writer the system call.
        if std::mem::take(&mut active.flusher_waits) {
            drop(active);
            writer.filled.notify_one();
        }
    }
    fn flush((shared, own): &mut Self::Flusher, sink: &mut Sink) {
        let mut active = shared.lock();
        while active.bytes.is_empty() {
            active.flusher_waits = true;
            active = shared.filled.wait(active).unwrap();
        }
        std::mem::swap(&mut active.bytes, own);
        let writers_wait = std::mem::take(&mut active.writers_wait);
        drop(active);
        if writers_wait {
            shared.swapped.notify_all();
        }
        sink.write(own);
        own.clear();
    }
}

/// Not a log, but what one costs at least: a copy into a ring, and one out of it.
pub struct Copied;

/// What a reservation of one counter costs in addition: a copy, and a locked instruction.
pub struct CopiedAndCounted;

/// A ring of one thread that is never full.
pub struct Ring<const N: usize> {
    records: Box<[Cell<[u8; N]>]>,
    tail: AtomicUsize,
    head: Cell<usize>,
}

impl<const N: usize> Ring<N> {
    fn new() -> (Rc<Self>, Rc<Self>) {
        let records = (0..BYTES / N).map(|_| Cell::new([0; N])).collect();
        let ring = Rc::new(Self { records, tail: AtomicUsize::new(0), head: Cell::new(0) });
        (Rc::clone(&ring), ring)
    }

    #[inline]
    fn put(&self, at: usize, record: &[u8; N]) {
        self.records[at % (BYTES / N)].set(*record);
    }

    fn flush(&self, sink: &mut Sink) {
        let tail = self.tail.load(Ordering::Relaxed);
        let start = self.head.get() % (BYTES / N);
        let records = &self.records[start..][..(tail - self.head.get()).min(BYTES / N - start)];
        // SAFETY: a cell of bytes has their layout, and while the sink reads them, nothing writes: no other thread
        // has the ring, and the sink does not know it.
        sink.write(unsafe { slice::from_raw_parts(records.as_ptr().cast(), size_of_val(records)) });
        self.head.set(self.head.get() + records.len());
    }
}

impl<const N: usize> Peer<N> for Copied {
    const NAME: &'static str = "(limit: a copy)";
    type Writer = Rc<Ring<N>>;
    type Flusher = Rc<Ring<N>>;

    fn new() -> (Self::Writer, Self::Flusher) {
        Ring::new()
    }
    fn append(ring: &mut Self::Writer, record: &[u8; N]) {
        let at = ring.tail.load(Ordering::Relaxed);
        ring.put(at, record);
        ring.tail.store(at + 1, Ordering::Relaxed);
    }
    fn flush(ring: &mut Self::Flusher, sink: &mut Sink) {
        ring.flush(sink);
    }
}

impl<const N: usize> Peer<N> for CopiedAndCounted {
    const NAME: &'static str = "(limit: a copy, a fetch_add)";
    type Writer = Rc<Ring<N>>;
    type Flusher = Rc<Ring<N>>;

    fn new() -> (Self::Writer, Self::Flusher) {
        Ring::new()
    }
    fn append(ring: &mut Self::Writer, record: &[u8; N]) {
        let at = ring.tail.fetch_add(1, Ordering::Relaxed);
        ring.put(at, record);
    }
    fn flush(ring: &mut Self::Flusher, sink: &mut Sink) {
        ring.flush(sink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a debug build the sink compares all bytes.
    #[test]
    fn each_peer_passes_all_bytes() {
        fn alone_and_shared<P: Peer<64> + Peer<512>>()
        where
            <P as Peer<64>>::Writer: Clone + Send,
            <P as Peer<64>>::Flusher: Send,
        {
            alone::<P, 64>(3 * (BYTES / 64) as u64, 64);
            alone::<P, 512>(3 * (BYTES / 512) as u64, 64);
            pass::<P, 64>(2, 3 * (BYTES / 64) as u64);
        }
        alone_and_shared::<Latchfree>();
        alone_and_shared::<LatchfreeTry>();
        alone_and_shared::<LatchfreeMany>();
        alone_and_shared::<LatchfreeQueue>();
        alone_and_shared::<NexusLogbuf>();
        alone_and_shared::<BbQueue>();
        alone_and_shared::<SwapBufferQueue>();
        alone_and_shared::<MutexPair>();
        alone::<Copied, 64>(3 * (BYTES / 64) as u64, 64);
        alone::<CopiedAndCounted, 64>(3 * (BYTES / 64) as u64, 64);
    }

    #[test]
    #[should_panic(expected = "bytes are missing")]
    fn lost_record_is_found() {
        let records = Records::<64>::new();
        let mut sink = Sink::new();
        (0..9).for_each(|time| sink.write(records.get(time)));
        sink.check(&records, 1, 10);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "other bytes came")]
    fn wrong_record_is_found() {
        let records = Records::<64>::new();
        let mut sink = Sink::new();
        (0..9).for_each(|time| sink.write(records.get(time)));
        sink.write(records.get(8));
        sink.check(&records, 1, 10);
    }
}
