"""The proof test on the emulated Pico: each delay is the table's, in the chip's own time, and nothing of it stays."""

from __future__ import annotations

import json

import pytest

from harness.pinout import CONFIG
from wellhearth.tables import cause_rows

pytestmark = pytest.mark.timeout(3000)

SERVICE = "service.txt"
# Rows that trip at rest; the sensors' take half a minute each and are left to the simulator.
ROWS = (("room1", "freeze"), ("well", "pump_welded"), ("well", "pressure_fault"), ("room1", "high_pressure"),
        ("room1", "welded"), ("well", "stray_flow"))
DELAY_MS = {key: delay_ms for key, _scope, _bit, _text, delay_ms, *_ in cause_rows.CAUSES}
SCAN_MS = 100
STATE = "import json;print(json.dumps(proof.state()))"
HEALTH = "n=app.current.node; print(n.p.scan_faults, n.p.overruns, [t.bits for t in n.trip_sets.values()], n.master.on)"


def test_the_delays_are_the_tables_on_the_chip(image, built):
    from .rig import Rig
    rig = Rig(image, CONFIG, extra={SERVICE: b"3600"})
    rig.flow(0)
    rig.pico.until(lambda: b"service mode, outputs off" in rig.pico.text, 30)
    rig.pico.run(33)  # the sensors have been read, and their grace is over
    rig.pico.prompt()
    rig.pico.ask("from wellhearth import app")
    rig.pico.ask("from wellhearth.console import proof")
    for block, key in ROWS:
        assert rig.pico.ask(f"print(repr(proof.begin(app.current,{block!r},{key!r})))").strip() == "''", key
        rig.pico.run(DELAY_MS[key] / 1000 + 21)
        phase, wanted, seen, tripped, _off, alarm, _actions = json.loads(rig.pico.ask(STATE).strip().splitlines()[-1])
        print(f"{block}.{key}: table {wanted} ms, measured {tripped - seen} ms, input taken after {seen} ms", flush=True)
        assert phase == 2 and tripped >= 0 and alarm == 1, key
        assert wanted == DELAY_MS[key] and abs(tripped - seen - wanted) <= 2 * SCAN_MS, key
    health = rig.pico.ask(HEALTH).strip()
    print(health)
    assert health.startswith("0 ") and health.endswith("False")
    assert not any(rig.probe.now[name] for name in ("well_pump", "room1_compressor", "master"))
