# Live threads are counted by the type of our module, and the sleep in which a database waits for them ends with the last.
s/\batomic::AtomicUsize, //
s/\bAtomicUsize\b/crate::live_threads::LiveThreads/g
s/\bstd::thread::sleep(/self.active_thread_counter.pause(/
