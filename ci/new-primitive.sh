#!/usr/bin/env bash
# Begins a new primitive: compiling stubs in every room that a family has.
#
#     ci/new-primitive.sh NAME     as its module is called: `event_count`
#
# Each stub has a note to come back. The tests of the stubs fail, and the gate `leftovers` finds the notes, until
# all are filled in. What each file is for is in CONTRIBUTING.md.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Written in two parts, so that the gate does not find this script.
NOTE="TO""DO"
STUB="to""do!"

usage="ci/new-primitive.sh NAME, a module's name: lower-case letters, digits and underscores"
[[ $# == 1 && $1 =~ ^[a-z][a-z0-9_]*[a-z0-9]$ ]] || fail "$usage"
name=$1
type=$(sed -E 's/(^|_)(.)/\U\2/g' <<<"$name")
[[ ! -e src/$name ]] || fail "there is a src/$name already"

touched=()

# create FILE: with what is on standard input.
create() {
    [[ ! -e $1 ]] || fail "there is a $1 already"
    mkdir -p "$(dirname "$1")"
    sed -e "s/@name@/$name/g" -e "s/@Type@/$type/g" -e "s/@NOTE@/$NOTE/g" -e "s/@STUB@/$STUB/g" >"$1"
    touched+=("$1")
}

# insert FILE before PATTERN TEXT, or insert FILE after PATTERN TEXT: beside the first line that matches.
insert() {
    local file=$1 where=$2 pattern=$3 text=$4
    grep -qE -- "$pattern" "$file" || fail "$file has no line like $pattern"
    INSERTED=$text awk -v where="$where" -v pattern="$pattern" '
        !done && $0 ~ pattern {
            done = 1
            if (where == "before") print ENVIRON["INSERTED"]
            print
            if (where == "after") print ENVIRON["INSERTED"]
            next
        }
        { print }
    ' "$file" >"$LOGS/inserted"
    cat "$LOGS/inserted" >"$file"
    touched+=("$file")
}

# The library: the family's page, the type, the module, and the table of its sites.
create "src/$name/mod.rs" <<'RUST'
//! @NOTE@: what the family is for, in one sentence.
//!
//! @NOTE@: which member to take, the states, the invariant, and why it holds: which store happens before which load,
//! by the names of the sites.

#[expect(clippy::module_inception, reason = "a file is named after the type in it")]
mod @name@;

pub use self::@name@::@Type@;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 1] = [@name@::SITES];
}
RUST
create "src/$name/$name.rs" <<'RUST'
//! @NOTE@: what this file is.

use crate::atomic::Atomic;
use crate::sys;
use core::fmt;

sites! {
    /// @NOTE@: why nothing weaker will do.
    LOOK: Acquire, pairs(CHANGE);
    /// @NOTE@: why nothing weaker will do.
    CHANGE: Release;
}

/// @NOTE@: what it is, and an example.
///
/// # Guarantees
///
/// @NOTE@: *Progress*, *Ordering*, *Cancel safety*, *Overflow*, *Memory*.
pub struct @Type@ {
    word: Atomic<u64>,
}

impl @Type@ {
    sys::const_fn! {
        /// @NOTE@: Creates ...
        #[must_use]
        pub const fn new() -> Self {
            Self { word: Atomic::new(0) }
        }
    }

    /// @NOTE@: Returns ...
    #[must_use]
    pub fn get(&self) -> u64 {
        self.word.load(LOOK)
    }

    /// @NOTE@: Changes ...
    pub fn set(&self, word: u64) {
        self.word.store(word, CHANGE);
    }
}

impl Default for @Type@ {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for @Type@ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("@Type@").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_@name@_is_empty() {
        let _ = @Type@::new().get();
        @STUB@("the states that one thread can reach")
    }
}
RUST
insert src/lib.rs after '^mod wait;' "#[cfg(any(target_has_atomic = \"64\", feature = \"portable-atomic\"))]
pub mod $name;"
insert src/loom_hooks.rs before '^        &crate::wait::SITES,' "        &crate::$name::SITES,"

# Verification: models, random operations, threads.
create "loom-tests/src/models/$name.rs" <<'RUST'
//! @NOTE@: what these models show.

use crate::{Model, spawn};
use latchfree::@name@::@Type@;
use std::sync::Arc;

pub fn models() -> Vec<Model> {
    vec![Model::new("@name@::get_publishes", get_publishes).outcomes([0_u64])]
}

