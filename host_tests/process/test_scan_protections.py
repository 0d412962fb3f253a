"""The scan's own protections."""

from __future__ import annotations

from doubles.firmware_says import heating


def test_a_failed_scan_is_safe_counted_and_the_next_goes_on(rig):
    heating(rig)
    rig.write("sitl.adc_fails", 1)
    rig.run(0.5)
    bits = rig.out[2]
    rig.run(2)
    p = rig.points()
    assert p["node.scan_faults"] == 1 and rig.resets == 0
    assert bits & ~0b11 == 0 or not any(rig.wiring.commands["compressor_on"]), "the fault switched the compressors off"
    assert any("scan failed, outputs safe" in text and "OSError" in text or "MemoryError" in text for text in rig.texts)
    heating(rig)


def test_three_failed_scans_in_a_row_reset_the_board(rig):
    heating(rig)
    rig.write("sitl.adc_fails", 3)
    rig.run(2)
    assert rig.resets == 1 and not any(rig.wiring.commands["compressor_on"])
    heating(rig)


def test_a_watchdog_that_is_not_fed_resets_the_board(rig):
    heating(rig)
    rig.write("sitl.watchdog_deaf", 1)
    begin = rig.t_s
    while rig.resets == 0:
        rig.run(0.1)
        assert rig.t_s - begin < 6
    assert 4.5 <= rig.t_s - begin <= 5.5
    assert not any(rig.wiring.commands["compressor_on"]) and not rig.wiring.commands["pump_on"]
