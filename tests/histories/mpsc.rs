//! Queues: `Full` with no free slot, `Empty` with nothing claimed, `Stalled` behind an unfinished send alone.

use crate::check::{History, Spec, Step, at_once, history, is_explained};
use crate::record::{Log, Program, all_are_explained, let_others_run, one_is_refused, record};
use crate::scale::rounds;
use latchfree::mpsc::{Consumer, Producer, Ring, Storage, TryRecvError, TrySendError};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A queue whose sends claim slots in order and publish their values one by one, each in two steps.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct Queue {
    capacity: usize,
    /// The slots of the first block, and of each other, of a queue that has blocks: no claim goes beyond one.
    blocks: Option<(usize, usize)>,
    /// How many slots were ever claimed.
    claimed: usize,
    /// The values of claimed slots that were not received, and whether they are published.
    values: VecDeque<(u32, bool)>,
    /// How many slots are taken whose values were received: inside of a drain only.
    received: usize,
    closed: bool,
    producers: usize,
}

/// More than any program sends.
#[cfg(feature = "alloc")]
const UNBOUNDED: usize = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Full,
    Closed,
}
use Refusal::{Closed, Full};

#[derive(Debug)]
enum Call {
    /// `try_send`, or `send_many`: the values, how many of them were sent, and why not the others.
    Send(Vec<u32>, usize, Option<Refusal>),
    TryRecv(Result<u32, TryRecvError>),
    /// The limit of the batch, and the values that came.
    Drain(usize, Vec<u32>),
    Close,
    IsClosed(bool),
    /// A producer's `len`, and its `is_empty` is the same.
    ProducerLen(usize),
    ConsumerLen(usize),
    DropProducer,
    DropConsumer,
}

/// How far a call has come.
#[derive(Clone, Debug, Default, Hash, PartialEq, Eq)]
struct Progress {
    /// A send's claims and publications.
    claimed: usize,
    published: usize,
    /// The reads of a send that does not get all slots that it wants: all claims so far, and the room.
    saw_room: Option<(usize, usize)>,
    /// The reads of a producer's `len`: the freed slots, and the claimed slots.
    saw_head: Option<usize>,
    saw_tail: Option<usize>,
    /// A drain has its values, and has not freed their slots.
    is_drained: bool,
    /// A consumer that is dropped has closed the queue.
    is_closed: bool,
}

impl Queue {
    fn new(capacity: usize, producers: usize) -> Self {
        let values = VecDeque::new();
        let blocks = None;
        Self { capacity, blocks, claimed: 0, values, received: 0, closed: false, producers }
    }

    /// How many slots are claimed and not freed.
    fn taken(&self) -> usize {
        self.values.len() + self.received
    }

    fn rest_of_block(&self) -> usize {
        self.blocks.map_or(usize::MAX, |(first, each)| match first.checked_sub(self.claimed) {
            Some(rest) if rest > 0 => rest,
            _ => each - (self.claimed - first) % each,
        })
    }

    fn room(&self) -> usize {
        self.capacity - self.taken()
    }

    /// After a claim for `values`.
    fn with(&self, values: &[u32]) -> Self {
        let mut queue = self.clone();
        queue.claimed += values.len();
        queue.values.extend(values.iter().map(|&value| (value, false)));
        queue
    }

    fn send(
        &self,
        (items, sent, refusal): (&[u32], usize, Option<Refusal>),
        progress: &Progress,
    ) -> Vec<Step<Self>> {
        let mut steps = Vec::new();
        if progress.published < progress.claimed {
            let mut queue = self.clone();
            let value = items[progress.published];
            if let Some(slot) = queue.values.iter_mut().find(|slot| slot.0 == value) {
                slot.1 = true;
            }
            let published = progress.published + 1;
            let is_last = published == items.len();
            steps.push((queue, (!is_last).then(|| Progress { published, ..progress.clone() })));
        } else if progress.claimed < sent {
            // As many as it still wants; or, if there are fewer, as many as there were when no claim has come since.
            let wanted = (items.len() - progress.claimed).min(self.rest_of_block());
            if self.closed || self.room() == 0 {
                return steps;
            }
            let mut claim = |count| {
                let claimed = progress.claimed + count;
                let queue = self.with(&items[progress.claimed..claimed]);
                let progress = Progress { claimed, saw_room: None, ..progress.clone() };
                steps.push((queue, Some(progress)));
            };
            match progress.saw_room {
                Some((claimed, room)) if claimed == self.claimed => claim(room),
                Some(_) => {}
                None if wanted <= self.room() => claim(wanted),
                None => {}
            }
            if wanted > self.room() && progress.saw_room.is_none() {
                let saw_room = Some((self.claimed, self.room()));
                steps.push((self.clone(), Some(Progress { saw_room, ..progress.clone() })));
            }
        } else {
            let is_so = match refusal {
                Some(Full) => !self.closed && self.room() == 0,
                Some(Closed) => self.closed,
                None => items.is_empty(),
            };
            steps.extend(at_once(is_so.then(|| self.clone())));
        }
        steps
    }

