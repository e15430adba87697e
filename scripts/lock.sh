#!/bin/sh
# Makes the lock files anew from pyproject.toml: versions and hashes, no addresses. Needs uv.
# One resolution for everything (all.lock) constrains the smaller ones, so that each version is the same everywhere.
set -eu
cd "$(dirname "$0")/.."
common="--universal --python-version 3.10 --no-emit-index-url --no-emit-find-links --generate-hashes --custom-compile-command scripts/lock.sh --quiet"
echo uv > requirements/bootstrap.in
"${UV:-uv}" pip compile $common requirements/bootstrap.in -o requirements/bootstrap.lock
"${UV:-uv}" pip compile $common --all-extras pyproject.toml -o requirements/test.lock
sed -n 's/^\([A-Za-z0-9._-]*==[^\\]*\) *\\$/\1/p' requirements/test.lock > requirements/constraints.tmp
"${UV:-uv}" pip compile $common --extra practice --extra report --extra build -c requirements/constraints.tmp pyproject.toml -o requirements/demo.lock
"${UV:-uv}" pip compile $common --extra airflow --extra celery --extra storage --extra redis --extra practice --extra report --extra build \
  -c requirements/constraints.tmp pyproject.toml -o requirements/server.lock
rm -f requirements/constraints.tmp requirements/bootstrap.in
sed -i '/^ *# *-c /d' requirements/demo.lock requirements/server.lock
