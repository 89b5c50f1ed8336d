# The gateway in a container: not root, a read-only root file system, everything that it keeps in /data.
#
#   docker build -t forebay .
#   docker run --rm --read-only --tmpfs /tmp -v forebay:/data -p 127.0.0.1:8080:8080 forebay
#
# Other verbs: docker run --rm forebay --help
#
# Keys are asked for on every address; the first ones are created in /data/admin.key and /data/local.key.
# The heap is a quarter of the container's memory, at most 1 GiB; FOREBAY_HEAP says otherwise.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY src/main src/main
RUN mvn -B -ntp -Dmaven.test.skip=true package

FROM node:22-bookworm-slim AS servers
WORKDIR /servers
COPY mcp-servers/npm/package.json mcp-servers/npm/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM eclipse-temurin:25-jre
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin forebay \
 && install -d -o 10001 -g 10001 -m 0700 /data
# MCP servers from npm are started as `node FILE`, never through npx.
COPY --from=servers /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY forebay ./
COPY config config
COPY mcp-servers mcp-servers
COPY --from=servers /servers/node_modules mcp-servers/npm/node_modules
COPY --from=build /build/target/forebay.jar target/forebay.jar
COPY --from=build /build/target/lib target/lib
USER 10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/live').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# tini passes SIGTERM on and reaps what children leave behind; the launcher becomes the JVM.
ENTRYPOINT ["tini", "--", "/app/forebay"]
CMD ["up", "--host", "0.0.0.0", "--port", "8080", "--data", "/data"]
