#!/usr/bin/env bash
# The version in Cargo.toml allows for what has changed in the public interface since the last release, which is the
# last tag `v*`. Before the first there is nothing to compare with.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

VERSION=0.51.0

if ! tag=$(git describe --tags --abbrev=0 --match 'v[0-9]*' 2>/dev/null); then
    # A shallow clone has no tags; but the changelog knows of releases before the version that is in the making.
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml)
    released=$(sed -n 's/^## \[\(.*\)\] - [0-9].*/\1/p' CHANGELOG.md | grep -vxF "$version" || true)
    [[ -z $released ]] || fail "$(head -n 1 <<<"$released") was released, and its tag is not here: git fetch --tags --unshallow"
    echo "there is no tag v*, so nothing was released: nothing to compare with"
    exit
fi

need_toolchain "$NIGHTLY"
if [[ $(cargo semver-checks --version 2>/dev/null) != "cargo-semver-checks $VERSION" ]]; then
    run cargo install --locked cargo-semver-checks --version "$VERSION" || skip "cargo-semver-checks cannot be installed"
fi
# By a fixed compiler: that of the day may be newer than what this version can read.
run cargo "+$NIGHTLY" semver-checks --package latchfree --all-features --baseline-rev "$tag"
