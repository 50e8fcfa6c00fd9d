#!/usr/bin/env bash
# Compiles the RTL of src/Accel.Fpga into one shared library with Verilator, and prints its path.
#   eng/build-fpga-sim.sh [--rtl FOLDER] [--out FOLDER] [--kernels "agg16x1 ..."] [--optimize 2]
# aggLxU is the aggregation kernel with L lanes in U units, sample the sampler. The library, and each kernel in it, is named by a hash of its
# sources: what is there already is not built again. Without Verilator it says so and ends with 3.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
fpga="$root/src/Accel.Fpga"
rtl="$fpga/rtl" out="$root/artifacts/fpga-sim" kernels="agg16x1 agg32x1 agg64x1 agg16x4 sample" optimize=2
while [ $# -gt 0 ]; do
  case "$1" in
    --rtl) rtl="$(cd "$2" && pwd)"; shift 2 ;;
    --out) mkdir -p "$2"; out="$(cd "$2" && pwd)"; shift 2 ;;
    --kernels) kernels="$2"; shift 2 ;;
    --optimize) optimize="$2"; shift 2 ;;
    *) echo "build-fpga-sim: unknown option $1; there are --rtl, --out, --kernels and --optimize" >&2; exit 2 ;;
  esac
done
command -v verilator >/dev/null || { echo "build-fpga-sim: Verilator is not installed (eng/install-verilator.sh installs it), so the simulated FPGA is not built" >&2; exit 3; }
command -v g++ >/dev/null || { echo "build-fpga-sim: g++ is not installed, so the simulated FPGA is not built" >&2; exit 3; }

share="$(verilator --getenv VERILATOR_ROOT)/include"
flags="-std=gnu++17 -O$optimize -fPIC -fvisibility=hidden -w -I$share -I$share/vltstd -DVM_COVERAGE=0 -DVM_SC=0 -DVM_TRACE=0"
tools="$(verilator --version; g++ --version; echo "$flags")"
hash_of() { { cat "$@"; echo "$tools"; } | sha256sum | cut -c1-16; }

common="$rtl/hr_fifo_lut.sv $rtl/hr_fifo_ram.sv $rtl/hr_addr.sv $rtl/hr_axil.sv $rtl/hr_control.sv $rtl/hr_status.sv $rtl/hr_reader.sv"
includes="" list="" archives="" paths=""
for kernel in $kernels; do
  case "$kernel" in
    agg*x*)
      lanes="${kernel#agg}"; units="${lanes#*x}"; lanes="${lanes%x*}"
      arguments="-GLANES=$lanes -GUNITS=$units --top-module hr_agg_multi"; sources="$common $(echo "$rtl"/hr_agg_*.sv)"
      type="hr::Aggregation<V$kernel, $units, $lanes>" ;;
    sample)
      arguments="--top-module hr_sample_kernel"; sources="$common $rtl/hr_mul.sv $(echo "$rtl"/hr_sample_*.sv)"
      type="hr::Sampling<V$kernel>" ;;
    *) echo "build-fpga-sim: unknown kernel $kernel" >&2; exit 2 ;;
  esac
  # shellcheck disable=SC2086
  folder="$out/kernels/$kernel-$(hash_of $sources)"
  if [ ! -f "$folder/kernel.a" ]; then
    mkdir -p "$folder"
    # shellcheck disable=SC2086
    verilator --cc -Wall -O3 --x-assign unique --x-initial unique --noassert --output-split 20000 --prefix "V$kernel" --Mdir "$folder" $arguments $sources >&2
    (cd "$folder" && printf '%s\n' V*.cpp | xargs -P "$(nproc)" -I{} sh -c "g++ $flags -c {} -o {}.o" >&2 && ar rcs kernel.tmp V*.o && rm V*.o && mv kernel.tmp kernel.a)
  fi
  list="$list KERNEL(\"$kernel\", $type)"
  includes="$includes#include \"V$kernel.h\""$'\n'
  archives="$archives $folder/kernel.a" paths="$paths -I$folder"
done

hash="$( { cat "$fpga"/sim/*.h "$fpga"/sim/*.cpp; echo "$archives $list $tools"; } | sha256sum | cut -c1-16)"
library="$out/$hash/libhybridrec_fpga_sim.so"
if [ -f "$library" ]; then echo "$library"; exit 0; fi

mkdir -p "$out/$hash"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
{
  echo '#include "verilated.h"'
  echo "$includes"
  echo '#include "model.h"'
  echo "#define HR_KERNELS $list"
  echo "#define HR_BUILD \"$hash\""
} > "$work/kernels.h"
# Verilator's own part is the same for all kernels.
runtime="$out/kernels/verilated-$(hash_of "$share/verilated.cpp")"
if [ ! -f "$runtime/done" ]; then
  mkdir -p "$runtime"
  for source in "$share/verilated.cpp" "$share/verilated_threads.cpp"; do
    # shellcheck disable=SC2086
    [ ! -f "$source" ] || g++ $flags -c "$source" -o "$runtime/$(basename "$source").o" >&2
  done
  touch "$runtime/done"
fi
printf '%s\n' "$fpga/sim/hr_sim.cpp" "$fpga/sim/xrt_sim.cpp" |
  xargs -P "$(nproc)" -I{} sh -c "g++ $flags -I$work -I$fpga/sim $paths -c {} -o $work/\$(basename {}).o" >&2
# shellcheck disable=SC2086
g++ -shared -o "$work/library.so" "$work"/*.o "$runtime"/*.o -Wl,--start-group $archives -Wl,--end-group -Wl,--exclude-libs,ALL -pthread >&2
mv "$work/library.so" "$library"
echo "$library"