/// @NOTE@: the smallest program in which each ordering matters, and all of its outcomes.
fn get_publishes() -> u64 {
    let shared = Arc::new(@Type@::new());
    let other = {
        let shared = Arc::clone(&shared);
        spawn(move || shared.get())
    };
    let seen = shared.get();
    other.join().unwrap();
    assert_eq!(seen, 1, "@NOTE@: a model in which something happens");
    seen
}
RUST
insert loom-tests/src/models/mod.rs before '^mod wait;' "mod $name;"
insert loom-tests/src/models/mod.rs before '^        wait::models\(\),' "        $name::models(),"
create "tests/properties/$name.rs" <<'RUST'
//! @NOTE@: random operations on a `@Type@`, beside a plain value that must agree after each.

use crate::support::{cases, steps};
use latchfree::@name@::@Type@;
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(4096))]

    #[test]
    fn operations_agree_with_a_plain_value(operations in prop::collection::vec(any::<u8>(), steps(100))) {
        let (real, plain) = (@Type@::new(), 0);
        prop_assert_eq!(real.get(), plain);
        prop_assert!(operations.is_empty(), "@NOTE@: the operations");
    }
}
RUST
insert tests/properties/main.rs before '^mod watermark;' "mod $name;"
create "tests/stress/$name.rs" <<'RUST'
//! @NOTE@: what real threads do to a `@Type@`.

use crate::scale::{Dice, finishes, rounds};
use latchfree::@name@::@Type@;

#[test]
fn threads_agree() {
    finishes(|| {
        let shared = @Type@::new();
        for round in 0..rounds(1000, 2) {
            Dice::new(round).pause();
            let _ = shared.get();
        }
        @STUB@("threads, and what they must agree on")
    });
}
RUST
insert tests/stress/main.rs before '^(#\[cfg.*|mod seqlock;)$' "mod $name;"

# Cost: a benchmark, a listing.
create "benches/benches/$name.rs" <<'RUST'
//! @NOTE@: what is measured, beside which peers (adapters are in `src/peers`).

use criterion::{Criterion, criterion_group, criterion_main};
use latchfree::@name@::@Type@;

fn get(criterion: &mut Criterion) {
    let subject = @Type@::new();
    criterion.bench_function("@name@/get", |bencher| bencher.iter(|| subject.get()));
}

criterion_group!(benches, get);
criterion_main!(benches);
RUST
insert benches/Cargo.toml before '^\[lints\.rust\]' "[[bench]]
name = \"$name\"
harness = false
"
create "ci/asm/src/$name.rs" <<'RUST'
use latchfree::@name@::@Type@;

/// @NOTE@: each hot path, and in ci/asm/README.md what to see in its listing.
#[unsafe(no_mangle)]
pub fn @name@_get(of: &@Type@) -> u64 {
    of.get()
}
RUST
insert ci/asm/src/lib.rs before '^pub mod watermark;' "pub mod $name;"

# Firmware: a static, without `std`, an allocator, or a panic.
create "ci/no-std/src/$name.rs" <<'RUST'
use latchfree::@name@::@Type@;

static SUBJECT: @Type@ = @Type@::new();

/// @NOTE@: what it does on a bare processor.
pub(crate) fn works() -> bool {
    SUBJECT.get() != 0
}
RUST
insert ci/no-std/src/main.rs before '^mod panics;|^#\[cfg\(feature = "panics"\)\]$' "mod $name;"
insert ci/no-std/src/main.rs before '^    \(c"watermarks: only forward' "    (c\"$name: works\\n\", $name::works),"

# What readers see.
insert README.md after '^\| to wait until a position is reached' "| $NOTE: a need | \`$name::$type\` | $NOTE | $NOTE | $NOTE |"
insert CHANGELOG.md before '^- .guide.:' "- \`$name\`: $NOTE."

for manifest in Cargo.toml loom-tests/Cargo.toml ci/asm/Cargo.toml ci/no-std/Cargo.toml; do
    if [[ $manifest == Cargo.toml ]]; then cargo fmt --all; else cargo fmt --manifest-path "$manifest"; fi
done
# So that the gates, which look at what git knows, see the new files.
git add --intent-to-add -- "${touched[@]}"

cat <<END
$type begins in:

$(printf '%s\n' "${touched[@]}" | awk '!seen[$0]++ { print "    " $0 }')

Fill in what \`git grep -n $NOTE\` and these find, which fail now:

    cargo test -- $name operations_agree threads_agree
    (cd loom-tests && cargo test --release --test models -- $name)
    ci/leftovers.sh

CONTRIBUTING.md says what else belongs to it: the record, the listings, RESULTS.md, the README's section.
END
