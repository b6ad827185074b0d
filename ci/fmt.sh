#!/usr/bin/env bash
# All sources are as rustfmt would have them.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_component rustfmt cargo fmt --version

run cargo fmt --all --check
for package in "${OTHER_PACKAGES[@]}"; do
    # By its manifest, not from its folder: so that the root's rustfmt.toml is what counts.
    run cargo fmt --manifest-path "$package/Cargo.toml" --check
done

# Modules that have their package only while `ci/engines.sh` runs.
mapfile -t modules < <(git ls-files 'ci/engines/*/**.rs')
run rustfmt --config-path rustfmt.toml --check "${modules[@]}"
