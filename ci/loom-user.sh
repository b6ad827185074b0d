#!/usr/bin/env bash
# A user's loom tests see this crate, or fail: with either flag, or none, and with or without the feature.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# In release, as users explore: there, functions are inlined, and fewer names are left to tell a model by.
for flag in "" "--cfg loom" "--cfg latchfree_loom"; do
    for feature in "" "--features seen"; do
        # shellcheck disable=SC2086 # an option is two words, or none
        run_in ci/loom-user env RUSTFLAGS="$flag" cargo test --locked --release --test model $feature
    done
done
