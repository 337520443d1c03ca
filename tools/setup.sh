#!/bin/sh
# Makes the environment: finds a Python that really runs, builds .venv from a lock file, installs the
# course itself. Does nothing when nothing changed. Usage: tools/setup.sh [VENV [LOCK]]
set -eu
cd "$(dirname "$0")/.."
venv=${1:-.venv}
lock=${2:-requirements.lock}

fail() {
    echo "set-up: $1" >&2
    exit 1
}

# A name on the path may be a broken link or a shim without a version behind it: run it before trusting it.
find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

checksum=$(cat "$lock" pyproject.toml tools/setup.sh | cksum)
if [ -x "$venv/bin/python" ] && [ "$(cat "$venv/installed" 2>/dev/null)" = "$checksum" ]; then
    exit 0
fi

python=$(find_python) || fail "no Python 3.11, 3.12 or 3.13 that runs was found: install one from python.org or your system's packages (or name it: make PYTHON=/path/to/python3)."
"$python" -c 'import venv, ensurepip' 2>/dev/null || fail "$python has no venv module: install it (on Debian and Ubuntu: apt install python3-venv)."

echo "set-up: making $venv with $("$python" --version) (a few minutes the first time)"
rm -f "$venv/installed"
"$python" -m venv --clear "$venv" || fail "could not make the environment in $venv: is there space, and may you write here?"
# Compiled bytecode makes the first import of TensorFlow three times faster.
unset PYTHONDONTWRITEBYTECODE
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$lock" ||
    fail "pip could not install the packages in $lock: the lines above say which; is the network up?"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . ||
    fail "pip could not install the course's own package: the lines above say why."
echo "$checksum" >"$venv/installed"
