#!/usr/bin/env bash
# The public interface is what ci/api/*.txt say: nothing is there, or gone, unseen. And features only add to it.
#
#     BLESS=1 ci/api.sh     writes the listings

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# One target, so that a difference is ours.
TARGET=x86_64-unknown-linux-gnu
TARGET_DIR=$PWD/target/api

need_toolchain "$NIGHTLY"
RUSTUP_TOOLCHAIN=$NIGHTLY need_target "$TARGET"
run cargo build --locked --manifest-path ci/api/Cargo.toml --target-dir "$TARGET_DIR"

# list FILE FLAGS...: what the crate offers with these features, a line each.
list() {
    run cargo "+$NIGHTLY" rustdoc --locked --package latchfree --lib --target "$TARGET" --target-dir "$TARGET_DIR" "${@:2}" -- \
        -Z unstable-options --output-format json
    # The guide is there for rustdoc only.
    "$TARGET_DIR/debug/latchfree-api" "$TARGET_DIR/$TARGET/doc/latchfree.json" | grep -v "latchfree::guide" >"$1"
}

# beyond FILE OTHER: the lines of FILE that OTHER has not.
beyond() {
    grep -vxFf "$2" "$1" || true
}

# compare NAME: with what is committed.
compare() {
    [[ -z ${BLESS:-} ]] || cp "$LOGS/api-$1.txt" "ci/api/$1.txt"
    run diff --unified "ci/api/$1.txt" "$LOGS/api-$1.txt"
}

list "$LOGS/api-always.txt" --no-default-features
list "$LOGS/api-all.txt" --all-features
beyond "$LOGS/api-all.txt" "$LOGS/api-always.txt" >"$LOGS/api-by-features.txt"

compare always
compare by-features
gone=$(beyond "$LOGS/api-always.txt" "$LOGS/api-all.txt")
[[ -z $gone ]] || fail "not there with all features, and without them it is:"$'\n'"$gone"
