#!/usr/bin/env bash
# Two published storage engines, lsm-tree and fjall, pass their own tests on this crate's types.
#
#     BLESS=1 ci/engines.sh     writes the README's table
#     DEFECTS=1 ci/engines.sh   breaks all that is ours, piece by piece, and wants to see tests fail
#     TIMES=1 ci/engines.sh     measures the calls before and after, and prints a table
#
# Cargo downloads the packages. Over some of their files those of `ci/engines/overlay` are laid, which are written for
# this; the tests that a replaced file has are put below ours. Where a module has more in it than what is to be replaced,
# a script of `ci/engines/edits` changes names of types. ci/engines/README.md says more.

set -euo pipefail
shopt -s inherit_errexit globstar
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

HERE=ci/engines
WORK=target/engines # engines with the overlay, and what is built of them
PUBLISHED=$WORK/published
FRESH=$WORK/fresh

ENGINES=(lsm-tree-3.1.10 fjall-3.1.13)
declare -A FEATURES=([lsm-tree]='lz4 metrics' [fjall]='metrics')

# How many of an engine's own tests there are, and how many of ours in the overlay.
declare -A TESTS=([lsm-tree]=238 [fjall]=72)
declare -A OUR_TESTS=([lsm-tree]=7 [fjall]=10)

# Tests that an engine does not run itself, with its reason.
declare -A IGNORED=(
    # "wip"; "maybe not needed"
    [lsm-tree]='compaction::state::tests::level_manifest_atomicity merge::tests::merge_dup'
    # "flimsy because of the compaction check"
    [fjall]='keyspace::test::keyspace_ingest'
)

# What is replaced: engine, piece, what it runs on, and the files. (`+` begins a file that is new.)
# shellcheck disable=SC2016 # the backticks are Markdown's
PIECES=(
    'lsm-tree|sequence numbers, and which are visible|`Atomic<u64>`|src/seqno.rs'
    'lsm-tree|metrics: 13 counts|`Counters<13, 8>`|src/metrics.rs'
    'lsm-tree|memtable: size, highest sequence number, flag|`Atomic<T>`|src/memtable/mod.rs'
    'fjall|size of the write buffers|`Gauge<16>`|src/write_buffer_manager.rs'
    'fjall|open snapshots|`Pins<64>`, `Watermark`, `Gauge<8>`, `EveryNth`|src/snapshot_tracker.rs src/snapshot_nonce.rs'
    'fjall|flushes that wait|`mpsc::bounded`|src/flush/manager.rs'
    'fjall|statistics|`Counter<4>`, `Gauge<4>`|src/stats.rs'
    'fjall|worker threads that live|`Semaphore`|+src/live_threads.rs src/worker_pool.rs src/db.rs src/lib.rs'
)

BEGIN='<!-- engines: BLESS=1 ci/engines.sh -->'
END='<!-- /engines -->'

# Copies the engines as they are published.
fetch() {
    local metadata=$WORK/metadata.json engine manifest
    run cargo metadata --locked --format-version 1 --manifest-path $HERE/published/Cargo.toml >$metadata.log \
        2>&1 || skip "cargo cannot download the engines: $(tail -n 1 $metadata.log)"
    grep '^{' $metadata.log | sed 's/"manifest_path":/\n&/g' >$metadata
    rm -rf $PUBLISHED
    mkdir -p $PUBLISHED
    for engine in "${ENGINES[@]}"; do
        manifest=$(sed -n "s|^\"manifest_path\":\"\(.*/$engine/Cargo.toml\)\".*|\1|p" $metadata)
        [[ -f $manifest ]] || fail "cargo does not say where it has put $engine"
        cp -R "${manifest%/*}" "$PUBLISHED/${engine%-*}"
        chmod -R u+w "$PUBLISHED/${engine%-*}"
    done
}

# The files that are replaced or edited are those that this was written for.
check_originals() {
    (cd $PUBLISHED && sha256sum --check --quiet --strict) <$HERE/originals.sha256
}

