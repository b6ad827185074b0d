//! Adapters of queues with handles that are cloned.

/// Writes an adapter whose methods are one expression each. Without `send` and `recv` it does not wait.
macro_rules! channel {
    ($(#[$doc:meta])* $peer:ident, $name:literal, $producer:ty, $consumer:ty, new $new:expr,
     try_send $try_send:expr, try_recv $try_recv:expr $(, send $send:expr, recv $recv:expr)? $(,)?) => {
        $(#[$doc])*
        pub struct $peer;

        impl<T: Value> Peer<T> for $peer {
            const NAME: &'static str = $name;
            type Producer = $producer;
            type Consumer = $consumer;

            fn new(capacity: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer) {
                let new: fn(usize) -> ($producer, $consumer) = $new;
                let (producer, consumer) = new(capacity);
                (vec![producer; producers], consumer)
            }
            #[inline]
            fn try_send(producer: &mut Self::Producer, value: T) -> bool {
                let try_send: fn(&$producer, T) -> bool = $try_send;
                try_send(producer, value)
            }
            #[inline]
            fn try_recv(consumer: &mut Self::Consumer) -> Option<T> {
                let try_recv: fn(&mut $consumer) -> Option<T> = $try_recv;
                try_recv(consumer)
            }
        }

        $(impl<T: Value> Waiting<T> for $peer {
            #[inline]
            fn send(producer: &mut Self::Producer, value: T) {
                let send: fn(&$producer, T) -> bool = $send;
                assert!(send(producer, value), "the consumer is there");
            }
            #[inline]
            fn recv(consumer: &mut Self::Consumer) -> T {
                let recv: fn(&mut $consumer) -> Option<T> = $recv;
                recv(consumer).expect("a producer is there")
            }
        })?
    };
}

pub(in crate::peers) use channel;
