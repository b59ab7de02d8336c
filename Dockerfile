# Two stages: the compiler stays behind. Needs a registry that has the two base images; see docs/operating.md.
FROM rust:1.94-bookworm AS build
WORKDIR /src
COPY . .
# FEATURES=otlp adds traces.
ARG FEATURES=""
RUN cargo build --release --locked --bin usher --features "$FEATURES" && install -D -m 0755 target/release/usher /out/usher

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin usher \
    && install -d -o usher -g usher -m 0700 /data
COPY --from=build /out/usher /usr/local/bin/usher
USER 10001:10001
WORKDIR /data
# Everything that is written lies here; the rest of the file system can be read-only (--read-only --tmpfs /tmp).
VOLUME /data
ENV USHER_LISTEN=0.0.0.0:8080 USHER_DATABASE_URL=sqlite:///data/usher.db USHER_LOG_FORMAT=json
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD curl -fsS http://127.0.0.1:8080/readyz || exit 1
ENTRYPOINT ["usher"]
CMD ["serve"]
