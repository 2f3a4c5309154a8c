# syntax=docker/dockerfile:1
# Two images: `lockstep`, the program with its front ends inside, and `kafka-setup`, which applies topics and
# permissions. docker-compose.yml builds both.

FROM node:24-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY api/schema ../api/schema
COPY web .
RUN npm run build

FROM rust:1.95.0-bookworm AS build
# The image's compiler is the one of rust-toolchain.toml; without this rustup would look for its components.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /src
COPY . .
COPY --from=web /src/web/dist web/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked -p lockstep && cp target/release/lockstep /lockstep

FROM debian:bookworm-slim AS lockstep
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin lockstep \
    && install -d -o lockstep -g lockstep -m 0700 /var/lib/lockstep /var/lib/lockstep/data /var/lib/lockstep/secrets
COPY --from=build /lockstep /usr/local/bin/lockstep
COPY deploy/lockstep/ready /usr/local/bin/ready
USER 10001
WORKDIR /var/lib/lockstep
ENV LOCKSTEP_DATA_DIR=/var/lib/lockstep/data LOCKSTEP_SECRETS=/var/lib/lockstep/secrets
ENTRYPOINT ["lockstep"]
CMD ["serve"]

# A JDK, because `Apply.java` is run from its source.
FROM eclipse-temurin:21-jdk AS kafka-setup
COPY --from=apache/kafka:4.1.0 /opt/kafka/libs /opt/kafka/libs
COPY deploy/kafka /deploy
USER 10001
CMD ["java", "-Xmx128m", "-Dlog4j2.configurationFile=/deploy/log4j2.properties", "-cp", "/opt/kafka/libs/*", \
     "/deploy/Apply.java", "/deploy/client.properties", "/deploy"]
