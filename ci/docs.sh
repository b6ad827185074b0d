#!/usr/bin/env bash
# The documentation builds without a warning (a broken link is one), for readers, for developers, and
# as docs.rs builds it; and the examples that must not compile fail with the errors that they name,
# which only a nightly checks.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_toolchain "$NIGHTLY"

document() {
    run env RUSTDOCFLAGS="-D warnings" cargo doc --no-deps "$@"
}

each_feature_set document
document --document-private-items
run env RUSTDOCFLAGS="-D warnings --cfg docsrs" \
    cargo "+$NIGHTLY" doc --no-deps --target-dir target/nightly
run cargo "+$NIGHTLY" test --doc --target-dir target/nightly