    fn try_recv(&self, result: Result<u32, TryRecvError>) -> Option<Self> {
        let mut queue = self.clone();
        let found = match queue.values.front() {
            Some(&(value, true)) => Ok(value),
            Some((_, false)) => Err(TryRecvError::Stalled),
            None if self.closed => Err(TryRecvError::Closed),
            None => Err(TryRecvError::Empty),
        };
        if found.is_ok() {
            queue.values.pop_front();
        }
        (found == result).then_some(queue)
    }

    /// The values that up to `max` receives would get.
    fn there(&self, max: usize) -> impl Iterator<Item = &u32> {
        self.values.iter().map_while(|(value, published)| published.then_some(value)).take(max)
    }

    /// Receives `count` values, and then frees their slots.
    fn drain(&self, count: usize, progress: &Progress) -> Vec<Step<Self>> {
        let mut queue = self.clone();
        if progress.is_drained {
            queue.received = 0;
            return at_once(Some(queue));
        }
        queue.values.drain(..count);
        queue.received = count;
        vec![(queue, Some(Progress { is_drained: true, ..progress.clone() }))]
    }

    /// Closes, and then drops the values that are there.
    fn drop_consumer(&self, progress: &Progress) -> Vec<Step<Self>> {
        if progress.is_closed {
            return self.drain(self.there(usize::MAX).count(), progress);
        }
        let queue = Self { closed: true, ..self.clone() };
        vec![(queue, Some(Progress { is_closed: true, ..Progress::default() }))]
    }

    /// Two looks, at moments of their own.
    fn producer_len(&self, len: usize, progress: &Progress) -> Vec<Step<Self>> {
        let (head, tail) = (self.claimed - self.taken(), self.claimed);
        let looks = [
            Progress { saw_head: progress.saw_head.or(Some(head)), ..progress.clone() },
            Progress { saw_tail: progress.saw_tail.or(Some(tail)), ..progress.clone() },
        ];
        let step = |progress: Progress| match (progress.saw_head, progress.saw_tail) {
            (Some(head), Some(tail)) => {
                let is_so = tail.saturating_sub(head).min(self.capacity) == len;
                is_so.then(|| (self.clone(), None))
            }
            _ => Some((self.clone(), Some(progress))),
        };
        looks.into_iter().filter_map(step).collect()
    }
}

impl Spec for Queue {
    type Call = Call;
    type Progress = Progress;

    fn steps(&self, call: &Call, progress: &Progress) -> Vec<Step<Self>> {
        let mut queue = self.clone();
        let is_so = match call {
            Call::Send(items, sent, refusal) => {
                return self.send((items, *sent, *refusal), progress);
            }
            Call::Drain(max, values) => {
                let is_so = progress.is_drained || self.there(*max).eq(values);
                return if is_so { self.drain(values.len(), progress) } else { vec![] };
            }
            Call::DropConsumer => return self.drop_consumer(progress),
            Call::ProducerLen(len) => return self.producer_len(*len, progress),
            Call::TryRecv(result) => return at_once(self.try_recv(*result)),
            Call::ConsumerLen(len) => *len == self.taken(),
            Call::IsClosed(closed) => *closed == self.closed,
            Call::Close => {
                queue.closed = true;
                true
            }
            Call::DropProducer => {
                queue.producers -= 1;
                queue.closed |= queue.producers == 0;
                true
            }
        };
        at_once(is_so.then_some(queue))
    }
}

/// Some calls of a producer, `number`, and its end.
fn some_sends<S: Storage<Value = u32>>(
    producer: Producer<S>,
    number: u32,
    log: &mut Log<'_, Call>,
) {
    let mut next = number * 100;
    for _ in 0..4 {
        match log.roll(8) {
            0 => log.call(|| Call::IsClosed(producer.is_closed())),
            1 => log.call(|| Call::ProducerLen(producer.len())),
            2..5 => {
                let items: Vec<u32> = (next..).take(log.roll(4)).collect();
                next += items.len() as u32;
                log.call(|| {
                    let result = producer.try_send_many(items.iter().copied());
                    let (sent, refusal) = match result {
                        Ok(_) => (items.len(), None),
                        Err(e) => (e.sent(), Some(if e.is_closed() { Closed } else { Full })),
                    };
                    Call::Send(items, sent, refusal)
                });
            }
            _ => {
                log.call(|| sent(next, producer.try_send(next)));
                next += 1;
            }
        }
    }
    log.call(|| {
        drop(producer);
        Call::DropProducer
    });
}

