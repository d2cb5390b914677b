# What the scripts need beside Swift, by the system's package manager; sourced, not run.

# install_package APT YUM BREW: whichever of the three managers this machine has.
install_package() {
  local run=()
  [ "$(id -u)" = 0 ] || run=(sudo)
  if command -v apt-get >/dev/null; then
    "${run[@]}" apt-get update -qq >/dev/null && "${run[@]}" apt-get install -y -qq "$1" >/dev/null
  elif command -v yum >/dev/null; then
    "${run[@]}" yum install -y -q "$2" >/dev/null
  elif command -v brew >/dev/null; then
    brew install -q "$3" >/dev/null
  else
    echo "Please install $1: this machine has neither apt-get, yum nor brew." >&2
    return 1
  fi
}

# The headers of zlib, and the time zone database.
install_build_needs() {
  if ! command -v swift >/dev/null; then
    echo "Swift 6.2 or later is needed: see https://www.swift.org/install" >&2
    return 1
  fi
  if ! [ -e /usr/include/zlib.h ] && ! pkg-config --exists zlib 2>/dev/null \
    && ! xcrun --show-sdk-path >/dev/null 2>&1; then
    echo "installing zlib's headers" >&2
    install_package zlib1g-dev zlib-devel zlib
  fi
  if ! [ -d "${TZDIR:-/usr/share/zoneinfo}" ]; then
    echo "installing the time zone database" >&2
    install_package tzdata tzdata tzdata
  fi
}
