#!/usr/bin/env bash
# Chromium for the tests of samples/MovieRecommender's page. Installs Debian's package where that can be done; elsewhere says what to do. The tests are skipped, and say why, where there is none.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" > /dev/null; then echo "chromium: $(command -v "$name")"; exit 0; fi
done
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
  echo "chromium: not found. Install it (Debian, Ubuntu: apt-get install chromium) and put it on the path; the page's tests are skipped without it." >&2
  exit 3
fi
echo "chromium: installing Debian's package"
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium > /dev/null; }
install 2> /dev/null || { apt-get update -qq && install; } || { echo "chromium: apt-get could not install it; is there a network?" >&2; exit 3; }
command -v chromium
