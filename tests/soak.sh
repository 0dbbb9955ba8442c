#!/bin/sh
# The long runs. Usage: soak.sh BUILD [kill|model|scheduler|sim|sim-compilers|ci] ; what `ci` runs is the fixed share of each.
set -eu
build=$1
what=${2:-all}
here=$(cd "$(dirname "$0")" && pwd)
GATESLOT_BUILD=$build
export GATESLOT_BUILD

kill_run() {
    GATESLOT_KILLS=$1 python3 "$here/api/test_kill.py"
}

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
    for test in moves/test_core_maximum plan/test_core_plan_days settle/test_core_settle_optimum model/test_core_against_model; do
        "$build/tests/core/$test" >"$build/soak.log" || { cat "$build/soak.log"; exit 1; }
        grep '^#' "$build/soak.log"
    done
}

# sim ARGUMENTS: the simulation, every seed that ever failed first.
sim_run() {
    "$build/tests/sim/test_sim" --failed "$here/sim/failed_seeds.txt" "$@"
}

# A fresh stretch of seeds; in CI it follows from the commit, so that a failure is the commit's.
fresh_seed() { od -An -N4 -tu4 /dev/urandom | tr -d ' '; }
commit_seed() { printf '%d' "0x$(git -C "$here" rev-parse HEAD | cut -c1-8)"; }

# sim_compilers OTHER: the same seeds leave the same traces in a build by another compiler.
sim_compilers() {
    from=$(fresh_seed)
    "$build/tests/sim/test_sim" --hashes --from "$from" --seeds 100 | grep '^seed' >"$build/sim.hashes"
    "$1/tests/sim/test_sim" --hashes --from "$from" --seeds 100 | grep '^seed' >"$1/sim.hashes"
    cmp "$build/sim.hashes" "$1/sim.hashes"
    echo "sim: $(wc -l <"$build/sim.hashes") traces from seed $from are the same in $build and $1"
}

case $what in
ci) model_run 5; sim_run --from "$(commit_seed)" --seeds 2000; kill_run 200 ;;
sim)
    shift 2
    [ $# -gt 0 ] || set -- --seconds 600
    sim_run --from "$(fresh_seed)" "$@"
    ;;
sim-compilers) sim_compilers "$3" ;;
kill) kill_run "${3:-10000}" ;;
model) model_run "${3:-1000}" ;;
scheduler) scheduler_run "${3:-20000}" ;;
all) model_run 1000; scheduler_run 20000; sim_run --from "$(fresh_seed)" --seconds 600; kill_run 10000 ;;
*) echo "unknown soak: $what (kill, model, scheduler, sim, sim-compilers, ci)" >&2; exit 2 ;;
esac
