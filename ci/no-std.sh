#!/usr/bin/env bash
# Nothing of `std` and no allocator sneaks in: a program that uses every type without them links for
# a bare Cortex-M4, contains no code that could panic, and does its work in an emulator.
#
# The emulator shows that the 32-bit code and portable-atomic's stand-ins for 64-bit atomics compute
# the right things. With one processor and no interrupts it shows nothing about concurrency.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

TARGET=thumbv7em-none-eabi
PROGRAM=ci/no-std/target/$TARGET

need_target "$TARGET"
need_deb qemu-system-arm command -v qemu-system-arm

# What there is without portable-atomic: this target has atomics of up to 32 bits.
run cargo rustc --lib --no-default-features --target "$TARGET" -- -D warnings

run_in ci/no-std timeout 120 cargo run --release

# Can the two negatives below be seen at all? An allocator is noticed, and so are panics.
if run_in ci/no-std cargo build --release --features alloc >"$LOGS/no-std-alloc.log" 2>&1; then
    fail "a program with \`alloc\` links: its absence shows nothing"
fi
grep "no global memory allocator found" "$LOGS/no-std-alloc.log"

panics() {
    nm "$1" | grep -c '9panicking' || true
}
run_in ci/no-std cargo build
(($(panics "$PROGRAM/debug/latchfree-no-std") > 0)) || fail "panics do not show in a debug build"

# `Producer::clone` is not in the program: it documents a panic.
(($(panics "$PROGRAM/release/latchfree-no-std") == 0)) || fail "the program can panic, see nm"
