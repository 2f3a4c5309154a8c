#!/bin/sh
# Makes the passwords and certificates that docker-compose.yml hands to its containers, each one once: what is there
# stays. For development; a company that runs its own certificate authority puts its files in their place.
set -eu
umask 077
mkdir -p "$(dirname "$0")/secrets"
cd "$(dirname "$0")/secrets"

password() {
  [ -s "$1" ] || openssl rand -hex 24 | tr -d '\n' >"$1"
}

# authority NAME: its certificate in NAME, its key in NAME.key, which no container sees.
authority() {
  [ -s "$1" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 3650 \
    -subj "/CN=$1" -keyout "$1.key" -out "$1" 2>/dev/null
}

# certificate AUTHORITY HOST USE NAME: for serverAuth or clientAuth, in NAME_certificate and NAME_key.
certificate() {
  [ -s "$4_certificate" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 825 \
    -subj "/CN=$2" -CA "$1" -CAkey "$1.key" -addext "subjectAltName=DNS:$2" \
    -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
    -addext "extendedKeyUsage=$3" -keyout "$4_key" -out "$4_certificate" 2>/dev/null
}

for user in operator decide gateway desk project effects; do password "kafka_$user"; done
for role in operator owner project desk gateway effects; do password "lockstep_$role"; done

authority kafka_ca
certificate kafka_ca kafka serverAuth kafka
[ -s kafka_broker ] || cat kafka_key kafka_certificate kafka_ca >kafka_broker

# An authority of its own: whoever has a certificate of it may speak on the link.
authority link_ca
certificate link_ca edge serverAuth link_edge
certificate link_ca gateway clientAuth link_gateway

# A container's user must be able to read what is mounted into it. On this machine the folder keeps others out.
for file in *; do
  case $file in *_ca.key | kafka_key) ;; *) chmod 644 "$file" ;; esac
done
echo "passwords and certificates: $(pwd)"
