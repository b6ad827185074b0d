#!/usr/bin/env bash
# Only src/sys names the machine's atomics and cells, loom, or portable-atomic. What goes around
# src/sys is invisible to loom: it would not be checked, and nobody would notice.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

ATOMICS='sync::atomic|sync::\{.*\batomic\b|\bAtomic(Bool|Ptr|[IU](8|16|32|64|128|size))\b'
CELLS='cell::(\{.*\b)?UnsafeCell\b'
CRATES='\bportable_atomic\b|\b(loom::|crate loom\b|use loom\b)'

# Prints the lines of these files that name any of it. Comments may, and so may `doc(alias(..))`.
violations() {
    awk '
        /^[[:space:]]*\/\// { next }
        /#\[doc\(alias/ { in_alias = 1 }
        !in_alias { print FILENAME ":" FNR ":" $0 }
        /\)\]/ { in_alias = 0 }
    ' "$@" | grep -E "$ATOMICS|$CELLS|$CRATES" || true
}

# The gate can fail: it finds each line of bad.rs, and none of good.rs.
diff <(violations ci/boundary/bad.rs | cut -d: -f3-) ci/boundary/bad.rs || fail "it overlooks bad lines (>)"
diff <(violations ci/boundary/good.rs) /dev/null || fail "it complains of good lines (<)"

mapfile -t sources < <(find src -name '*.rs' -not -path 'src/sys/*')
found=$(violations "${sources[@]}")
[[ -z $found ]] || fail "outside of src/sys:"$'\n'"$found"
# One condition decides for loom, so that a half of it cannot drift away from the rest: the feature without a flag,
# or a flag without the feature, is a normal build.
CONDITION='all(feature = "loom", any(loom, latchfree_loom))'
half_conditions() {
    grep -nE '(#\[cfg|\bcfg!)\(.*\b(latchfree_)?loom\b' "$@" | grep -vE '^[^:]*:[0-9]+:[[:space:]]*//' | grep -vF "$CONDITION" || true
}
diff <(half_conditions /dev/null ci/boundary/half.rs | cut -d: -f3-) ci/boundary/half.rs || fail "it overlooks half a condition (>)"
mapfile -t sources < <(find src -name '*.rs' -not -path src/sys/mod.rs)
found=$(half_conditions /dev/null "${sources[@]}")
[[ -z $found ]] || fail "not the whole condition for loom, $CONDITION:"$'\n'"$found"
echo "${#sources[@]} files name none of it"
