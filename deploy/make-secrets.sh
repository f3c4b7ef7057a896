#!/bin/sh
# Makes the secrets of docker-compose.yml in deploy/secrets, once: what is there is never changed.
# Keep a copy of field_keys and seal_keys elsewhere: a backup cannot be read without them.
set -eu
directory=$(dirname "$0")/secrets
umask 077
mkdir -p "$directory"
if [ -n "$(ls -A "$directory")" ]; then
    echo "$directory holds secrets already; nothing was changed." >&2
    exit 1
fi
random() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }
word() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
keep() { printf '%s\n' "$2" > "$directory/$1"; }

superuser=$(word); owner=$(word); app=$(word); broker=$(word)
keep postgres_password "$superuser"
keep bootstrap_database_url "postgresql://postgres:$superuser@postgres:5432/postgres"
keep owner_database_url "postgresql://smart_owner:$owner@postgres:5432/smart?application_name=smart-owner"
keep app_database_url "postgresql://smart_app:$app@postgres:5432/smart?application_name=smart"
keep broker_url "redis://:$broker@valkey:6379/0"
keep valkey_conf "requirepass $broker
save \"\"
appendonly no
maxmemory 256mb
maxmemory-policy noeviction"
keep secret_key "$(random)$(random)"
keep secret_key_fallbacks "$(random)$(random)"  # of no use until secret_key is changed: it signed nothing
keep field_keys "1:$(random)"
keep seal_keys "1:$(random)"
keep metrics_token "$(word)"
# The containers read them as accounts that are not yours; only the directory keeps others out.
chmod 0644 "$directory"/*
chmod 0700 "$directory"
