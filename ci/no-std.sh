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
    run cargo rustc --lib --no-default-features --features "$2" --target "$1" -- -D warnings
}

for target in riscv32imac-unknown-none-elf aarch64-unknown-none; do
    compile "$target" ""
    compile "$target" alloc,stream,portable-atomic
    ran "$target" "the library compiles"
done
# What there is without portable-atomic: this target has atomics of up to 32 bits.
compile thumbv7em-none-eabi ""

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

# And an allocator is noticed.
if program build --release --features alloc 2>"$LOGS/no-std-alloc.log"; then
    fail "a program with \`alloc\` links: its absence shows nothing"
fi
grep "no global memory allocator found" "$LOGS/no-std-alloc.log"
