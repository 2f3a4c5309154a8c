#!/usr/bin/env bash
# The broker of docker-compose.yml: its storage formatted the first time, then started.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kafka=${KAFKA_HOME:-/opt/kafka}
settings=$(mktemp)
cat "$here/server.properties" "$here/compose.properties" >"$settings"
# Any name does, as long as it stays the same.
"$kafka/bin/kafka-storage.sh" format --ignore-formatted --cluster-id bG9ja3N0ZXAtY29tcG9zZQ --config "$settings"
exec "$kafka/bin/kafka-server-start.sh" "$settings"
