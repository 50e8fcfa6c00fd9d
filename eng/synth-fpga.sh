#!/usr/bin/env bash
# Synthesizes the FPGA kernels and places and routes them for a Lattice ECP5-85 (LFE5U-85F, speed 8), and writes the table in docs/fpga.md.
#   eng/synth-fpga.sh [--designs "agg16 agg32 sample"] [--seed 1] [--jobs-lock FILE] [--nice 10]
# The tools are Debian trixie's yosys and nextpnr-ecp5, fetched by a private apt configuration and unpacked under HYBRIDREC_EDA
# (default ~/.cache/hybridrec-eda, 240 MB); nothing is installed. They run in a mount namespace of their own (unshare, chroot).
# Minutes a design; reports go to artifacts/fpga-synth. With --jobs-lock every tool runs under flock of that file.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
fpga="$root/src/Accel.Fpga"
reports="$root/artifacts/fpga-synth"
eda="${HYBRIDREC_EDA:-$HOME/.cache/hybridrec-eda}"
designs="agg16 agg32 sample" seed=1 lock="" nice=10
while [ $# -gt 0 ]; do
  case "$1" in
    --designs) designs="$2"; shift 2 ;;
    --seed) seed="$2"; shift 2 ;;
    --jobs-lock) lock="flock $2"; shift 2 ;;
    --nice) nice="$2"; shift 2 ;;
    *) echo "synth-fpga: unknown option $1; there are --designs, --seed, --jobs-lock and --nice" >&2; exit 2 ;;
  esac
done
mkdir -p "$reports"

fetch() {
  local apt="$eda/apt" box="$eda/root"
  mkdir -p "$apt"/{lists/partial,cache/archives/partial,state} "$box"/usr/{bin,lib,lib64,sbin} "$box"/{tmp,work,proc}
  for d in bin lib lib64 sbin; do ln -sfn "usr/$d" "$box/$d"; done
  touch "$apt/state/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main" > "$apt/sources.list"
  local options="-o Dir::Etc::sourcelist=$apt/sources.list -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=$apt/lists -o Dir::Cache=$apt/cache
    -o Dir::State::status=$apt/state/status -o Dir::Etc::preferencesparts=/dev/null -o APT::Architecture=amd64 -o APT::Install-Recommends=false"
  # An empty list of what is installed: apt fetches everything the tools need, libc included.
  # shellcheck disable=SC2086
  apt-get $options -qq update && apt-get $options -qq -y -d install yosys nextpnr-ecp5 nextpnr-ecp5-chipdb libc6 dash
  for deb in "$apt"/cache/archives/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$box" --keep-directory-symlink -f -; done
}
[ -x "$eda/root/usr/bin/nextpnr-ecp5" ] && [ -x "$eda/root/usr/bin/dash" ] || fetch

# The process table belongs to the namespace and goes with it.
tool() {
  local user=""
  [ "$(id -u)" -eq 0 ] || user=-r
  # shellcheck disable=SC2086
  $lock nice -n "$nice" unshare $user -m -p -f sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$eda/root" "$@"
}