# Writes the engines with the overlay into $FRESH.
lay() {
    local engine file
    rm -rf $FRESH
    mkdir -p $FRESH
    cp -R $PUBLISHED/lsm-tree $PUBLISHED/fjall $FRESH
    rm -f $FRESH/*/Cargo.lock $FRESH/*/.cargo-ok
    for engine in lsm-tree fjall; do
        while read -r file; do
            cp "$HERE/overlay/$engine/$file" "$FRESH/$engine/$file"
            [[ ! -e $PUBLISHED/$engine/$file ]] || tests_of "$PUBLISHED/$engine/$file" >>"$FRESH/$engine/$file"
        done < <(cd "$HERE/overlay/$engine" && printf '%s\n' **/*.rs)
        while read -r file; do
            sed -f "$HERE/edits/$engine/$file.sed" "$PUBLISHED/$engine/$file" >"$FRESH/$engine/$file"
            ! cmp -s "$PUBLISHED/$engine/$file" "$FRESH/$engine/$file" || fail "$file.sed changes nothing"
            [[ ! -e $HERE/edits/$engine/${file%.rs}.tests.rs ]] ||
                cat "$HERE/edits/$engine/${file%.rs}.tests.rs" >>"$FRESH/$engine/$file"
        done < <(cd "$HERE/edits/$engine" && printf '%s\n' **/*.sed | sed 's/\.sed$//')
    done
    cp $HERE/workspace/Cargo.* $FRESH
    cp -R $HERE/bench $FRESH/bench
    rm -rf $FRESH/bench/pieces
    pieces before $PUBLISHED
    pieces after $FRESH
}

# The tests of a file.
tests_of() {
    sed -n '/^#\[cfg(test)\]$/,$p' "$1"
}

# pieces NAME ENGINES: a package of the modules that are private in the engines, for the benchmark.
pieces() {
    local source=$FRESH/$1/src file
    mkdir -p "$source"
    sed "s/^name = .*/name = \"$1\"/" $HERE/bench/pieces/Cargo.toml >"$FRESH/$1/Cargo.toml"
    cat $HERE/bench/pieces/lib.rs >"$source/lib.rs"
    for file in "$2"/lsm-tree/src/{seqno,metrics}.rs "$2"/fjall/src/{write_buffer_manager,snapshot_{tracker,nonce}}.rs; do
        no_tests "$file" >"$source/${file##*/}"
        printf 'mod %s;\n' "$(basename "$file" .rs)" >>"$source/lib.rs"
    done
}

# Takes what has changed from $FRESH to where it is built. The rest keeps its date, by which cargo goes.
bring() {
    local file
    while read -r file; do
        cmp -s "$FRESH/$file" "$WORK/$file" || install -D -m 644 "$FRESH/$file" "$WORK/$file"
    done < <(cd $FRESH && find . -type f)
    for file in lsm-tree fjall before after bench; do
        while read -r file; do
            [[ -e $FRESH/$file ]] || rm "$WORK/$file"
        done < <(cd $WORK && find "$file" -type f)
    done
}

# tests ENGINE ARGUMENT...: runs its tests.
tests() {
    run timeout 600 cargo test --locked --manifest-path "$WORK/$1/Cargo.toml" --target-dir $WORK/target --lib \
        --features "${FEATURES[$1]}" -- "${@:2}"
}

# verify ENGINE LOG: all tests that there are have run and passed.
verify() {
    local passed ours ignored
    ours=$(grep -c '^test .*\boverlay_tests::.* ok$' "$2") || true
    passed=$(($(grep -c '^test .* ok$' "$2" || true) - ours))
    ignored=$(sed -n 's/^test \(.*\) \.\.\. ignored.*/\1/p' "$2" | sort | paste -sd ' ')
    grep -q '^test result: ok\.' "$2" || { echo "$1: tests fail" && return 1; }
    [[ $passed == "${TESTS[$1]}" ]] || { echo "$1: $passed of its tests have passed, not ${TESTS[$1]}" && return 1; }
    [[ $ours == "${OUR_TESTS[$1]}" ]] || { echo "$1: $ours of our tests have passed, not ${OUR_TESTS[$1]}" && return 1; }
    [[ $ignored == "${IGNORED[$1]}" ]] || { echo "$1: ignored: $ignored" && return 1; }
}

# The gate can fail.
check_itself() {
    local log=$WORK/example.log
    {
        for ((n = 0; n < TESTS[fjall]; n++)); do echo "test a_$n ... ok"; done
        for ((n = 0; n < OUR_TESTS[fjall]; n++)); do echo "test overlay_tests::a_$n ... ok"; done
        echo "test ${IGNORED[fjall]} ... ignored, for a reason"
        echo "test result: ok."
    } >$log
    verify fjall $log || fail "it does not take a good log"
    ! verify fjall <(sed 1d $log) >/dev/null || fail "it does not miss a test"
    ! verify fjall <(grep -v overlay $log) >/dev/null || fail "it does not miss tests of the overlay"
    ! verify fjall <(grep -v ignored $log) >/dev/null || fail "it does not miss an ignored test"
    ! verify fjall <(sed 's/result: ok/result: FAILED/' $log) >/dev/null || fail "it takes a failure"
    echo '//' >>$PUBLISHED/fjall/src/stats.rs
    ! check_originals >/dev/null 2>&1 || fail "it takes a file that has changed"
    sed -i '$d' $PUBLISHED/fjall/src/stats.rs
}

