#!/bin/sh
# What a container of the image does: set-up once, `cj ...` by hand, else an Airflow command
# (scheduler, celery worker, ...).
set -eu
umask 077 # rosters and histories are for their owner only
# An empty line of .env means: not set. An empty region or address would be taken at its word.
for name in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION AWS_ENDPOINT_URL \
  CJ_SITE CJ_SITES CJ_CONTACT; do
  eval "[ -n \"\${$name:-}\" ] || unset $name"
done
case "${1:-}" in
  set-up) exec python /srv/cj/deploy/set_up.py ;;
  healthy) shift; exec /srv/cj/deploy/healthy.sh "$@" ;;
  cj) exec "$@" ;;
  *) exec airflow "$@" ;;
esac
