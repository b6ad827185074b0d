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
    # Without what Cargo remembers of it, so that it writes the listing again.
    rm -rf "$target_dir/$target"/release/deps/latchfree_asm-*.s "$target_dir/$target"/release/.fingerprint/latchfree-asm-*
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

# looks_after FUNCTION: on x86 the locked instruction that changes a condition keeps the look for waiters, or for the
# ranges of others, behind it. But the look is a relaxed load, which the compiler may move; so its own barrier must be between the two, and
# the look the first access behind that.
looks_after() {
    awk -v name="$1:" '
        $0 == name { ours = 1 }
        ours && /^$/ { exit }
        !ours { next }
        /^\tlock\t/ { step = 1 }
        /^\t#MEMBARRIER/ && step == 1 { step = 2; next }
        step == 2 && /\(%r/ { is_look = /^\t(movq\t[0-9]+\(%r[a-z0-9]+\), %|cmpq\t[^(]*[0-9]+\(%r)/; exit }
        END { exit !is_look }
    ' ci/asm/x86_64.s || fail "$1 can look at what others do before what it changed is visible"
}

list x86_64 x86_64-unknown-linux-gnu
looks_after watermark_advance_to
looks_after frontier_try_complete
# On Linux, calls of functions that find out what the processor has would be in the way.
list aarch64 aarch64-unknown-none
list aarch64-lse aarch64-unknown-none -C target-feature=+lse