# A file without its tests.
no_tests() {
    sed '/^#\[cfg(test)\]$/,$d' "$1"
}

# Lines of code: no tests, no comments, no empty ones.
code() {
    no_tests "$1" | grep -cvE '^ *(//.*)?$' || true
}

# lines ENGINE FILE: lines of code that went, and that came.
lines() {
    local old=$PUBLISHED/$1/$2 new=$FRESH/$1/$2 changes
    if [[ -e $HERE/edits/$1/$2.sed ]]; then
        changes=$(diff <(no_tests "$old") <(no_tests "$new")) || true
        echo "$(grep -c '^<' <<<"$changes" || true) $(grep -c '^>' <<<"$changes" || true)"
    else
        echo "$(code "$old") $(code "$new")"
    fi
}

table() {
    local row engine piece types files file old new version
    printf '%s\n' '| engine | piece | runs on | lines of code | tests passed |' '| --- | --- | --- | --- | --- |'
    for row in "${PIECES[@]}"; do
        IFS='|' read -r engine piece types files <<<"$row"
        old=0 new=0
        for file in $files; do
            if [[ $file == +* ]]; then
                new=$((new + $(code "$FRESH/$engine/${file#+}")))
            else
                read -r gone come < <(lines "$engine" "$file")
                old=$((old + gone)) new=$((new + come))
            fi
        done
        version=$(printf '%s\n' "${ENGINES[@]}" | sed -n "s/^$engine-\([0-9.]*\)$/\1/p")
        printf '| %s %s | %s | %s | -%d +%d | %d of %d |\n' "$engine" "$version" "$piece" "$types" \
            "$old" "$new" "${TESTS[$engine]}" "${TESTS[$engine]}"
    done
}

check_table() {
    local fresh=$LOGS/engines.md
    if ! grep -qxF "$BEGIN" README.md || ! grep -qxF "$END" README.md; then fail "README.md has no block 'engines'"; fi
    table >"$fresh"
    if [[ -n ${BLESS:-} ]]; then
        run sed -i -e "\\|^$BEGIN\$|,\\|^$END\$|{//!d}" -e "\\|^$BEGIN\$|r $fresh" README.md
    fi
    run diff --label engines --label README.md --unified "$fresh" \
        <(sed -n "\\|^$BEGIN\$|,\\|^$END\$|p" README.md | sed '1d;$d')
}

# defects COUNT: each line of that file is one: whose tests run, which of them, the file, what sed does to it, and the begin of the names of
# tests that must notice. Tries the first COUNT of them.
defects() {
    local engine filter file script notices log=$WORK/defect.log failed
    while IFS='|' read -r engine filter file script notices; do
        lay
        sed -i "$script" "$FRESH/$file"
        ! cmp -s "$FRESH/$file" "$WORK/$file" || fail "'$script' changes nothing in $file"
        bring
        # shellcheck disable=SC2086 # a filter is one word, or none
        if tests "$engine" $filter >$log 2>&1 </dev/null; then fail "no test of $engine notices '$script' in $file"; fi
        failed=$(sed -n 's/^test \(.*\) \.\.\. FAILED$/    \1/p' $log | sort)
        printf '\n%s: %s\n%s\n' "$file" "$script" "$failed"
        grep -q "^ *$notices\b" <<<"$failed" || fail "$notices does not notice it; see $log"
    done < <(grep -v '^#' $HERE/defects | head -n "$1")
    lay
    bring
}

mkdir -p $WORK
fetch
check_originals || fail "a file that is replaced or edited is not the one that this was written for"
check_itself
lay
bring

if [[ -n ${TIMES:-} ]]; then
    run cargo run --locked --release --manifest-path $WORK/bench/Cargo.toml --target-dir $WORK/target
    exit
fi

for engine in lsm-tree fjall; do
    tests $engine 2>&1 | tee "$WORK/$engine.log"
    verify $engine "$WORK/$engine.log" >"$WORK/verdict" || fail "$(cat $WORK/verdict)"
done
# The tests can fail. (All defects take ten minutes.)
if [[ -n ${DEFECTS:-} ]]; then defects 1000; else defects 1; fi
check_table
