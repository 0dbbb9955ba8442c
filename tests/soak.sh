#!/bin/sh
# The long runs. Usage: soak.sh BUILD [kill|shown|feed|pages|absent|strace|full-disk|door|failover|cluster|clock|damage|linear|fault|model|scheduler|histories|sim|sim-compilers|planted|mutants|ci] [HOW MANY] ; what `ci` runs is the fixed share of each.
set -eu
build=$1
what=${2:-all}
here=$(cd "$(dirname "$0")" && pwd)
GATESLOT_BUILD=$build
export GATESLOT_BUILD

# fire TEST VARIABLE=VALUE…: the real daemon under fire; its figures are the lines with #.
fire() {
    test=$1
    shift
    env "$@" PYTHONDONTWRITEBYTECODE=1 python3 "$here/fire/test_$test.py"
}

# kill KILLS: at any moment of a site at work.
kill_run() { fire kill GATESLOT_KILLS="$1"; }

# shown: every question while a booking is on its way to the disk.
shown_run() { fire shown GATESLOT_QUESTIONS=0; }

# strace POINTS: system calls that fail, every kind, so many of each; 0: every one there is.
strace_run() { fire strace GATESLOT_KINDS=0 GATESLOT_POINTS="$1"; }

# full-disk ROUNDS
full_disk_run() { fire disk GATESLOT_ROUNDS="$1"; }

# clock LEAPS: leaps of the wall clock, each with its exact result; 0: every one there is.
clock_run() { fire clock GATESLOT_LEAPS="$1"; }
# damage HOW MANY: flips, cuts, deletions, swaps in store and log, stopped and running.
damage_run() { fire damage GATESLOT_DAMAGES="$1"; }

# linear HISTORIES
linear_run() { fire linear GATESLOT_HISTORIES="$1"; }

# model SEEDS: the core against its reference model under fresh seeds.
model_run() {
    n=0
    while [ $n -lt "$1" ]; do
        seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
        GS_SEED=$seed "$build/tests/core/model/test_core_against_model" >/dev/null || { echo "reproduce: GS_SEED=$seed $build/tests/core/model/test_core_against_model"; exit 1; }
        n=$((n + 1))
    done
    echo "model: $n seeds, 0 disagreements"
}

# scheduler DAYS: admission, plans, settling and the model on that many random days each, under a fresh seed.
scheduler_run() {
    GS_SEED=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
    GS_DAYS=$1
    GS_WORLDS=$1
    export GS_SEED GS_DAYS GS_WORLDS
    for test in moves/test_core_maximum plan/test_core_plan_days plan/test_core_limits settle/test_core_settle_optimum model/test_core_against_model; do
        "$build/tests/core/$test" >"$build/soak.log" || { cat "$build/soak.log"; exit 1; }
        grep '^#' "$build/soak.log"
    done
}

# histories N: what falls due whoever looks when, new times, counts that tell one story, the gate's check and its steps: so many random histories each.
histories_run() {
    GS_SEED=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
    GS_HISTORIES=$1
    export GS_SEED GS_HISTORIES
    for test in test_core_due_histories plan/test_core_times test_core_one_story test_core_gate_histories; do
        "$build/tests/core/$test" >"$build/soak.log" || { cat "$build/soak.log"; exit 1; }
        grep '^#' "$build/soak.log"
    done
}

# fault RECOVERIES: every operation of the store made to fail, then so many recoveries from lost power, under a fresh seed.
fault_run() {
    "$build/tests/fault/soak_fault" --seed "$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')" --recoveries "$1"
}

# The fixed share, its seed from the commit: every operation of the work between two starts, every 16th of all others, 3,000 recoveries.
fault_share() {
    seed=$(printf %d "0x$(git -C "$here" rev-parse --short=7 HEAD 2>/dev/null || echo 1)")
    "$build/tests/fault/soak_fault" --seed "$seed" --phase work --recoveries 0
    "$build/tests/fault/soak_fault" --seed "$seed" --stride 16 --recoveries 3000
}

# sim ARGUMENTS: the simulation, every seed that ever failed first.
sim_run() {
    "$build/tests/sim/test_sim" --failed "$here/sim/failed_seeds.txt" "$@"
}

# A fresh stretch of seeds; in CI it follows from the commit, so that a failure is the commit's.
fresh_seed() { od -An -N4 -tu4 /dev/urandom | tr -d ' '; }
commit_seed() { printf '%d' "0x$(git -C "$here" rev-parse --short=7 HEAD 2>/dev/null || echo 1)"; }

