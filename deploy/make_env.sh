#!/bin/sh
# Writes .env beside this script from .env.example, with a random secret wherever the example says
# <random>. Fill in the rest.
set -eu
cd "$(dirname "$0")"
[ ! -e .env ] || { echo "make_env: .env stands already; remove it for new secrets (the database keeps the old password)" >&2; exit 2; }
umask 077
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
# Airflow's Fernet key is 32 bytes in URL-safe base64.
fernet() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }
while IFS= read -r line || [ -n "$line" ]; do
  case "$line" in
    *=\<random\>) printf '%s=%s\n' "${line%%=*}" "$(random 24)" ;;
    *=\<fernet\>) printf '%s=%s\n' "${line%%=*}" "$(fernet)" ;;
    *) printf '%s\n' "$line" ;;
  esac
done < .env.example > .env
echo "wrote $(pwd)/.env; fill in what is empty: site, contact, user and password of the court"
