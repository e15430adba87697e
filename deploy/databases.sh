#!/bin/sh
# Run once by the PostgreSQL image, when its volume is empty: the second database, for the data.
set -eu
createdb --username "$POSTGRES_USER" cj
