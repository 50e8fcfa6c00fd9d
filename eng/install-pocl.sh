#!/usr/bin/env bash
# Unpacks PoCL (an OpenCL that runs on the processor) and the OpenCL loader from Debian's packages into a folder; installs nothing into the system and needs no root.
# usage: eng/install-pocl.sh [FOLDER]      then: source FOLDER/env
# Does nothing where the folder is complete. Fails, and says why, where the packages are not to be had; the tests of OpenCL are skipped then.
set -euo pipefail
prefix="${1:-${HYBRIDREC_POCL:-$HOME/.cache/hybridrec/pocl}}"
[ -f "$prefix/env" ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo "install-pocl: apt-get and dpkg-deb are needed, and this machine does not have them" >&2; exit 1; }

wanted="pocl-opencl-icd ocl-icd-libopencl1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# apt-get install would want the 32-bit C library of another release on mixed systems; unpacked side by side, only what the loader asks for is needed.
list() {
  apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances $wanted 2>/dev/null |
    grep '^[a-z0-9]' | grep -v ':' | grep -vE '^(lib32|libc6)' | sort -u
}
[ -n "$(list)" ] || apt-get update -qq >/dev/null 2>&1 || true
packages=$(for package in $(list); do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && [ "$package" != ocl-icd-libopencl1 ] || echo "$package"
done)
[ -n "$packages" ] || { echo "install-pocl: the package lists know no pocl-opencl-icd; run apt-get update" >&2; exit 1; }
( cd "$work" && apt-get download -qq $packages 2>"$work/log" ) || { ( apt-get update -qq && cd "$work" && apt-get download -qq $packages ) >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }; }

mkdir -p "$prefix"
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$prefix"; done
libraries=$(dirname "$(find "$prefix/usr/lib" -name 'libOpenCL.so.1' | head -n 1)")
llvm=$(find "$prefix/usr/lib" -maxdepth 2 -type d -path '*llvm-*/lib' | head -n 1)
mkdir -p "$prefix/vendors"
find "$libraries" -name 'libpocl.so.2*' | sort | head -n 1 > "$prefix/vendors/pocl.icd"
[ -s "$prefix/vendors/pocl.icd" ] || { echo "install-pocl: the packages hold no libpocl.so.2: $packages" >&2; exit 1; }
# Written last: its being there says that the rest is.
cat > "$prefix/env" <<ENV
export OCL_ICD_VENDORS="$prefix/vendors"
export HYBRIDREC_OPENCL_LIBRARY="$libraries/libOpenCL.so.1"
export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
export PATH="\$PATH:$prefix/usr/bin${llvm:+:${llvm%/lib}/bin}"
ENV
echo "PoCL is in $prefix ($(echo $packages | wc -w) packages)"