/// A `try_send`.
fn sent<P>(value: u32, result: Result<P, TrySendError<u32>>) -> Call {
    let refusal = result.err().map(|error| {
        assert_eq!(error.into_inner(), value);
        if error.is_closed() { Closed } else { Full }
    });
    Call::Send(vec![value], usize::from(refusal.is_none()), refusal)
}

/// Some calls of the consumer, and its end.
fn some_receives<S: Storage<Value = u32>>(mut consumer: Consumer<S>, log: &mut Log<'_, Call>) {
    for _ in 0..6 {
        match log.roll(16) {
            0 => log.call(|| {
                consumer.close();
                Call::Close
            }),
            1 => log.call(|| Call::IsClosed(consumer.is_closed())),
            2..4 => log.call(|| Call::ConsumerLen(consumer.len())),
            4..9 => {
                let max = log.roll(4);
                log.call(|| {
                    let values = consumer.drain(max).collect();
                    Call::Drain(max, values)
                });
            }
            _ => log.call(|| Call::TryRecv(consumer.try_recv())),
        }
    }
    log.call(|| {
        drop(consumer);
        Call::DropConsumer
    });
}

/// A round of a consumer and of a producer or some.
fn round<S: Storage<Value = u32> + Send>(
    (producer, consumer): (Producer<S>, Consumer<S>),
    capacity: usize,
    seed: usize,
) -> (Queue, History<Call>) {
    let mut producers: Vec<_> = (0..seed % 3).map(|_| producer.clone()).collect();
    producers.push(producer);
    let start = Queue::new(capacity, producers.len());
    let sending = (0..).zip(producers).map(|(number, producer)| -> Program<'_, Call> {
        Box::new(move |log| some_sends(producer, number, log))
    });
    let receiving: Program<'_, Call> = Box::new(move |log| some_receives(consumer, log));
    (start, record(seed, sending.chain([receiving]).collect()))
}

/// So few tickets before the wrap that a round passes it.
fn nearly_over(seed: usize) -> u64 {
    (1 << 62) - 1 - (seed % 8) as u64
}

#[test]
fn ring_histories_are_linearizable() {
    fn on<const N: usize>(seed: usize) -> (Queue, History<Call>) {
        round(Ring::<u32, N>::starting_at(nearly_over(seed)).split().unwrap(), N, seed)
    }
    all_are_explained(rounds(600, 2), on::<1>);
    all_are_explained(rounds(600, 2), on::<2>);
    all_are_explained(rounds(600, 2), on::<4>);
}

#[cfg(feature = "alloc")]
#[test]
fn heap_queue_histories_are_linearizable() {
    for capacity in [1, 3, 5] {
        all_are_explained(rounds(400, 2), |seed| {
            let queue = latchfree::mpsc::bounded_starting_at(capacity, nearly_over(seed));
            round(queue, capacity, seed)
        });
    }
}

/// Positions wrap, and a block ends, in the middle.
#[cfg(feature = "alloc")]
#[test]
fn unbounded_queue_histories_are_linearizable() {
    all_are_explained(rounds(1_200, 4), |seed| {
        let queue = latchfree::mpsc::unbounded_starting_at(nearly_over(seed));
        let (start, history) = round(queue, UNBOUNDED, seed);
        let first = ((1 << 62) - nearly_over(seed)) as usize;
        (Queue { blocks: Some((first, 64)), ..start }, history)
    });
}

/// The shortest program that can see a full queue that was not full: two slots, both taken; two producers of
/// which each sends when one more of the values is received. There always is room.
#[test]
fn send_after_receive_finds_room() {
    for seed in 0..rounds(2_000, 4) {
        let ring = Ring::<u32, 2>::starting_at(nearly_over(seed));
        let (producer, mut consumer) = ring.split().unwrap();
        producer.try_send_many([1, 2]).unwrap();
        let received = [(); 2].map(|()| AtomicBool::new(false));
        let send = |value: u32, after: &AtomicBool| {
            while !after.load(Ordering::Acquire) {
                std::hint::spin_loop();
            }
            producer.try_send(value)
        };
        std::thread::scope(|scope| {
            let threads = [(3, &received[0]), (4, &received[1])]
                .map(|(value, after)| scope.spawn(move || send(value, after)));
            for (value, flag) in (1..).zip(&received) {
                assert_eq!(consumer.try_recv(), Ok(value));
                flag.store(true, Ordering::Release);
            }
            for thread in threads {
                assert!(thread.join().unwrap().is_ok(), "round {seed}");
            }
        });
    }
}

