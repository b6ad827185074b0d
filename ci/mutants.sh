#!/usr/bin/env bash
# Each small change of the logic (an operator, a constant, a function that does nothing) is noticed by a unit test,
# a property or a model. Those that are not are the list ci/mutants.txt, with a reason each.
#
#     ci/mutants.sh                    of the lines changed since BASE (or HEAD^), a few: a gate's worth
#     ci/mutants.sh refcount mpsc      all of these families: minutes each, mpsc about half an hour
#     ci/mutants.sh src/refcount/pins.rs src/mpsc/unbounded    only these files and folders
#     ci/mutants.sh all                all
#     BLESS=1 ci/mutants.sh refcount   appends the new survivors to the list: give each a reason
#
# Orderings are not among them: loom-tests weakens those by itself.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

VERSION=27.1.0
mapfile -t FAMILIES < <(basename -a src/*/ | grep -vx guide)
LIST=ci/mutants.txt
OUT=target/mutants
# So many at the most where none were asked for.
SAMPLE=8

# What notices a family's mutants soonest: a filter of tests, and families of models.
tests_of() {
    case $1 in
    refcount | sequence) echo "$1 counter" ;;
    group) echo "group allocation" ;;
    wait | sys) echo "wait sys semaphore watermark mpsc refcount allocation" ;;
    *) echo "$1" ;;
    esac
}
models_of() {
    case $1 in
    atomic) echo "seqlock" ;;
    *) tests_of "$1" | tr ' ' ',' ;;
    esac
}

# The name of a mutant without its line, by which it is listed.
names() {
    sed -E 's/^([^:]+):[0-9]+:[0-9]+: /\1: /' "$@" | LC_ALL=C sort
}

# files_of WHAT: the files of a family, or of a file or folder in src/.
files_of() {
    local files=$1
    [[ $files == src/* ]] || files=src/$files
    [[ -e $files ]] || fail "there is no $files"
    [[ ! -d $files ]] || files=${files%/}/'**'
    echo "$files"
}

# mutate NAME FILES FLAGS...: notes the mutants that survive and are not in the list.
mutate() {
    local name=$1 files=$2 status=0 family filter
    family=$(cut -d / -f 2 <<<"$files")
    read -ra filter <<<"$(tests_of "$family")"
    copy_tree
    mkdir -p "$OUT/$name"
    rm -rf "$OUT/$name/mutants.out" "$OUT/$name/mutants.out.old"
    # `cargo mutants` would look for the real Cargo. Ours explores models as well.
    run env CARGO="$PWD/ci/mutants/cargo.sh" CARGO_TARGET_DIR="$PWD/$OUT/build" CARGO_PROFILE_DEV_DEBUG=0 \
        LATCHFREE_MODELS="$(models_of "$family")" PROPTEST_CASES=32 \
        cargo-mutants mutants --dir "$OUT/tree" --package latchfree --in-place --no-times --output "$OUT/$name" \
        --file "$files" "${@:3}" -- -- "${filter[@]}" || status=$?
    # 2: some survive. 3: some ran out of time, which is noticed as well.
    ((status == 0 || status == 2 || status == 3)) || fail "$files: cargo mutants ends with $status"
    report "$name"
}

# A copy to mutate, always at the same path: then Cargo builds only what changed. It is new, or Cargo would take the build of
# the last mutant for that of the files.
copy_tree() {
    rm -rf "$OUT/tree"
    mkdir -p "$OUT/tree"
    git ls-files -z --cached --others --exclude-standard | tar --create --null --ignore-failed-read --files-from=- |
        tar --extract --touch --directory="$OUT/tree"
}

report() {
    local results=$OUT/$1/mutants.out new
    # Is it the mutant that does not end, or the machine that is slow?
    { grep -sl 'cargo.sh: out of time' "$results"/log/* || true; } | xargs -r head -qn 2 | sed -n 's/^\*\*\* src/no end: src/p'
    [[ -e $results/missed.txt ]] || return 0
    new=$(LC_ALL=C comm -23 <(names "$results/missed.txt") <(grep -v '^#' "$LIST" | LC_ALL=C sort))
    [[ -n $new ]] || return 0
    [[ -z ${BLESS:-} ]] || printf '# REASON?\n%s\n' "$new" >>"$LIST"
    printf 'survives, and is not in %s:\n%s\n' "$LIST" "$new" | tee -a "$OUT/new"
}

# Each line of the list is a mutant that there is.
check_list() {
    local gone
    gone=$(LC_ALL=C comm -13 <(cargo mutants --package latchfree --list | names) <(grep -v -e '^#' -e '^$' "$LIST" | LC_ALL=C sort))
    [[ -z $gone ]] || fail "no such mutants (any more), remove them from $LIST:"$'\n'"$gone"
    if grep -n 'REASON[?]' "$LIST"; then fail "$LIST wants a reason above"; fi
}

# The mutants of changed lines, family by family, but of each only every so manieth.
sample() {
    local base=${BASE:-HEAD^} family files count shards
    git rev-parse --quiet --verify "$base^{commit}" >/dev/null || skip "no commit $base to compare with"
    git diff "$base" -- src >"$LOGS/mutants.diff"
    [[ -s $LOGS/mutants.diff ]] || return 0
    for family in "${FAMILIES[@]}"; do
        files=$(files_of "$family")
        count=$(cargo mutants --package latchfree --list --in-diff "$LOGS/mutants.diff" --file "$files" 2>/dev/null | wc -l)
        ((count > 0)) || continue
        shards=$(((count + SAMPLE - 1) / SAMPLE))
        echo "$family: $count mutants of changed lines, of which one in $shards"
        mutate sample "$files" --in-diff "$LOGS/mutants.diff" --shard "0/$shards"
        return # one family is enough for a gate
    done
}

if [[ $(cargo mutants --version 2>/dev/null) != "cargo-mutants $VERSION" ]]; then
    run cargo install --locked cargo-mutants --version "$VERSION" || skip "cargo-mutants cannot be installed"
fi
mkdir -p "$OUT"
# Two runs would test each other's builds.
exec 9>"$OUT/lock"
flock --nonblock 9 || fail "another run is in progress"
: >"$OUT/new"
[[ -n ${BLESS:-} ]] || check_list
(($# > 0)) || sample
[[ ${1:-} != all ]] || set -- "${FAMILIES[@]}"
for what in "$@"; do
    files=$(files_of "$what")
    mutate "${what//\//-}" "$files"
done
[[ ! -s $OUT/new || -n ${BLESS:-} ]] || fail "mutants survive, see above"
