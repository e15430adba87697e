#!/bin/sh
# Makes everything ready on a fresh Debian or Ubuntu machine: virtual environment from the hashed lock file, Chromium and
# its driver. Usage: scripts/setup.sh demo|test|airflow. A second call finds its stamp and installs nothing.
set -eu
profile="${1:?usage: scripts/setup.sh demo|test|airflow}"
cd "$(dirname "$0")/.."
venv=.venv
# What Airflow's rungs need of Python is what the tests need; their servers come at the end.
servers=""
[ "$profile" != airflow ] || { profile=test; servers=yes; }
lock="requirements/$profile.lock"

say() { printf '%s\n' "$*" >&2; }
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then sudo "$@"
  else return 1
  fi
}
apt_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  say "installing with apt-get: $*"
  as_root env DEBIAN_FRONTEND=noninteractive sh -c '
    apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 || {
      apt-get update >/dev/null 2>&1 && apt-get install -y --no-install-recommends "$@" >/dev/null; }' sh "$@"
}

# --- Python -----------------------------------------------------------------------------------------------------------
fits() { "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }
find_python() {
  for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.10; do
    if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then command -v "$candidate"; return 0; fi
  done
  return 1
}
make_venv() {
  python="$(find_python)" || { apt_install python3 && python="$(find_python)"; } || {
    say "No Python 3.10 to 3.13 was found. Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3"
    exit 2
  }
  rm -rf "$venv"
  say "virtual environment: $("$python" --version)"
  # Debian ships venv without ensurepip; three ways round it, the plain one first.
  "$python" -m venv "$venv" >/dev/null 2>&1 && return 0
  rm -rf "$venv"
  version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  if apt_install "python$version-venv" || apt_install python3-venv; then
    "$python" -m venv "$venv" && return 0
  fi
  rm -rf "$venv"
  if "$python" -m venv --without-pip "$venv" >/dev/null 2>&1 \
    && "$python" -m pip --python "$venv/bin/python" install --quiet --require-hashes -r requirements/bootstrap.lock >/dev/null 2>&1; then
    return 0
  fi
  rm -rf "$venv"
  say "The virtual environment could not be made: this Python has no ensurepip. Install it: apt-get install python3-venv"
  exit 2
}
stamp="$venv/.installed-$profile"
wanted="$(cat pyproject.toml requirements/bootstrap.lock "$lock" | cksum)"
# What the tests need holds all that the demonstration needs.
if [ "$profile" = demo ] && [ -f "$venv/.installed-test" ] && \
   [ "$(cat "$venv/.installed-test")" = "$(cat pyproject.toml requirements/bootstrap.lock requirements/test.lock | cksum)" ]; then
  stamp="$venv/.installed-test"; wanted="$(cat "$stamp")"
fi
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
  if [ ! -x "$venv/bin/python" ] || ! fits "$venv/bin/python"; then make_venv; fi
  say "installing the packages of $lock (versions and hashes are pinned)"
  if ! "$venv/bin/python" -m uv --version >/dev/null 2>&1; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
  fi
  "$venv/bin/python" -m uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock"
  "$venv/bin/python" -m uv pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable .
  printf '%s' "$wanted" > "$stamp"
fi

# --- Chromium and its driver ------------------------------------------------------------------------------------------
has_browser() {
  for name in "${CJ_BROWSER:-}" chromium chromium-browser google-chrome google-chrome-stable chrome \
    chromium-headless-shell chrome-headless-shell headless-shell; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && "$name" --version >/dev/null 2>&1 && return 0
  done
  return 1
}
has_driver() {
  for name in "${CJ_DRIVER:-}" chromedriver; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && return 0
  done
  return 1
}
if ! has_browser || ! has_driver; then
  # The shell (Debian) is the same browser without a user interface, at half the cost; the other is needed for --headed.
  apt_install chromium chromium-driver chromium-headless-shell || apt_install chromium chromium-driver || apt_install chromium-browser chromium-chromedriver || true
fi
if ! has_browser; then
  say "No Chromium or Chrome was found and none could be installed. Install one and run this again:"
  say "  Debian:        sudo apt-get install chromium chromium-driver"
  say "  Ubuntu:        sudo snap install chromium   (or Google Chrome's own .deb)"
  say "  anywhere else: install Chrome; or set CJ_BROWSER=/path/to/chrome (and CJ_DRIVER=/path/to/chromedriver)"
  exit 2
fi
has_driver || say "No chromedriver was found; webdriver-manager will fetch the one that fits the browser at the first start."

# --- What the tests need besides: a screen that nobody sees and a mouse, for the test of a captcha that a person solves -----
needs() { command -v "$1" >/dev/null 2>&1; }
if [ "$profile" != demo ]; then
  missing=""
  needs Xvfb || missing="$missing xvfb"
  needs xdotool || missing="$missing xdotool"
  needs redis-server || missing="$missing redis-server"
  # shellcheck disable=SC2086  (a list)
  [ -z "$missing" ] || apt_install $missing || say "could not be installed:$missing; the tests that need it will fail"
fi

# --- Servers of the upper rungs (make airflow RUNG=2 and 3), started only by scripts/airflow_local.py -----------------------
has_postgresql() { needs initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
if [ -n "$servers" ] && ! has_postgresql; then
  apt_install postgresql || say "PostgreSQL could not be installed; rungs 2 and 3 need it (Debian, Ubuntu: apt-get install postgresql)"
fi
