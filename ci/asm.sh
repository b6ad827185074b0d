#!/usr/bin/env bash
# The machine code of the hot paths is what ci/asm/*.s say: no barrier, no lock prefix and no call more.
#
#     BLESS=1 ci/asm.sh     writes the listings
#
# By the oldest compiler that we promise, a fixed one, so that a difference is ours.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RUSTUP_TOOLCHAIN=$(msrv)
export RUSTUP_TOOLCHAIN
need_toolchain "$RUSTUP_TOOLCHAIN"

# list NAME TARGET FLAGS...
list() {
    local name=$1 target=$2 target_dir=$PWD/target/asm/$1
    need_target "$target"
    rm -f "$target_dir/$target"/release/deps/latchfree_asm-*.s
    run_in ci/asm cargo rustc --locked --release --lib --target "$target" \
        --target-dir "$target_dir" -- --emit asm "${@:3}"
    functions "$target_dir/$target"/release/deps/latchfree_asm-*.s >"$LOGS/asm-$name.s"
    [[ -z ${BLESS:-} ]] || cp "$LOGS/asm-$name.s" "ci/asm/$name.s"
    run diff --unified "ci/asm/$name.s" "$LOGS/asm-$name.s"
}

# The functions of ci/asm, which are those whose names are not mangled; without what only the
# assembler has to know, and without the hashes that are others in each folder.
functions() {
    awk '/^\t\.section/ { ours = /\.text\.[a-z_]+,/; next } ours && !/^(\t\.|\.L(func|Lfunc)|$)/' "$1" |
        sed -E -e 's/17h[0-9a-f]{16}E/E/g' -e 's/[[:space:]]*(#|\/\/) .*$//' -e 's/^([a-z_]+:)/\n\1/'
}

list x86_64 x86_64-unknown-linux-gnu
# On Linux, calls of functions that find out what the processor has would be in the way.
list aarch64 aarch64-unknown-none
list aarch64-lse aarch64-unknown-none -C target-feature=+lse
