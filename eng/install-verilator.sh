#!/usr/bin/env bash
# Installs Verilator from the distribution where that can be done without asking (root, apt); else says why not and ends with 3.
set -uo pipefail
command -v verilator >/dev/null && { verilator --version; exit 0; }
command -v apt-get >/dev/null || { echo "install-verilator: there is no apt-get here; install Verilator 5 by hand" >&2; exit 3; }
[ "$(id -u)" -eq 0 ] || { echo "install-verilator: needs root" >&2; exit 3; }
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends verilator g++; } >/dev/null 2>&1 ||
  { echo "install-verilator: apt-get could not install verilator; is there a network?" >&2; exit 3; }
verilator --version
