#!/usr/bin/env bash
# Nothing of `std` and no allocator sneaks in: a program that uses every type without them links for
# bare Cortex-M0 and M4, contains no code that could panic, and does its work in an emulator, while
# an interrupt handler comes in between. For other processors the library compiles.
#
# The emulator shows that the 32-bit code and portable-atomic's stand-ins for what the processor
# lacks compute the right things. It has one processor, and so shows nothing about threads.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# compile TARGET FEATURES
compile() {
    need_target "$1"
    run cargo rustc --package latchfree --lib --no-default-features --features "$2" --target "$1" -- -D warnings
}

# refused TARGET FEATURES MESSAGE: it does not compile, and that is why.
refused() {
    local log=$LOGS/no-std-refused.log
    need_target "$1"
    if run cargo check --package latchfree --lib --no-default-features --features "$2" --target "$1" 2>"$log"; then
        fail "with the features $2 the library compiles for $1"
    fi
    grep "$3" "$log" || fail "not the error that was expected: $log"
}

CAN_HANG="an interrupt handler that uses latchfree can hang"
SINGLE_CORE=portable-atomic/unsafe-assume-single-core
NO_HANDLERS=no-interrupt-handlers

for target in riscv32imac-unknown-none-elf aarch64-unknown-none; do
    compile "$target" ""
    compile "$target" "alloc,stream,critical-section,portable-atomic,$NO_HANDLERS"
    ran "$target" "the library compiles"
done
compile aarch64-unknown-none portable-atomic # has 64-bit atomics
# What there is without portable-atomic: this target has atomics of up to 32 bits.
compile thumbv7em-none-eabi ""

# Where 64-bit atomics are locks, which a handler could find taken, the library does not compile; unless
# the program has said that they keep interrupts away, in each way in which it can be said, or that no
# handler uses them. (`critical-section` of portable-atomic says nothing where there is compare-and-swap.)
for target in riscv32imac-unknown-none-elf thumbv7em-none-eabi; do
    refused "$target" portable-atomic "$CAN_HANG"
    refused "$target" portable-atomic,portable-atomic/critical-section "$CAN_HANG"
    compile "$target" "portable-atomic,$SINGLE_CORE"
    compile "$target" "portable-atomic,$NO_HANDLERS"
    for assumption in single_core privileged; do
        RUSTFLAGS="--cfg portable_atomic_unsafe_assume_$assumption" compile "$target" portable-atomic
    done
done
# Without compare-and-swap it is portable-atomic that wants to be told.
refused thumbv6m-none-eabi portable-atomic "atomic CAS"
compile thumbv6m-none-eabi portable-atomic,portable-atomic/critical-section

need_deb qemu-system-arm command -v qemu-system-arm

program() {
    run_in ci/no-std timeout 120 cargo "$@"
}

panics() {
    nm "ci/no-std/target/$1/release/latchfree-no-std" | grep '9panicking'
}

for target in thumbv6m-none-eabi thumbv7em-none-eabi; do
    need_target "$target"
    program run --release --target "$target"
    if panics "$target"; then fail "the program can panic, in what is listed above"; fi
    ran "$target" "a program that uses every type, and an interrupt handler, in \`qemu-system-arm\`"
done

# With what documents a panic it works as well, and the panic is seen: so it would have been above.
program run --release --features panics
panics thumbv7em-none-eabi || fail "a panic does not show in the program's symbols"
# Then a handler may wait as well, on lists on which what it interrupts waits.
program run --release --features panics,critical-section

# And an allocator is noticed.
if program build --release --features alloc 2>"$LOGS/no-std-alloc.log"; then
    fail "a program with \`alloc\` links: its absence shows nothing"
fi
grep "no global memory allocator found" "$LOGS/no-std-alloc.log"
