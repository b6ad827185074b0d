# shellcheck shell=bash
# All tests on a Linux that is not this machine's, in an emulator. Gates source it: one a platform.
#
# qemu-user runs the code of the other instruction set on this machine's memory system, and on
# x86_64 that is strongly ordered. So these gates test code paths and instruction selection: that
# everything compiles, links, and computes the right things with the other's instructions, pointer
# width and byte order. They can never show a missing barrier: weak memory is the work of the gates
# `loom` and `miri`.
#
# Programs are linked statically: Debian 12's qemu-user hangs in the thread start of those that are
# linked dynamically.

# test_emulated TARGET GCC QEMU LIBC: the triple, Debian's compiler package, emulator and C library
test_emulated() {
    set_up_emulator "$@"
    test_in_emulator "$1" "$3"
    test_log_in_emulator "$1" "$3"
    ran "$1" "all tests but the recorded histories, in \`$3\`"
}

# test_library_emulated TARGET GCC QEMU LIBC: as `test_emulated`, without the program
test_library_emulated() {
    set_up_emulator "$@"
    test_in_emulator "$1" "$3"
    ran "$1" "all tests but the recorded histories and the commit log's, in \`$3\`"
}

# test_in_emulator TARGET QEMU
#
# Emulated code takes ten times as long, and what is to be seen here are its instructions: each test does a tenth of
# its rounds.
test_in_emulator() {
    export LATCHFREE_STRESS=${LATCHFREE_STRESS:-0.1}
    run cargo test --package latchfree --target "$1" --lib --test properties --test signals --test stopped --test stress --test tfs
    run cargo test --package latchfree --target "$1" --doc
}

# test_log_in_emulator TARGET QEMU
#
# These tests start the program some hundred times. Emulated themselves, one of them in thousands hung at that
# (riscv64), which what they start never did by itself. So they run here, and what they start runs there, optimized.
test_log_in_emulator() {
    local program=$PWD/target/$1/debug/examples/commit_log
    local optimized=(--config profile.dev.package.latchfree.opt-level=1
        --config profile.dev.package.latchfree-examples.opt-level=1)
    run cargo test --target "$1" "${optimized[@]}" --example commit_log
    run cargo build --target "$1" "${optimized[@]}" --example commit_log
    run env COMMIT_LOG="$2 $program" COMMIT_LOG_KILLS="${COMMIT_LOG_KILLS:-20}" cargo test --test commit_log
}

# Makes `cargo --target TARGET` link for it, and run in the emulator what it builds.
set_up_emulator() {
    local target=$1 gcc=$2 qemu=$3 libc=$4
    local linker=${gcc#gcc-}-gcc variable=${target^^}
    variable=CARGO_TARGET_${variable//-/_}

    need_target "$target"
    need_deb "$gcc" command -v "$linker"
    need_deb "$libc" libc_is_there "$linker"
    need_deb qemu-user command -v "$qemu"

    export "${variable}_LINKER=$linker" "${variable}_RUNNER=$qemu"
    export "${variable}_RUSTFLAGS=-C target-feature=+crt-static"
    export "${variable}_RUSTDOCFLAGS=-C target-feature=+crt-static"
}

# A compiler that knows no file of that name prints the name as it was.
libc_is_there() {
    [[ $("$1" -print-file-name=libc.a) == */* ]]
}
