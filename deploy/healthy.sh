#!/bin/sh
# The health checks: healthy.sh api-server|scheduler|dag-processor|worker; exit 0 when that part of
# this container works.
set -eu
case "${1:?usage: healthy.sh api-server|scheduler|dag-processor|worker}" in
  api-server)
    exec python -c 'import os, urllib.request as r
port = os.environ.get("AIRFLOW__API__PORT", "8080")
r.build_opener(r.ProxyHandler({})).open(f"http://127.0.0.1:{port}/api/v2/version", timeout=10).read()' ;;
  scheduler) exec airflow jobs check --job-type SchedulerJob --hostname "$(hostname)" ;;
  dag-processor) exec airflow jobs check --job-type DagProcessorJob --hostname "$(hostname)" ;;
  worker)
    exec celery --app airflow.providers.celery.executors.celery_executor.app inspect ping \
      --destination "celery@$(hostname)" --timeout 20 ;;
  *) echo "healthy.sh: no such part: $1" >&2; exit 2 ;;
esac
