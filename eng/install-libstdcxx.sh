#!/usr/bin/env bash
# libtorch 2.10 needs GLIBCXX_3.4.32 of libstdc++ (GCC 13.2), which Debian 12 does not have. This script does nothing where the
# library is new enough; on Debian as root it installs libstdc++6 of Debian 13 (trixie), whose suite it adds pinned at priority 100, so that nothing else
# is ever taken from it; elsewhere it only explains. It always ends with 0 unless --check is given: what needs libtorch says itself what is missing.
#
#   eng/install-libstdcxx.sh          repair where needed and possible
#   eng/install-libstdcxx.sh --check  1 if the library is too old, without changing anything
set -uo pipefail

needed=GLIBCXX_3.4.32
sources=/etc/apt/sources.list.d/hybridrec-trixie.sources
preferences=/etc/apt/preferences.d/hybridrec-trixie

say() { echo "install-libstdcxx: $*"; }
library() {
  { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | awk -v arch="$(uname -m)" '
    $1 == "libstdc++.so.6" && (arch != "x86_64" || /x86-64/) { print $NF; exit }'
}
new_enough() { local file; file=$(library); [ -n "$file" ] && grep -q "$needed" "$file"; }

[ "$(uname -s)" = Linux ] || exit 0
new_enough && exit 0
[ "${1:-}" = --check ] && { say "libstdc++ lacks $needed"; exit 1; }

. /etc/os-release 2>/dev/null || true
if [ "${ID:-}" != debian ]; then
  say "the C++ library of this system ($(library)) lacks $needed, which libtorch 2.10 needs. Install libstdc++ of GCC 13.2 or newer by the means of ${PRETTY_NAME:-this system}."
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  say "the C++ library of ${PRETTY_NAME:-Debian} lacks $needed, which libtorch 2.10 needs. Run as root: bash eng/install-libstdcxx.sh (it takes libstdc++6, and libc6 under it, from Debian 13)."
  exit 0
fi

say "the C++ library of ${PRETTY_NAME:-Debian} lacks $needed, which libtorch 2.10 needs: libstdc++6 (and libc6 under it) is taken from Debian 13 (trixie)."
if ! apt-cache policy 2>/dev/null | grep -q 'n=trixie'; then
  say "adding the suite trixie, pinned at priority 100: $sources, $preferences"
  cat >"$sources" <<'END'
Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
  cat >"$preferences" <<'END'
Package: *
Pin: release n=trixie
Pin-Priority: 100
END
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends -t trixie libstdc++6 </dev/null
ldconfig 2>/dev/null || /sbin/ldconfig 2>/dev/null
if new_enough; then
  say "done: $(library) has $needed."
else
  say "libstdc++6 could not be installed; see above. Whatever needs libtorch will say so when it is used."
fi
exit 0
