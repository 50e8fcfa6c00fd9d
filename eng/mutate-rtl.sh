#!/usr/bin/env bash
# Puts faults into the RTL, one at a time, and shows that the tests notice each: builds the simulation with the fault and runs the conformance
# table, the random tests and the failure tests on it. Prints a table; ends with 1 if a fault without an explanation goes unnoticed.
#   eng/mutate-rtl.sh [--first N] [--last N] [--out FILE] [--tests PROGRAM]        (build tests/Accel.Fpga.Tests in Release before)
set -uo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
rtl="$root/src/Accel.Fpga/rtl"
first=1 last=999 result=/dev/stdout
tests="$root/tests/Accel.Fpga.Tests/bin/Release/net10.0/HybridRec.MLNet.Accel.Fpga.Tests"
while [ $# -gt 0 ]; do
  case "$1" in
    --first) first="$2"; shift 2 ;;
    --last) last="$2"; shift 2 ;;
    --out) result="$2"; shift 2 ;;
    --tests) tests="$2"; shift 2 ;;
    *) echo "mutate-rtl: unknown option $1; there are --first, --last, --out and --tests" >&2; exit 2 ;;
  esac
done
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
out="$root/artifacts/fpga-sim"
[ -x "$tests" ] || { echo "mutate-rtl: build tests/Accel.Fpga.Tests in Release first" >&2; exit 2; }

# Ends with 0 if the tests pass on a library; the first failure is enough.
aggregation="Fpga16LanesConformance FpgaPropertyTests FpgaControlTests FpgaFailureTests"
sampling="FpgaSamplingConformance FpgaSamplingUnderStallsConformance FpgaPropertyTests FpgaControlTests"
check() {
  local library="$1" filters="" class
  shift
  for class in "$@"; do filters="$filters --filter-class HybridRec.MLNet.Accel.Tests.Fpga.$class"; done
  # Processor time, not time: a machine that is busy, or a job that was paused, is no fault noticed.
  # shellcheck disable=SC2086
  (ulimit -t 400; HYBRIDREC_FPGA_SIM="$library" exec "$tests" --stop-on-fail on --progress off --no-ansi $filters > "$work/log" 2>&1)
}

number=0 unnoticed=0
# mutate TITLE FILE FROM TO [WHY IT IS EQUIVALENT]
mutate() {
  number=$((number + 1))
  [ "$number" -ge "$first" ] && [ "$number" -le "$last" ] || return 0
  rm -rf "$work/rtl" && cp -r "$rtl" "$work/rtl"
  local text mutated library how
  text="$(cat "$work/rtl/$2")"
  mutated="${text/"$3"/"$4"}"
  if [ "$text" = "$mutated" ]; then echo "mutate-rtl: fault $number ($1) no longer fits $2" >&2; exit 2; fi
  printf '%s\n' "$mutated" > "$work/rtl/$2"
  # A fault may leave something unused, which -Wall forbids elsewhere; nothing in the file switches that on again.
  sed -i -e 's|/\* verilator lint_on [A-Z]* \*/||' -e '1i /* verilator lint_off UNUSED */ /* verilator lint_off WIDTH */ /* verilator lint_off CMPCONST */ /* verilator lint_off UNSIGNED */' "$work/rtl/$2"
  if ! library="$("$root/eng/build-fpga-sim.sh" --rtl "$work/rtl" --out "$out/mutants" --kernels "agg16x1 sample" --optimize 1 2> "$work/build")"; then
    tail -3 "$work/build" >&2; echo "mutate-rtl: fault $number ($1) does not compile" >&2; exit 2
  fi
  local classes="$aggregation"
  case "$2" in hr_sample*|hr_mul*) classes="$sampling" ;; esac
  # shellcheck disable=SC2086
  if check "$library" $classes; then
    how="not noticed${5:+: $5}"
    [ -n "${5:-}" ] || unnoticed=$((unnoticed + 1))
  else
    how="$(grep -m1 '^failed ' "$work/log" | sed -E 's/^failed HybridRec\.MLNet\.Accel\.Tests\.Fpga\.//; s/ \([0-9.]*m?s[^)]*\)$//')"
    [ -n "$how" ] || how="the tests did not end within 400 s of processor time"
  fi
  echo "| $number | $1 | \`${2%.sv}\` | $how |" >> "$result"
}

