#!/bin/sh
# Brings .venv in step with a lock: `sh requirements/install.sh local` (or prod, dev). Nothing happens when it is.
# PYTHON chooses the interpreter (3.11 or newer).
set -eu
cd "$(dirname "$0")/.."
name=$1
lock=requirements/$name.txt
stamp=.venv/.installed-$name

fail() {
    echo "$1" >&2
    exit 1
}

checksum() { # sha256sum on Linux, shasum on macOS
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi
}

# A moved or copied checkout gets a new environment: the programs in it name its old place.
state="$(cat "$lock" requirements/uv.txt requirements/install.sh | checksum) $(pwd -P) ${PYTHON:-}"
[ "$(cat "$stamp" 2>/dev/null)" != "$state" ] || exit 0

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed, and ${PYTHON:-python3} is none: install it, or name one with \`make run PYTHON=/path/to/python3.12\`."
}

version_of() {
    "$1" -c 'import sys; print(*sys.version_info[:3])' 2>/dev/null
}

usable() { # it runs, its programs name this folder, and it is of the version asked for, if one was
    version=$(version_of .venv/bin/python) || return 1
    head -1 .venv/bin/pip 2>/dev/null | grep -qF "$(pwd -P)/.venv/" || return 1
    [ -z "${PYTHON:-}" ] || [ "$version" = "$(version_of "$PYTHON")" ]
}

if ! usable; then
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null || fail "Python's venv module is missing: on Debian and Ubuntu, \`sudo apt install python3-venv\`."
    echo "Making .venv with $("$python" --version) …"
    rm -rf .venv
    "$python" -m venv .venv || fail "The virtual environment could not be made (the lines above say why)."
fi

echo "Installing $lock …"
pip() { # its errors only: it warns of a machine's index folders, and of root, whom nobody else serves here
    .venv/bin/python -m pip --disable-pip-version-check --quiet --quiet "$@"
}
pip install --require-hashes -r requirements/uv.txt || fail "pip could not install uv: is there a way to a package index from here?"

# pip may be configured for an index of one's own, which uv does not read.
index=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    export UV_DEFAULT_INDEX="$index"
fi
install() {
    .venv/bin/uv pip install --python .venv/bin/python --quiet --compile-bytecode --require-hashes -r "$1"
}
if ! install "$lock"; then
    [ "$name" = local ] && install requirements/prod.txt ||
        fail "The packages of $lock could not be installed (the lines above say why)."
    echo "Some packages with a database, broker or object store have no build for this platform:" \
        "set DATABASE_URL, REDIS_URL and S3_ENDPOINT_URL (.env.example) to servers of yours." >&2
    exit 0
fi
echo "$state" >"$stamp"
