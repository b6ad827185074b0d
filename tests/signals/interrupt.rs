//! Code that is interrupted, and its handler.
//!
//! A scenario calls [`interrupted`] once. The call returns many times: once for each instruction of `main`,
//! after a run in which the handler came in front of that instruction. It does so in processes that branch off:
//! at each instruction the whole process is copied, the copy runs the handler there and then the rest of the
//! scenario, and the original goes on to the next instruction. (To run `main` anew for each instruction would take
//! the square of their number of steps.)
//!
//! With a [timer](Mode::Timer) in place of the trap flag, the scenario is repeated instead.

use std::cell::Cell;
use std::fmt;
use std::mem;
use std::sync::atomic::{Ordering, compiler_fence};

/// What interrupts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A timer, at some moment of `main` or right after it.
    Timer,
    /// The processor's trap flag, at each instruction.
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    EachInstruction,
}

/// What can be had here.
pub(crate) const MODES: &[Mode] = &[
    Mode::Timer,
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    Mode::EachInstruction,
];

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timer => "timer",
            #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
            Self::EachInstruction => "each instruction",
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    Before,
    During,
    After,
}

type Handler = *mut dyn FnMut();

// All of these are read in handlers: they have no destructor and no lazy beginning.
thread_local! {
    static MODE: Cell<Mode> = const { Cell::new(Mode::Timer) };
    static ROUND: Cell<u32> = const { Cell::new(0) };
    /// So long a timed scenario waits before it runs `main`.
    static SPINS: Cell<u32> = const { Cell::new(100) };
    static MAIN_RUNS: Cell<bool> = const { Cell::new(false) };
    /// When the timer's signal came, to `main`.
    static CAME: Cell<Came> = const { Cell::new(Came::After) };
    /// The scenario's handler, until it has run.
    static HANDLER: Cell<Option<Handler>> = const { Cell::new(None) };
    /// Whether this process has branched off.
    static IS_BRANCH: Cell<bool> = const { Cell::new(false) };
    /// How many instructions were stepped through.
    static STEPS: Cell<u32> = const { Cell::new(0) };
    /// How many of the scenario's runs the handler came into the middle of.
    static INTERRUPTED: Cell<u32> = const { Cell::new(0) };
    /// Whether a branch has failed.
    static BRANCH_FAILED: Cell<bool> = const { Cell::new(false) };
}

/// Called before each run of a scenario.
pub(crate) fn begin(mode: Mode, round: u32) {
    MODE.set(mode);
    ROUND.set(round);
    BRANCH_FAILED.set(false);
    on_signal(libc::SIGALRM, on_alarm);
}

pub(crate) fn is_branch() -> bool {
    IS_BRANCH.get()
}

pub(crate) fn exit_branch(went_well: bool) -> ! {
    // SAFETY: ends the process, without the clean-up that is the original's.
    unsafe { libc::_exit(i32::from(!went_well)) }
}

/// How often `main` was interrupted.
pub(crate) fn interruptions() -> u32 {
    STEPS.get() + INTERRUPTED.get()
}

/// A child process has reported its own failures.
pub(crate) fn branches_went_well() -> bool {
    !BRANCH_FAILED.get()
}

/// Runs `main`, and `handler` once, in a signal handler that interrupts it, or else right after it.
pub(crate) fn interrupted<R>(main: impl FnOnce() -> R, mut handler: impl FnMut()) -> R {
    interruptible(main, &mut handler, |main| match MODE.get() {
        Mode::Timer => {
            // From round to round this finds the delay with which the signal comes in the middle of `main`, and
            // then stays about there.
            let spins = SPINS.get();
            let (some, jitter) = (1 + spins / 16, ROUND.get() % 5);
            set_timer(30);
            (0..spins).for_each(|_| std::hint::spin_loop());
            MAIN_RUNS.set(true);
            let result = main();
            SPINS.set(match CAME.get() {
                Came::Before => spins.saturating_sub(some),
                Came::During => (spins + some / 4 * jitter).saturating_sub(some / 2),
                Came::After => spins + some,
            });
            result
        }
        #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
        Mode::EachInstruction => trap::stepped(main),
    })
}

