"""`make bench-network`: every network in both solvers, a line each; writes results.json. Status 1 when one is off by 1 %."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from . import compare, nets, theirs

RESULTS = Path(__file__).with_name("results.json")


def rounded(values: dict[str, float]) -> dict[str, float]:
    """For the file."""
    return {name: round(value, 5) for name, value in values.items()}


def main() -> int:
    """Compare all."""
    found, worst, ours_s, theirs_s, unsolved, count = {}, 0.0, 0.0, 0.0, 0, 0
    for name, net in nets.every().items():
        begun = time.perf_counter()
        net.q[:] = 1.0
        net.solve()
        middle = time.perf_counter()
        try:
            flows, kpa = theirs.solve(net)
        except theirs.PipeflowNotConverged as e:
            print(f"{name:32} {e}", flush=True)
            unsolved += 1
            continue
        ours_s, theirs_s = ours_s + middle - begun, theirs_s + time.perf_counter() - middle
        flow, pressure = compare.errors(net, flows, kpa)
        worst = max(worst, flow, pressure)
        print(f"{name:32} {len(net.nodes):3} nodes {len(net.links):3} links {net.rounds:3} steps; "
              f"worst flow {flow:8.4%}, worst pressure {pressure:8.4%}", flush=True)
        count += 1
        if name.startswith("random"):  # the cases' states move with the plant's model
            found[name] = {"flows_m3h": rounded(flows), "kpa": rounded(kpa)}
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(found[name], sort_keys=True)}" for name in sorted(found))
    RESULTS.write_text("{\n" + lines + "\n}\n")
    print(f"{count} networks, {unsolved} without an answer of pandapipes: worst {worst:.4%} (bar 1 %); "
          f"ours {1e3 * ours_s:.0f} ms, pandapipes {theirs_s:.1f} s")
    return int(worst > compare.BAR or unsolved > 0)


if __name__ == "__main__":
    sys.exit(main())