#[test]
fn full_with_free_slot_is_refused() {
    let explained = |calls| is_explained(&Queue::new(2, 2), &history(calls));
    let one = |value| Call::Send(vec![value], 1, None);
    let full = || Call::Send(vec![3], 0, Some(Full));
    let sends = || [(0, 0, 1, one(1)), (0, 2, 3, one(2))];
    let receives = |began, ended| (1, began, ended, Call::TryRecv(Ok(1)));
    assert!(explained(sends().into_iter().chain([(0, 4, 5, full())]).collect::<Vec<_>>()));
    assert!(explained(
        sends().into_iter().chain([receives(4, 7), (0, 5, 6, full())]).collect::<Vec<_>>()
    ));
    assert!(!explained(
        sends().into_iter().chain([receives(4, 5), (0, 6, 7, full())]).collect::<Vec<_>>()
    ));
}

#[test]
fn receives_that_were_never_true_are_refused() {
    let explained = |calls: Vec<_>| is_explained(&Queue::new(2, 1), &history(calls));
    let sends = |began, ended| (0, began, ended, Call::Send(vec![1], 1, None));
    let recv = |began, ended, result| (1, began, ended, Call::TryRecv(result));
    // Beside the send, its value may not be claimed, or not published; after it, it is there.
    for result in [Err(TryRecvError::Empty), Err(TryRecvError::Stalled), Ok(1)] {
        assert!(explained(vec![sends(0, 3), recv(1, 2, result)]));
        assert_eq!(explained(vec![sends(0, 1), recv(2, 3, result)]), result.is_ok());
    }
    let drop_producer = |began, ended| (0, began, ended, Call::DropProducer);
    assert!(!explained(vec![
        sends(0, 1),
        drop_producer(2, 3),
        recv(4, 5, Err(TryRecvError::Closed))
    ]));
    assert!(!explained(vec![drop_producer(0, 1), recv(2, 3, Err(TryRecvError::Empty))]));
    let drains = |began, ended, values| (1, began, ended, Call::Drain(2, values));
    assert!(explained(vec![sends(0, 1), drains(2, 3, vec![1])]));
    assert!(!explained(vec![sends(0, 1), drains(2, 3, vec![])]));
}

#[test]
fn batch_that_is_torn_though_it_fits_is_refused() {
    let explained = |values: [u32; 3]| {
        let batch = (0, 0, 9, Call::Send(vec![1, 2], 2, None));
        let other = (1, 1, 8, Call::Send(vec![100], 1, None));
        let drain = (2, 10, 11, Call::Drain(3, values.to_vec()));
        is_explained(&Queue::new(3, 2), &history([batch, other, drain]))
    };
    assert!(explained([1, 2, 100]) && explained([100, 1, 2]));
    assert!(!explained([1, 100, 2]) && !explained([2, 1, 100]));
}

/// A queue that is full by a head from before: as a producer's two loads in the wrong order would have it.
struct StaleHead {
    values: Mutex<VecDeque<u32>>,
    head: AtomicUsize,
    tail: AtomicUsize,
}

impl StaleHead {
    fn try_send(&self, value: u32, wait: impl FnOnce()) -> Result<(), TrySendError<u32>> {
        let head = self.head.load(Ordering::SeqCst);
        wait();
        let mut values = self.values.lock().unwrap();
        if self.tail.load(Ordering::SeqCst) - head >= 2 {
            return Err(TrySendError::Full(value));
        }
        values.push_back(value);
        self.tail.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn try_recv(&self) -> Result<u32, TryRecvError> {
        let value = self.values.lock().unwrap().pop_front().ok_or(TryRecvError::Empty)?;
        self.head.fetch_add(1, Ordering::SeqCst);
        Ok(value)
    }
}

/// Control.
#[test]
#[cfg_attr(miri, ignore = "needs many rounds")]
fn queue_that_is_full_by_a_stale_head_is_refused() {
    one_is_refused(|seed| {
        let queue = StaleHead { values: Mutex::default(), head: 0.into(), tail: 0.into() };
        let queue = &queue;
        let slow: Program<'_, Call> = Box::new(move |log| {
            (0..4).for_each(|n| log.call(|| sent(n, queue.try_send(n, let_others_run))));
        });
        let fast: Program<'_, Call> = Box::new(move |log| {
            for n in 100..110 {
                let_others_run();
                log.call(|| sent(n, queue.try_send(n, || ())));
            }
        });
        let receiving: Program<'_, Call> = Box::new(move |log| {
            for _ in 0..10 {
                let_others_run();
                log.call(|| Call::TryRecv(queue.try_recv()));
            }
        });
        (Queue::new(2, 2), record(seed, vec![slow, fast, receiving]))
    });
}
