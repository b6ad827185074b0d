#!/usr/bin/env bash
# The layers of src are as ARCHITECTURE.md draws them.
#
# Names: only src/sys names the machine's atomics and cells, loom, or portable-atomic. What goes around
# src/sys is invisible to loom: it would not be checked, and nothing would show that.
#
# Arrows: sys <- atomic <- wait <- families. `sys` imports nothing of the crate, `atomic` only `sys`, `wait`
# only those two, and a family only those three and itself; but `log` may use `watermark`.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

ATOMICS='sync::atomic|sync::\{.*\batomic\b|\bAtomic(Bool|Ptr|[IU](8|16|32|64|128|size))\b'
CELLS='cell::(\{.*\b)?UnsafeCell\b'
CRATES='\bportable_atomic\b|\b(loom::|crate loom\b|use loom\b)'

# Prints the lines of these files that name any of it. Comments may, and so may `doc(alias(..))`.
names() {
    awk '
        /^[[:space:]]*\/\// { next }
        /#\[doc\(alias/ { in_alias = 1 }
        !in_alias { print FILENAME ":" FNR ":" $0 }
        /\)\]/ { in_alias = 0 }
    ' "$@" | grep -E "$ATOMICS|$CELLS|$CRATES" || true
}

# What the files of a room may import.
allowed() {
    case $1 in
    sys) echo sys ;;
    atomic) echo sys atomic bytemuck ;; # which the macros of users name by this crate
    wait) echo sys atomic wait ;;
    log) echo sys atomic wait watermark log ;;
    *) echo sys atomic wait "$1" ;;
    esac
}

# These stand above all rooms: the front page, what the loom tests drive, and the guide.
is_above() {
    [[ $1 == lib.rs || $1 == loom_hooks.rs || $1 == guide ]]
}

# arrows FOLDER: prints each import in that source folder that goes against the arrows.
arrows() {
    local rooms room file path steps
    rooms=$(find "$1" -mindepth 1 -maxdepth 1 -type d -printf '%f ')
    while read -r file; do
        path=${file#"$1"/}
        room=${path%%/*}
        # Unit tests in a file of their own.
        if is_above "$room" || [[ $path == */tests.rs ]]; then continue; fi
        steps=${path%/mod.rs}
        steps=${steps//[^\/]/}
        awk -v room="${room%.rs}" -v depth="$((${#steps} + 1))" -v allowed="$(allowed "${room%.rs}")" \
            -v rooms="$rooms" -f ci/boundary/arrows.awk "$file"
    done < <(find "$1" -name '*.rs' | sort)
}

# The gate can fail: it finds each line of the bad fixtures, and none of the good ones.
BAD=ci/boundary/names-bad.rs GOOD=ci/boundary/names-good.rs
diff <(names $BAD | cut -d: -f3-) $BAD || fail "it overlooks bad names (>)"
diff <(names $GOOD) /dev/null || fail "it complains of good names (<)"

# Each bad arrow stands on a line that ends in `// -> where`.
marked() {
    grep -rno '// -> .*' ci/boundary/arrows/bad |
        sed -E 's|^(.*/bad/)([a-z]+)([^:]*:[0-9]+):// (.*)|\1\2\3: \2 \4|' | sort
}
diff <(arrows ci/boundary/arrows/bad | sort) <(marked) || fail "it overlooks bad arrows (>), or finds others (<)"
diff <(arrows ci/boundary/arrows/good) /dev/null || fail "it complains of good arrows (<)"

mapfile -t sources < <(find src -name '*.rs' -not -path 'src/sys/*')
found=$(names "${sources[@]}")
[[ -z $found ]] || fail "named outside of src/sys:"$'\n'"$found"
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
found=$(arrows src)
[[ -z $found ]] || fail "imported against the arrows:"$'\n'"$found"
echo "${#sources[@]} files name none of it, and all arrows point down"