# sim_compilers OTHER: the same seeds leave the same traces in a build by another compiler.
sim_compilers() {
    from=$(fresh_seed)
    "$build/tests/sim/test_sim" --hashes --from "$from" --seeds 100 | grep '^seed' >"$build/sim.hashes"
    "$1/tests/sim/test_sim" --hashes --from "$from" --seeds 100 | grep '^seed' >"$1/sim.hashes"
    cmp "$build/sim.hashes" "$1/sim.hashes"
    echo "sim: $(wc -l <"$build/sim.hashes") traces from seed $from are the same in $build and $1"
}

# planted [NAME…]: promises broken one by one, and which test notices; all of them, or those named.
planted_run() { python3 "$here/planted/run.py" "$here/.." "$build/planted" "$@"; }

# mutants [N] [--seed S]…: lines changed at random, and which changes nobody notices.
mutants_run() { nice python3 "$here/mutants/run.py" "$here/.." "$build/mutants" "$@"; }

# door SECONDS…: the gate under each flood, then under all of them for so long.
door_run() { PYTHONDONTWRITEBYTECODE=1 python3 "$here/flood/soak_door.py" "$@"; }

# absent ROUNDS: what another's booking costs to ask about, so many looks at each question.
absent_run() { GATESLOT_ROUNDS="$1" PYTHONDONTWRITEBYTECODE=1 python3 "$here/door/test_absent.py"; }

# Every page in both languages, light and dark, before axe, in the whole of Chromium, with a picture of each.
pages_run() { for page in gate desk; do (cd "$here/pages" && GATESLOT_CHROMIUM=/usr/bin/chromium GATESLOT_PICTURES=1 GATESLOT_PAGES=all python3 run.py test_$page.mjs axe) || return 1; done; (cd "$here/pages" && python3 run.py hour.mjs); }

# feed SECONDS: gateslot and a backend that follows it, killed at random while others book, cancel and cut capacities.
feed_run() { env GATESLOT_SECONDS="$1" PYTHONDONTWRITEBYTECODE=1 python3 "$here/backend/test_under_fire.py"; }

# ARGUMENTS: PostgreSQL's second server takes over, under clients that count what was acknowledged: of two daemons by HTTP, and of the servers alone. Where it
# is not installed that is said.
failover_run() { PYTHONDONTWRITEBYTECODE=1 python3 "$here/postgres/soak_daemons.py" "$@" || [ $? -eq 77 ]; }
cluster_run() { PYTHONDONTWRITEBYTECODE=1 python3 "$here/postgres/soak_failover.py" "$@" || [ $? -eq 77 ]; }

# The fixed share: one of each kind, by tests that take no second.
planted_share() {
    planted_run answer-in-its-own-transaction keys-forgotten-at-load refusal-not-recorded reply-not-held slot-off-by-one synchronous-normal
}

case $what in
sim)
    shift 2
    [ $# -gt 0 ] || set -- --seconds 600
    sim_run --from "$(fresh_seed)" "$@"
    ;;
sim-compilers) sim_compilers "$3" ;;
ci) model_run 5; sim_run --from "$(commit_seed)" --seeds 2000; fault_share; kill_run 200; strace_run 1; full_disk_run 2; damage_run 40; linear_run 1000; shown_run; feed_run 20; pages_run; absent_run 6; door_run 3 --each 1; failover_run --rounds 6 --clients 32 --gap 30; cluster_run --rounds 4 --gap 30; planted_share ;;
planted)
    shift 2
    planted_run "$@"
    ;;
mutants)
    shift 2
    mutants_run "$@"
    ;;
door)
    shift 2
    door_run "$@"
    ;;
failover)
    shift 2
    failover_run "$@"
    ;;
cluster)
    shift 2
    cluster_run "$@"
    ;;
kill) kill_run "${3:-10000}" ;;
shown) shown_run ;;
pages) pages_run ;;
absent) absent_run "${3:-20}" ;;
feed) feed_run "${3:-300}" ;;
strace) strace_run "${3:-0}" ;;
clock) clock_run "${3:-0}" ;;
full-disk) full_disk_run "${3:-50}" ;;
damage) damage_run "${3:-1000}" ;;
linear) linear_run "${3:-10000}" ;;
fault) fault_run "${3:-20000}" ;;
model) model_run "${3:-1000}" ;;
scheduler) scheduler_run "${3:-20000}" ;;
histories) histories_run "${3:-5000}" ;;
all) sim_run --from "$(fresh_seed)" --seconds 600; model_run 1000; scheduler_run 20000; histories_run 5000; fault_run 20000; kill_run 10000; shown_run; feed_run 300; strace_run 0; full_disk_run 50; clock_run 0; damage_run 1000; linear_run 10000; pages_run; failover_run; cluster_run; planted_run; mutants_run ;;
*) echo "unknown soak: $what (kill, shown, feed, pages, strace, full-disk, door, failover, cluster, clock, damage, linear, fault, model, scheduler, histories, sim, sim-compilers, planted, mutants, ci)" >&2; exit 2 ;;
esac
