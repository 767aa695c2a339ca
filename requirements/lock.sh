#!/bin/sh
# Writes the locks anew: every version with its hashes for all platforms, and no index or host in them.
# `sh requirements/lock.sh --upgrade` takes newer versions; without it the locked ones stay where they may.
set -eu
cd "$(dirname "$0")/.."
compile() {
    target=requirements/$1.txt
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate "$@" --output-file "$target"
}
echo uv | compile uv - "$@"
compile prod pyproject.toml --extra observe "$@"
compile local pyproject.toml --extra local --constraint requirements/prod.txt "$@"
compile dev pyproject.toml --extra local --extra observe --group dev --constraint requirements/local.txt "$@"
if grep -nE '://|^-' requirements/*.txt; then
    echo "A lock names a host or an option." >&2
    exit 1
fi