/// Runs `main`, which blocks until `handler` has run. A timer runs that, sooner or later.
#[cfg(feature = "std")]
pub(crate) fn blocked<R>(main: impl FnOnce() -> R, mut handler: impl FnMut()) -> R {
    interruptible(main, &mut handler, |main| {
        set_timer([1, 20, 300, 3_000][ROUND.get() as usize % 4] + ROUND.get() % 50);
        MAIN_RUNS.set(true);
        main()
    })
}

fn interruptible<M, R>(main: M, handler: &mut dyn FnMut(), run: impl FnOnce(M) -> R) -> R {
    // SAFETY: only the lifetime changes. The handler is taken out before this function returns.
    let handler = unsafe { mem::transmute::<*mut (dyn FnMut() + '_), Handler>(handler) };
    CAME.set(Came::After);
    HANDLER.set(Some(handler));
    compiler_fence(Ordering::SeqCst);
    let result = run(main);
    set_timer(0);
    MAIN_RUNS.set(false);
    INTERRUPTED.set(INTERRUPTED.get() + u32::from(CAME.get() == Came::During));
    run_handler();
    compiler_fence(Ordering::SeqCst);
    result
}

/// Runs the scenario's handler, unless that was done.
fn run_handler() {
    if let Some(handler) = HANDLER.take() {
        // SAFETY: `interruptible` is on the stack, so the handler is there; and it is taken once.
        unsafe { (*handler)() }
    }
}

/// `SIGALRM`, in that many microseconds; never, if zero.
fn set_timer(microseconds: u32) {
    let never = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let value = libc::timeval { tv_sec: 0, tv_usec: microseconds as libc::suseconds_t };
    let timer = libc::itimerval { it_interval: never, it_value: value };
    // SAFETY: `timer` is what it wants, and the old one is not asked for.
    let result =
        unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, std::ptr::null_mut()) };
    assert_eq!(result, 0);
}

type OnSignal = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

fn on_signal(signal: libc::c_int, handler: OnSignal) {
    // SAFETY: all zeros is a valid `sigaction`, with an empty mask.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = handler as libc::sighandler_t;
    action.sa_flags = libc::SA_SIGINFO;
    // SAFETY: `action` is complete, and its handler does only what handlers may.
    let result = unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) };
    assert_eq!(result, 0);
}

/// The timer's signal; in a branch, the end of its time.
extern "C" fn on_alarm(_: libc::c_int, _: *mut libc::siginfo_t, _: *mut libc::c_void) {
    if is_branch() {
        complain(b"  it hangs\n");
        exit_branch(false);
    }
    CAME.set(if MAIN_RUNS.get() { Came::During } else { Came::Before });
    run_handler();
}