library="$("$root/eng/build-fpga-sim.sh" --out "$out/mutants" --kernels "agg16x1 sample" --optimize 1 2>/dev/null)" || exit 3
# shellcheck disable=SC2086
check "$library" $aggregation FpgaSamplingConformance || { grep '^failed ' "$work/log" >&2; echo "mutate-rtl: the tests fail without a fault" >&2; exit 2; }

mutate "records lose their last flag" hr_agg_gather.sv '{n2, l2, f2} <= {n1, l1, f1};' '{n2, l2, f2} <= {n1, f1, f1};'
mutate "columns outside the table pass" hr_agg_gather.sv 'bad1  <= rec[31:0] >= table_rows;' "bad1  <= 1'b0;"
mutate "the first column outside passes" hr_agg_gather.sv 'rec[31:0] >= table_rows' 'rec[31:0] > table_rows'
mutate "no limit to edges on their way" hr_agg_gather.sv 'roomy <= meta_owed < META_ROOM && address_owed' 'roomy <= address_owed'
mutate "no limit to addresses that wait" hr_agg_gather.sv "META_ROOM && address_owed < 6'd28" 'META_ROOM'
mutate "weights without sign" hr_agg_product.sv '$signed(weight)' "\$signed({1'b0, weight[14:0]})"
mutate "numbers of the table without sign" hr_agg_product.sv '$signed(number)' "\$signed({1'b0, number[6:0]})"
mutate "no carry out of bit 15" hr_agg_group.sv "+ {12'd0, low_carry}" "+ 13'd0"
mutate "no carry out of bit 27" hr_agg_group.sv "+ {11'd0, middle_carry}" "+ 12'd0"
mutate "products not extended beyond bit 23" hr_agg_group.sv '{4{sign3}}' "4'd0"
mutate "upper bits of the row before stay" hr_agg_group.sv "(first4 ? 12'd0 : high[beat4])" 'high[beat4]'
mutate "the beat of another edge is added to" hr_agg_group.sv "if (v3) middle[beat3]" 'if (v3) middle[beat2]'
mutate "no saturation in 32 bits" hr_agg_group.sv 'raw <= {chosen[39], {31{~chosen[39]}}}' 'raw <= chosen[31:0]'
mutate "no saturation in 8 bits" hr_agg_group.sv "part == 9'h0ff ? 8'h7f : part[8:1]" 'part[8:1]'
mutate "no rounding" hr_agg_group.sv "+ {7'd0, part[0]}" "+ 8'd0"
mutate "magnitudes of negative sums not turned" hr_agg_group.sv '^ {39{sums[40*i+39]}}' "^ 39'd0"
mutate "the largest shift taken for the one below" hr_agg_group.sv "default: coarse <= wide[47:32]" "default: coarse <= wide[39:24]"
mutate "rows begin with the sums of the row before" hr_agg_join.sv 'if (is_last_beat) first <= meta_last;' "if (is_last_beat) first <= 1'b0;"
mutate "data taken that find no room" hr_agg_join.sv 'assign m_rready = !afull;' "assign m_rready = 1'b1;"
mutate "results that find no room are not waited for" hr_agg_join.sv 'meta_valid && !hold && (' 'meta_valid && ('
mutate "shift of the last beat alone" hr_agg_shift.sv "(begins ? 39'd0 : row) | beat" 'beat'
mutate "shift too small by one" hr_agg_shift.sv "{1'b0, top} + 6'd1" "{1'b0, top}"
mutate "shifts of the last rows not written" hr_agg_drain.sv "shifts_due <= row_final || place" 'shifts_due <= place'
mutate "shifts written without the last of them" hr_agg_drain.sv 'if (shifts_late) exponents_out' 'if (slot_shifts) exponents_out'
mutate "shifts overtake those before them" hr_agg_drain.sv "shifts_due && roomy && is_shifts[5:0] == '0" 'shifts_due && roomy'
mutate "no limit to results on their way" hr_agg_drain.sv "roomy <= w_owed < 6'd28 && aw_owed < 6'd28;" "roomy <= 1'b1;"
mutate "data before their address" hr_agg_drain.sv "w_valid && addressed != '0" 'w_valid'
mutate "the end does not wait for the last answers" hr_agg_drain.sv 'all_late[2] && quiet' 'all_late[2]'
mutate "raw rows written as one beat too few" hr_agg_kernel.sv "{format[3:0], 2'b11}" "{format[3:0], 2'b10}"
mutate "write errors not reported" hr_agg_kernel.sv "out_bvalid && out_bresp != 2'b00" "1'b0"
mutate "read errors not reported" hr_agg_kernel.sv "feat_beat && feat_rresp != 2'b00" "1'b0"
mutate "wrong number of rows not reported" hr_agg_kernel.sv 'finished && wrong_rows' "1'b0"
mutate "addresses lose a carry at 4 GiB" hr_addr.sv "+ {31'b0, carry}" "+ 32'd0"
mutate "offsets lose their upper bits" hr_addr.sv "{12'b0, index} << {shift[3:2], 2'b00}" "44'(16'(index)) << {shift[3:2], 2'b00}"
mutate "bursts of records overlap" hr_reader.sv "next + 64'd128" "next + 64'd120"
mutate "the last burst is one word too long" hr_reader.sv "left[3:0] - 4'd1" 'left[3:0]'
mutate "the last record but one ends the run" hr_reader.sv "to_come == 32'd2 : to_come == 32'd1" "to_come == 32'd3 : to_come == 32'd2"
mutate "no limit to records on their way" hr_reader.sv 'roomy     <= owed <= ROOM;' "roomy     <= 1'b1;"
mutate "a deep queue runs ahead of its consumer" hr_fifo_ram.sv "ready <= ahead < 4'd13;" "ready <= 1'b1;"
mutate "done is not cleared by reading" hr_control.sv "(taken && read_word == 6'd0)" "1'b0"
mutate "interrupts that are switched off" hr_control.sv "enabled && did != 2'b00" "did != 2'b00"
mutate "sampler: another generator" hr_sample_draw.sv 'a ^ (a >> 17)' 'a ^ (a >> 16)'
mutate "sampler: the draw before is forgotten" hr_sample_draw.sv '(!begins_at3 && (again_before ? same_last3 : same_pos3))' "1'b0"
mutate "sampler: the draw before is taken for what it was drawn as" hr_sample_draw.sv 'again_before ? same_last3 : same_pos3' 'same_pos3'
mutate "sampler: draws of the node before count" hr_sample_draw.sv "taken[i] == pos2 && 32'(i) + 32'd2 < 32'(index2)" 'taken[i] == pos2'
mutate "sampler: the draw before the last is forgotten" hr_sample_draw.sv '|| same_late3 ||' '||'
mutate "sampler: after a pause the draw before the last is forgotten" hr_sample_draw.sv "(v3 ? (LOG2)'(3) : (LOG2)'(2))" "(LOG2)'(3)"
mutate "sampler: short lists are drawn from, not copied" hr_sample_draw.sv '(a3 || again3)' 'again3' \
  "draw i of a list of as many is at most i, and where it is less it is among those drawn, so that i is taken: Floyd's method copies such a list by itself"
mutate "sampler: the bound too small by one" hr_sample_draw.sv "32'(index0) + 32'd1" "32'(index0)"
mutate "sampler: a state of 0 stays" hr_sample_seed.sv "third_out == 32'd0 ? GOLDEN : third_out" 'third_out'
mutate "sampler: products lose a carry" hr_mul.sv "{14'd0, middle3[33:16]}" "{16'd0, middle3[31:16]}"
mutate "sampler: empty slots not marked" hr_sample_kernel.sv "slot_empty ? 32'hffffffff : found" 'found'
mutate "sampler: no limit to slots on their way" hr_sample_kernel.sv 'hold   <= flight >= FLIGHT;' "hold   <= 1'b0;"
mutate "sampler: aliases never taken" hr_sample_kernel.sv 'stays ? stays_position : goes_position' 'stays_position'
mutate "sampler: a threshold that is met counts as passed" hr_sample_kernel.sv 'p_bits < entry[31:0]' 'p_bits <= entry[31:0]'

[ "$unnoticed" -eq 0 ]
