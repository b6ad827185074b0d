#!/usr/bin/env bash
# The documentation builds without a warning (a broken link is one), for readers and for developers;
# and the examples that must not compile fail with the errors they name, which only a nightly checks.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_toolchain "$NIGHTLY"

document() {
    run env RUSTDOCFLAGS="-D warnings" cargo doc --no-deps "$@"
}

each_feature_set document
document --document-private-items
run cargo "+$NIGHTLY" test --doc --target-dir target/nightly