# The design in the four-pin wrapper of synth/, so that paths of pins do not count.
for design in $designs; do
  box="$eda/root/work"
  cp "$fpga"/rtl/*.sv "$fpga"/synth/*.sv "$box/"
  common="hr_fifo_lut hr_fifo_ram hr_addr hr_axil hr_control hr_status hr_reader"
  case "$design" in
    agg*) top=ecp5_agg; kernel=hr_agg_kernel; lanes="chparam -set LANES ${design#agg} TOP;"; parts="$common hr_agg_gather hr_agg_join hr_agg_product hr_agg_group hr_agg_shift hr_agg_drain hr_agg_kernel" ;;
    sample) top=ecp5_sample; kernel=hr_sample_kernel; lanes=""; parts="$common hr_mul hr_sample_seed hr_sample_draw hr_sample_kernel" ;;
    *) echo "synth-fpga: unknown design $design" >&2; exit 2 ;;
  esac
  files=""
  for part in $parts; do files="$files /work/$part.sv"; done
  tool /usr/bin/yosys -q -l "/work/$design-ecp5.log" -p "read_verilog -sv $files /work/$top.sv; ${lanes/TOP/$top} synth_ecp5 -top $top -json /work/$design.json; stat"
  # UltraScale+: counts alone; there is no open place and route for it.
  tool /usr/bin/yosys -q -l "/work/$design-xcup.log" -p "read_verilog -sv $files; ${lanes/TOP/$kernel} synth_xilinx -family xcup -flatten -top $kernel; stat -tech xilinx"
  tool /usr/bin/nextpnr-ecp5 --85k --speed 8 --package CABGA756 --freq 165 --seed "$seed" --json "/work/$design.json" --report "/work/$design-seed$seed.json" \
    --lpf-allow-unconstrained --timing-allow-fail -q -l "/work/$design-seed$seed.log"
  cp "$box/$design-ecp5.log" "$box/$design-xcup.log" "$box/$design-seed$seed.log" "$box/$design-seed$seed.json" "$reports/"
done

# The table: what the logs say.
used() { sed -nE "s/^Info:\s+$2:\s+([0-9]+)\/.*/\1/p" "$1" | tail -1; }
cells() { sed -nE "s/^\s+$2\s+([0-9]+)\s*$/\1/p" "$1" | tail -1; }
versions="$(tool /usr/bin/yosys -V | cut -d' ' -f1-2), $(tool /usr/bin/nextpnr-ecp5 --version 2>&1 | sed -nE 's/.*Version ([^)]*).*/nextpnr-ecp5 \1/p')"
rows=""
for log in "$reports"/*-seed*.log; do
  name="$(basename "$log" .log)"; design="${name%-seed*}"; xcup="$reports/$design-xcup.log"
  clock="$(sed -nE 's/.*Max frequency for clock .*: ([0-9.]+) MHz.*/\1/p' "$log" | tail -1)"
  luts="$(sed -nE 's/.*Estimated number of LCs:\s+([0-9]+).*/\1/p' "$xcup" | tail -1)"
  case "$design" in agg*) title="aggregation, ${design#agg} lanes" ;; *) title="sampler, fanout to 32" ;; esac
  dsp="$(cells "$xcup" DSP48E2)"
  day="$(date -u -r "$log" +%Y-%m-%d)"
  rows="$rows| $title | ${name##*-seed} | $(used "$log" TRELLIS_COMB) | $(used "$log" TRELLIS_FF) | $(used "$log" MULT18X18D) | $(used "$log" DP16KD) | **$clock MHz** | ${luts:-0} | ${dsp:-0} | $day |"$'\n'
done
# Rows of designs and seeds that were not placed here stay as they are.
while IFS= read -r row; do
  key="$(cut -d'|' -f2-3 <<< "$row")"
  grep -qF "|$key|" <<< "$rows" || rows="$rows$row"$'\n'
done < <(sed -n '/<!-- synthesis begin -->/,/<!-- synthesis end -->/p' "$root/docs/fpga.md" | grep -E '^\| (aggregation|sampler)')
rows="$(sort <<< "${rows%$'\n'}")"$'\n'
block="$(mktemp)"
{
  echo "$versions; LFE5U-85F, speed grade 8: of 83,640 COMB and FF, 156 MULT18X18D, 208 DP16KD."
  echo
  echo "| design | seed | COMB | FF | MULT18X18D | DP16KD | clock after place and route | UltraScale+ logic cells (yosys estimate) | DSP48E2 | placed on |"
  echo "|---|---|---|---|---|---|---|---|---|---|"
  printf '%s' "$rows"
} > "$block"
awk -v block="$block" '/<!-- synthesis begin -->/ { print; while ((getline line < block) > 0) print line; skip = 1 } /<!-- synthesis end -->/ { skip = 0 } !skip { if (!/<!-- synthesis begin -->/) print }' \
  "$root/docs/fpga.md" > "$block.md"
cat "$block.md" > "$root/docs/fpga.md"
cat "$block"
rm -f "$block" "$block.md"
