#!/usr/bin/env bash
# What `dagger call ci` does for the example, as a plain shell script with the same pinned tools and their same
# options: the yardstick of `npm run bench`. It keeps between runs what such a script can keep: the virtual
# environment of an unchanged lock file, uv's cache, the image build's layers.
#
#   script.sh SERVICE…      checks these services of the shop, builds their images, bumps staging
#
# SHOP    the repository                 KEEP  what is kept between runs        OUT   reports, empty at the start
# TOOLS   uv, ruff, hadolint, trivy, syft, kustomize, kubeconform, gitleaks in one folder                        JOBS  tools at a time
# DATABASE  Trivy's cache folder         REGISTRY  where images come from, HOST:PORT
# SCHEMAS  of Kubernetes, for its version KUBERNETES
# PYTHON, TEST_TOOLS (requirements), POSTGRES (folder of its programs)
set -euo pipefail

export PATH=$TOOLS:$PATH UV_CACHE_DIR=$KEEP/uv UV_LINK_MODE=copy UV_SYSTEM_CERTS=true UV_PYTHON_DOWNLOADS=never
export PYTHONDONTWRITEBYTECODE=1 CI=true TRIVY_DISABLE_TELEMETRY=true SYFT_CHECK_FOR_APP_UPDATE=false
export CONTAINERS_REGISTRIES_CONF=$OUT/registries.conf BUILDAH_ISOLATION=chroot
mkdir -p "$KEEP" "$OUT"
cat >"$OUT/registries.conf" <<END
[[registry]]
prefix = "docker.io"
location = "$REGISTRY"
insecure = true
END

# As many tools at a time as there are jobs: each takes a token and gives it back.
mkfifo "$OUT/tokens"
exec 9<>"$OUT/tokens"
for _ in $(seq "$JOBS"); do echo >&9; done

# tool NAME COMMAND…: runs a tool when its turn comes; notes name, seconds, CPU seconds of user and system, KiB.
tool() {
  local name=$1 status=0
  shift
  read -r -u 9
  command time --quiet --append --output="$OUT/times" --format="$name %e %U %S %M" "$@" 9>&- || status=$?
  echo >&9
  return "$status"
}

# together COMMAND…: runs functions side by side and fails if one of them does.
together() {
  local pids=() status=0 pid
  for each in "$@"; do
    $each &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || status=1; done
  return "$status"
}

# -- one service -------------------------------------------------------------------------------------

environment() { # SERVICE; a virtual environment from the lock files, kept while they are as they were
  local service=$1 here=$SHOP/services/$1 venv=$KEEP/$1/venv
  local files=(--requirements="$here/requirements.txt" --requirements="$here/requirements-dev.txt")
  local key
  key=$(cat "$here"/requirements*.txt <(echo "$PYTHON $TEST_TOOLS") | sha256sum)
  if [ "$(cat "$KEEP/$service/lock" 2>/dev/null)" = "$key" ]; then return; fi
  rm -rf "$venv"
  grep -q -- --hash= "$here/requirements.txt" && files+=(--require-hashes)
  export VIRTUAL_ENV=$venv
  tool "$service/venv" uv venv --quiet --python="$PYTHON" "$venv"
  # shellcheck disable=SC2086 # a list of requirements
  tool "$service/test-tools" uv pip install --quiet $TEST_TOOLS
  tool "$service/install" uv pip install --quiet "${files[@]}"
  echo "$key" >"$KEEP/$service/lock"
}

ruff_check() {
  tool "$1/lint" ruff check --quiet --exit-zero --no-cache --output-format=sarif \
    --output-file="$OUT/$1/ruff.sarif" "$SHOP/services/$1"
}

ruff_format() {
  tool "$1/format" ruff format --check --no-cache --output-format=sarif "$SHOP/services/$1" >"$OUT/$1/ruff-format.sarif"
}

types() {
  grep -q '^\[tool.mypy\]' "$SHOP/services/$1/pyproject.toml" || return 0
  (cd "$SHOP/services/$1" && MYPY_CACHE_DIR=$OUT/$1/mypy tool "$1/types" \
    "$KEEP/$1/venv/bin/mypy" --output=json --no-error-summary >"$OUT/$1/mypy.jsonl")
}

# Each service's server, on a port of its own, with fresh data; its time counts as the test's.
start_postgres() {
  local data=$OUT/$1/postgres port=54329
  install -d -o postgres "$data"
  local as_postgres="setpriv --reuid=postgres --regid=postgres --clear-groups"
  $as_postgres "$POSTGRES/initdb" --auth=trust --username=postgres --pgdata="$data" >"$OUT/$1/initdb.log"
  $as_postgres "$POSTGRES/postgres" -D "$data" -h 127.0.0.1 -p "$port" -k '' >"$OUT/$1/postgres.log" 2>&1 &
  until "$POSTGRES/pg_isready" -q -h 127.0.0.1 -p "$port"; do sleep 0.05; done
  export DATABASE_URL=postgresql://postgres@127.0.0.1:$port/postgres
}

start_redis() {
  local port=63799
  redis-server --bind 127.0.0.1 --port "$port" --save '' --dir "$OUT/$1" >"$OUT/$1/redis.log" &
  until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.05; done
  export REDIS_URL=redis://127.0.0.1:$port/0
}

