#!/usr/bin/env bash
# Tries docker-compose.yml on a machine with a container engine: brings everything up with secrets of its own, pays by GraphQL and by SOAP
# with a subscriber listening, kills a gateway and the broker while a scenario runs, asks Prometheus what the dashboard shows, and takes everything
# away again.
#   deploy/try.sh                                  needs docker and docker-compose (or "docker compose"); about ten minutes
#   TRY_IMAGES=images.env TRY_WITHOUT=grafana deploy/try.sh    with images of deploy/offline-images, and without services that have none
#   TRY_IMAGE=nodo-aperto:local deploy/try.sh      with an image that is built already
set -euo pipefail
cd "$(dirname "$0")/.."

ROOT="${PWD}"
WORK="$(mktemp -d)"
PROJECT="nodotry$$"
if docker compose version > /dev/null 2>&1; then
  COMPOSE=(docker compose)
else
  COMPOSE=(docker-compose)
fi
COMPOSE+=(--env-file "${WORK}/environment" --project-name "${PROJECT}")

finish() {
  local code=$?
  if [ "${code}" != 0 ]; then
    "${COMPOSE[@]}" ps || true
    "${COMPOSE[@]}" logs --tail=20 || true
  fi
  "${COMPOSE[@]}" down --volumes --remove-orphans --timeout 10 > /dev/null 2>&1 || true
  rm -rf "${WORK}"
  exit "${code}"
}
trap finish EXIT

# Development: creditors of the trial have addresses of the containers' network, which are refused in production.
{
  sed -e 's/^NODE_ENV=.*/NODE_ENV=development/' deploy/environment.example
  if [ -n "${TRY_IMAGES:-}" ]; then cat "${TRY_IMAGES}"; fi
  if [ -n "${TRY_IMAGE:-}" ]; then echo "NODO_IMAGE=${TRY_IMAGE}"; fi
  echo "NODO_PORT=${TRY_PORT:-4900}"
  echo "GRAFANA_PORT=${TRY_GRAFANA_PORT:-4930}"
} > "${WORK}/environment"
for name in $(sed -n 's/^\([A-Z_]*\)=$/\1/p' "${WORK}/environment"); do
  sed -i "s/^${name}=\$/${name}=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')/" "${WORK}/environment"
done

step() {
  echo
  echo "== $*"
}
in_network() { timeout 600 "${COMPOSE[@]}" run --rm --use-aliases --no-deps -T -v "${ROOT}/deploy/try:/app/deploy/try:ro" "$@"; }
container() { "${COMPOSE[@]}" ps -q "$1"; }
state() { docker inspect --format '{{.State.Health.Status}}' "$(container "$1")"; }

step "build and start"
mapfile -t SERVICES < <("${COMPOSE[@]}" config --services | grep --invert-match --line-regexp --fixed-strings -e loadtest -e simulator \
  $(printf -- '-e %s ' ${TRY_WITHOUT:-}))
if [ -z "${TRY_IMAGE:-}" ]; then
  "${COMPOSE[@]}" build migrate > "${WORK}/build.log" 2>&1 || {
    tail -n 20 "${WORK}/build.log" >&2
    exit 1
  }
fi
timeout 600 "${COMPOSE[@]}" up -d --no-build "${SERVICES[@]}" > "${WORK}/up.log" 2>&1 || {
  tail -n 20 "${WORK}/up.log" >&2
  exit 1
}
for service in "${SERVICES[@]}"; do
  if [ "${service}" = migrate ]; then continue; fi
  for _attempt in $(seq 120); do
    if [ "$(state "${service}")" = healthy ]; then break; fi
    sleep 1
  done
  echo "${service}: $(state "${service}")"
  [ "$(state "${service}")" = healthy ]
done

step "what Prometheus scrapes"
docker exec "$(container gateway-1)" node -e '
  fetch("http://prometheus:9090/api/v1/targets").then((answer) => answer.json()).then(({ data }) => {
    for (const { labels, scrapeUrl, health } of data.activeTargets) console.log(`${labels.service} ${scrapeUrl} ${health}`);
    process.exit(data.activeTargets.every(({ health }) => health === "up") ? 0 : 1);
  });'

step "a payment by GraphQL and one by SOAP, through the proxy, with a subscriber"
in_network --entrypoint "node boot.mjs deploy/try/payments.ts" simulator

step "a scenario, in which a gateway and the broker are killed"
in_network simulator deploy/try/faults.yaml --url http://proxy:8080 --data /data --listen 0.0.0.0 --advertise simulator \
  --reports /tmp/reports > "${WORK}/scenario.log" 2>&1 &
SCENARIO=$!
for _attempt in $(seq 240); do
  if grep --quiet 'payments arrive' "${WORK}/scenario.log" || ! kill -0 "${SCENARIO}" 2> /dev/null; then break; fi
  sleep 1
done
sleep 15
# The service inside, not the container: so the restart policy is tried as well.
docker exec "$(container gateway-1)" sh -c 'kill -9 $(cat /proc/1/task/1/children)'
echo "gateway-1 was killed"
sleep 10
docker kill "$(container broker)" > /dev/null
sleep 5
docker start "$(container broker)" > /dev/null
echo "the broker was killed, and started again five seconds later"
CODE=0
wait "${SCENARIO}" || CODE=$?
sed -n '/^FIGURE/,$p' "${WORK}/scenario.log"
[ "${CODE}" = 0 ] || tail -n 5 "${WORK}/scenario.log" >&2
echo "gateway-1 was restarted $(docker inspect --format '{{.RestartCount}}' "$(container gateway-1)") time(s)"

step "what the panels of the dashboard find in Prometheus"
docker exec -i "$(container gateway-1)" node -e '
  let text = "";
  process.stdin.on("data", (chunk) => (text += chunk)).on("end", async () => {
    let failed = 0;
    for (const { title, targets } of JSON.parse(text).panels)
      for (const { expr } of targets) {
        const answer = await (await fetch(`http://prometheus:9090/api/v1/query?query=${encodeURIComponent(expr)}`)).json();
        // None is no fault: what did not happen in this trial has no series, such as answers from ACA.
        console.log(`${title}: ${answer.status === "success" ? `${answer.data.result.length} series` : answer.error}`);
        if (answer.status !== "success") failed += 1;
      }
    process.exit(failed === 0 ? 0 : 1);
  });' < deploy/grafana/dashboards/nodo-aperto.json || CODE=$?
exit "${CODE}"
