# shellcheck shell=bash
# What the gates share: where they run, what they need, and how they give up.
#
# A gate sources this file first, and from then on works in the repository's root. It passes by
# ending, fails with any exit code but 77, and skips with 77, by `skip` below.

unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Each gate sets its own; flags from outside would replace those in loom-tests/.cargo/config.toml.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS RUSTDOCFLAGS MIRIFLAGS CARGO_BUILD_TARGET CARGO_TARGET_DIR

# A fixed day's, so that a gate tells the same everywhere. Any other will do: `NIGHTLY=nightly`.
NIGHTLY=${NIGHTLY:-nightly-2026-10-29}

# Where everything is built once, nothing is gained from what the next build could use, nor from lines in backtraces:
# a test that fails says where.
[[ ${CI:-} != true ]] || export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0

# Logs, and what must be remembered from gate to gate.
LOGS=target/ci
mkdir -p "$LOGS"

# Packages beside the workspace, each a workspace of its own.
# shellcheck disable=SC2034 # the gates do
OTHER_PACKAGES=(benches/costs loom-tests ci/api ci/asm ci/loom-user ci/no-std ci/sixteen-bits)

# Shows a command and runs it.
run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# Runs a command in a folder, whose .cargo/config.toml then counts.
run_in() {
    local folder=$1
    shift
    printf '\n%s$ %s\n' "$folder" "$*"
    (cd "$folder" && "$@")
}

# The features that users may choose from. (`loom` does nothing without a flag; `ci/loom-user.sh` has it.)
features() {
    sed -n '/^\[features\]/,/^$/s/^\([a-z-]*\) = .*/\1/p' Cargo.toml | grep -vx -e loom -e default
}

# Runs a command with the features that users have by default, with fewer, and with all of them.
each_feature_set() {
    local all
    all=$(features)
    "$@"
    "$@" --no-default-features --features alloc
    "$@" --no-default-features
    "$@" --features "${all//$'\n'/,}"
}

# ran TARGET HOW: notes that this gate has tested a platform, for the gate `platforms`.
ran() {
    # shellcheck disable=SC2016 # these are Markdown's
    printf '| `%s` | %s | `ci/%s` |\n' "$1" "$2" "$(basename "$0")" >"$LOGS/ran-$1"
}

fail() {
    printf 'FAIL: %s\n' "$*" >&2
    exit 1
}

# Ends a gate that cannot run here. In CI, where everything can be had, that is a failure.
skip() {
    [[ ${CI:-} != true ]] || fail "in CI nothing is skipped: $*"
    printf 'SKIP: %s\n' "$*"
    exit 77
}

# Runs a command that installs something, while no other gate installs anything.
alone() {
    (
        ! command -v flock >/dev/null || flock 9
        run "$@"
    ) 9>"$LOGS/install.lock"
}

# The oldest toolchain that Cargo.toml promises.
msrv() {
    local version
    version=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    [[ $version == *.*.* ]] || version+=.0
    echo "$version"
}

# need_toolchain TOOLCHAIN [COMPONENT...]
need_toolchain() {
    local toolchain=$1 components=("${@:2}") component present missing=0
    command -v rustup >/dev/null || skip "toolchain $toolchain: there is no rustup to install it"
    present=$(rustup component list --installed --toolchain "$toolchain" 2>/dev/null) || missing=1
    for component in "${components[@]}"; do
        grep -q "^$component" <<<"$present" || missing=1
    done
    ((missing)) || return 0
    alone rustup toolchain install "$toolchain" --no-self-update --profile minimal \
        "${components[@]/#/--component=}" || skip "toolchain $toolchain cannot be installed"
}

# need_component COMPONENT CHECK...: adds to the toolchain in use unless the command CHECK succeeds.
need_component() {
    local component=$1
    shift
    if "$@" >/dev/null 2>&1; then return; fi
    alone rustup component add "$component" || skip "component $component cannot be installed"
}

# need_target TARGET: for the toolchain in use.
need_target() {
    [[ ! -d $(rustc --print target-libdir --target "$1") ]] || return 0
    alone rustup target add "$1" || skip "target $1 cannot be installed"
}

# need_deb PACKAGE CHECK...: installs a Debian package unless the command CHECK succeeds.
need_deb() {
    local package=$1
    shift
    if "$@" >/dev/null 2>&1; then return; fi
    install_deb "$package" || skip "Debian package $package cannot be installed"
    "$@" >/dev/null || fail "$package is installed, but this fails: $*"
}

install_deb() {
    local root=()
    [[ $EUID == 0 ]] || root=(sudo -n)
    local apt_get=("${root[@]}" env DEBIAN_FRONTEND=noninteractive
        apt-get --yes -o DPkg::Lock::Timeout=300)

    command -v apt-get >/dev/null || return 1
    run "${apt_get[@]}" install --no-install-recommends "$1" && return
    # The package lists are missing or old; but they are fetched once a run only.
    [[ -z $(find "$LOGS/apt-updated" -mmin -60 2>/dev/null) ]] || return 1
    run "${apt_get[@]}" update || return 1
    touch "$LOGS/apt-updated"
    run "${apt_get[@]}" install --no-install-recommends "$1"
}