/// Writes to standard error, from a handler.
fn complain(message: &[u8]) {
    // SAFETY: the message is as long as it says.
    unsafe { libc::write(libc::STDERR_FILENO, message.as_ptr().cast(), message.len()) };
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod trap {
    use super::{BRANCH_FAILED, IS_BRANCH, STEPS, complain, on_signal, run_handler, set_timer};
    use std::arch::asm;
    use std::io::Write;

    /// In the processor's flags: a trap after each instruction.
    const TRAP_FLAG: i64 = 0x100;

    /// A branch that takes longer hangs.
    const BRANCH_SECONDS: u32 = 10;

    /// Runs `main` with a trap after each of its instructions.
    pub(super) fn stepped<R>(main: impl FnOnce() -> R) -> R {
        on_signal(libc::SIGTRAP, on_trap);
        // SAFETY: sets the flag, whose traps `on_trap` handles; the stack is as it was.
        unsafe { asm!("pushfq", "or qword ptr [rsp], 0x100", "popfq") };
        let result = main();
        // SAFETY: clears the flag.
        unsafe { asm!("pushfq", "and qword ptr [rsp], -0x101", "popfq") };
        result
    }

    extern "C" fn on_trap(_: libc::c_int, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
        // SAFETY: with `SA_SIGINFO`, that is what the third argument points to.
        let registers = unsafe { &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
        // SAFETY: this thread's own.
        let errno = unsafe { *libc::__errno_location() };
        STEPS.set(STEPS.get() + 1);
        // Not `fork`, which takes locks of the allocator: the interrupted code may have them.
        // SAFETY: the process is one thread, and goes on in both as after any signal.
        let branch = unsafe { libc::syscall(libc::SYS_fork) } as libc::pid_t;
        if branch == 0 {
            IS_BRANCH.set(true);
            registers[libc::REG_EFL as usize] &= !TRAP_FLAG;
            // SAFETY: no preconditions.
            unsafe { libc::alarm(BRANCH_SECONDS) };
            run_handler();
        } else if !went_well(branch) {
            BRANCH_FAILED.set(true);
            registers[libc::REG_EFL as usize] &= !TRAP_FLAG; // one is enough
            say_where(registers[libc::REG_RIP as usize]);
        } else if is_about_to_block(registers) {
            // No more steps until there is a reason to go on: the handler has to come while it blocks.
            registers[libc::REG_EFL as usize] &= !TRAP_FLAG;
            set_timer(2_000);
        }
        // SAFETY: this thread's own.
        unsafe { *libc::__errno_location() = errno };
    }

    fn went_well(branch: libc::pid_t) -> bool {
        let mut status = 0;
        // SAFETY: `status` is ours.
        (unsafe { libc::waitpid(branch, &raw mut status, 0) } == branch) && status == 0
    }

    fn say_where(instruction: i64) {
        let mut message = [0; 100];
        let mut rest = &mut message[..];
        let step = STEPS.get();
        let _ = writeln!(rest, "  with the handler at step {step}, in front of {instruction:#x}");
        let left = rest.len();
        complain(&message[..100 - left]);
    }

    /// Whether the next instruction is a system call that blocks.
    fn is_about_to_block(registers: &[i64]) -> bool {
        let register = |name: libc::c_int| registers[name as usize];
        let next = register(libc::REG_RIP) as *const [u8; 2];
        // SAFETY: the processor is about to read it.
        let is_call = unsafe { next.read_unaligned() } == [0x0f, 0x05];
        let command = register(libc::REG_RSI) as libc::c_int & libc::FUTEX_CMD_MASK;
        is_call
            && register(libc::REG_RAX) == libc::SYS_futex
            && [libc::FUTEX_WAIT, libc::FUTEX_WAIT_BITSET].contains(&command)
    }

    const WORDS: usize = 16;

    /// The tests are as good as this: all states between any two instructions are seen.
    pub(super) fn each_instruction_is_interrupted() {
        use std::sync::atomic::{AtomicU32, Ordering};
        // SAFETY: new memory, shared with all branches.
        let seen = unsafe {
            let (all, shared) =
                (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
            let page = libc::mmap(std::ptr::null_mut(), 4096, all, shared, -1, 0);
            assert_ne!(page, libc::MAP_FAILED);
            &*page.cast::<AtomicU32>()
        };
        let mut words = [0u8; WORDS];
        let first = &raw mut words;
        super::interrupted(
            // SAFETY: sets each of the 16 bytes.
            || unsafe {
                asm!(
                    "2: mov byte ptr [{at}], 1", "inc {at}", "cmp {at}, {end}", "jne 2b",
                    at = inout(reg) first => _, end = in(reg) first.cast::<u8>().add(WORDS),
                )
            },
            || {
                // SAFETY: `words` is there.
                let set =
                    unsafe { first.read_volatile() }.iter().filter(|&&byte| byte == 1).count();
                seen.fetch_or(1 << set, Ordering::Relaxed);
            },
        );
        if super::MODE.get() == super::Mode::EachInstruction && !super::is_branch() {
            assert!(STEPS.get() > 4 * WORDS as u32);
            assert_eq!(seen.load(Ordering::Relaxed), (1 << (WORDS + 1)) - 1);
        }
    }
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn each_instruction_is_interrupted() {
    trap::each_instruction_is_interrupted();
}

/// A branch that fails is noticed, and only that one.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn branch_that_fails_is_noticed() {
    if MODE.get() != Mode::EachInstruction {
        return;
    }
    let changing = Cell::new(false);
    let seen = Cell::new(false);
    std::panic::set_hook(Box::new(|_| ()));
    interrupted(
        || {
            changing.set(true);
            compiler_fence(Ordering::SeqCst);
            changing.set(false);
        },
        || seen.set(changing.get()),
    );
    if is_branch() {
        assert!(!seen.get(), "the state between both stores");
    } else {
        assert!(BRANCH_FAILED.replace(false));
    }
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
crate::runner::scenarios! { each_instruction_is_interrupted branch_that_fails_is_noticed }
#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
crate::runner::scenarios! {}
