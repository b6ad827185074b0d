#!/usr/bin/env bash
# Nothing of `std` and no allocator sneaks in: a program that uses every type without them links for
# a bare Cortex-M4, contains no code that could panic, and does its work in an emulator.
#
# The emulator shows that the 32-bit code and portable-atomic's stand-ins for 64-bit atomics compute
# the right things, and that an interrupt handler may come in between. It has one processor, and so
# shows nothing about threads.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

TARGET=thumbv7em-none-eabi
PROGRAM=ci/no-std/target/$TARGET/release/latchfree-no-std

need_target "$TARGET"
need_deb qemu-system-arm command -v qemu-system-arm

# What there is without portable-atomic: this target has atomics of up to 32 bits.
run cargo rustc --lib --no-default-features --target "$TARGET" -- -D warnings

run_in ci/no-std timeout 120 cargo run --release

panics() {
    nm "$PROGRAM" | grep '9panicking'
}
if panics; then fail "the program can panic, in what is listed above"; fi

# With what documents a panic it works as well, and the panic is seen: so it would have been above.
run_in ci/no-std timeout 120 cargo run --release --features panics
panics || fail "a panic does not show in the program's symbols"

# And an allocator is noticed.
if run_in ci/no-std cargo build --release --features alloc 2>"$LOGS/no-std-alloc.log"; then
    fail "a program with \`alloc\` links: its absence shows nothing"
fi
grep "no global memory allocator found" "$LOGS/no-std-alloc.log"