with_server() { # SERVICE COMMAND…
  local service=$1 status=0
  shift
  if [ "$service" = orders ]; then start_postgres "$service"; else start_redis "$service"; fi
  "$@" || status=$?
  kill -INT $! && wait $! || true
  return "$status"
}
export -f with_server start_postgres start_redis

pytest() {
  cd "$SHOP/services/$1"
  local coverage=(--cov)
  grep -q '^\[tool.coverage' pyproject.toml || {
    printf '[run]\nomit = tests/*\n' >"$OUT/$1/coveragerc"
    coverage+=(--cov=. --cov-config="$OUT/$1/coveragerc")
  }
  COVERAGE_FILE=$OUT/$1/coverage tool "$1/test" bash -euc 'with_server "$@"' - "$1" \
    "$KEEP/$1/venv/bin/python" -m pytest -q -p no:cacheprovider --junitxml="$OUT/$1/junit.xml" \
    --override-ini=junit_family=xunit2 "${coverage[@]}" --cov-report="json:$OUT/$1/coverage.json" \
    --cov-report="xml:$OUT/$1/coverage.xml" --cov-fail-under=0
}

image() {
  local storage=(--root="$KEEP/layers" --runroot="$OUT/layers" --storage-driver=overlay)
  # The machine's certificates, as the engine hands them to its builds.
  local certificates=/etc/ssl/certs/ca-certificates.crt
  tool "$1/image" buildah "${storage[@]}" build --quiet --layers --network=host \
    --volume="$certificates:$certificates:ro" --tag="localhost/$1" "$SHOP/services/$1"
  tool "$1/archive" buildah "${storage[@]}" push --quiet --digestfile="$OUT/$1/digest" \
    "localhost/$1" "oci:$OUT/$1/image:$1"
}

sbom() {
  tool "$1/sbom" syft scan "oci-dir:$OUT/$1/image" --source-name="$1" --quiet \
    --output="spdx-json@2.3=$OUT/$1/sbom.spdx.json" --output="cyclonedx-json@1.6=$OUT/$1/sbom.cdx.json" \
    --output="syft-json=$OUT/$1/sbom.syft.json"
}

# -- scans -------------------------------------------------------------------------------------------

trivy_scan() { # NAME SCANNERS ARGUMENT…
  local name=$1 scanners=$2
  shift 2
  mkdir -p "$OUT/$name"
  tool "$name" trivy "$@" --quiet --cache-dir="$DATABASE" --cache-backend=memory --skip-db-update \
    --skip-java-db-update --skip-check-update --skip-version-check --offline-scan --no-progress \
    --scanners="$scanners" --exit-code=0 --format=json --output="$OUT/$name/trivy.json"
  tool "$name-convert" trivy convert --quiet --format=sarif --output="$OUT/$name/trivy.sarif" "$OUT/$name/trivy.json"
}

image_scan() { trivy_scan "$1/image-scan" vuln,secret image --input="$OUT/$1/image"; }
source_scan() { cd "$SHOP" && trivy_scan scan vuln,secret,misconfig filesystem .; }

leaks() {
  (cd "$SHOP" && tool secrets gitleaks dir . --report-format=json --report-path="$OUT/gitleaks.json" --redact=100 \
    --no-banner --no-color)
}

dockerfiles() {
  tool hadolint hadolint --format=json "$SHOP"/services/*/Dockerfile >"$OUT/hadolint.json"
}

# Every kustomization as it is deployed, against the schemas and for misconfiguration.
manifests() {
  local file name
  for file in "$SHOP"/k8s/base "$SHOP"/k8s/overlays/*; do
    name=$(basename "$file")
    mkdir -p "$OUT/rendered/$name"
    tool "manifests/$name/render" kustomize build --output="$OUT/rendered/$name/manifests.yaml" "$file"
    tool "manifests/$name" kubeconform -strict -summary -verbose -output=json \
      -schema-location="$SCHEMAS/{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json" \
      -kubernetes-version="$KUBERNETES" "$OUT/rendered/$name" >"$OUT/rendered/$name/kubeconform.json"
  done
  (cd "$OUT/rendered" && trivy_scan manifests-scan misconfig filesystem .)
}

# -- the whole ---------------------------------------------------------------------------------------

python_checks() {
  environment "$1"
  together "pytest $1" "types $1"
}

delivery() {
  image "$1"
  together "sbom $1" "image_scan $1"
}

bump() { # SERVICE…; in a copy, so that the repository stays as it is
  local staging=$OUT/repository/k8s/overlays/staging images=() service
  cp -r "$SHOP" "$OUT/repository"
  for service in "$@"; do
    images+=("registry.example.com/shop/$service@$(cat "$OUT/$service/digest")")
  done
  tool bump/before kustomize build --output="$OUT/before.yaml" "$staging"
  (cd "$staging" && tool bump/set kustomize edit set image "${images[@]}")
  tool bump/after kustomize build --output="$OUT/after.yaml" "$staging"
  ! diff "$OUT/before.yaml" "$OUT/after.yaml" >"$OUT/bump.diff"
}

steps=(source_scan leaks dockerfiles manifests)
for service in "$@"; do
  mkdir -p "$OUT/$service" "$KEEP/$service"
  steps=("python_checks $service" "delivery $service" "ruff_check $service" "ruff_format $service" "${steps[@]}")
done
together "${steps[@]}"
bump "$@"
