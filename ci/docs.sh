#!/usr/bin/env bash
# The documentation builds without a warning (a broken link is one), for readers, for developers, and
# as docs.rs builds it: each target of Cargo.toml's `package.metadata.docs.rs`, with its features. And the
# examples that must not compile fail with the errors that they name, which only a nightly checks.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_toolchain "$NIGHTLY"

document() {
    run env RUSTDOCFLAGS="-D warnings" cargo doc --package latchfree --no-deps "$@"
}

# docs_rs KEY: the strings of that list in Cargo.toml, a line each.
docs_rs() {
    sed -n '/^\[package\.metadata\.docs\.rs\]/,/^$/p' Cargo.toml | sed -n "s/^$1 = \[\(.*\)\]$/\1/p" | tr -d '" ' | tr , '\n'
}

each_feature_set document
document --document-private-items

mapfile -t targets < <(docs_rs targets)
mapfile -t features < <(docs_rs features)
mapfile -t flags < <(docs_rs rustdoc-args)
((${#targets[@]} && ${#features[@]} && ${#flags[@]})) || fail "Cargo.toml does not say what docs.rs builds"

# A feature that docs.rs leaves out is invisible to readers.
diff <(printf '%s\n' "${features[@]}" | sort) <(features | sort) ||
    fail "docs.rs builds with other features (<) than there are (>)"

for target in "${targets[@]}"; do
    RUSTUP_TOOLCHAIN=$NIGHTLY need_target "$target"
    run env RUSTDOCFLAGS="-D warnings ${flags[*]}" cargo "+$NIGHTLY" doc --package latchfree --lib --no-deps \
        --features "$(IFS=, && echo "${features[*]}")" --target "$target" --target-dir target/docs-rs
done
run cargo "+$NIGHTLY" test --package latchfree --doc --target-dir target/nightly
