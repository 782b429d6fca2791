# Installing packages by apt, for the scripts beside this file. Sourced; expects `die` and the source
# folder as working directory.

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

missing() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || echo "$package"
  done
}

install_missing() {
  local list
  mapfile -t list < <(missing "$@")
  [ "${#list[@]}" = 0 ] && return 0
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    die "these packages are missing and there is no sudo; as root: apt-get install ${list[*]}"
  echo "== installing ${list[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${list[@]}" >build/setup.log 2>&1 || { tail -n 20 build/setup.log >&2; die "apt-get failed"; }
}
