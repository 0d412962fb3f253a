"""Faults planted into firmware/wellhearth/control and its table: each must be found, or the search is worth nothing.

A fault is text of a module's source and what stands in its place; the row's own columns count as source too.
"""

from __future__ import annotations

T, W, R, S, F = (f"control.{name}" for name in ("trips", "well", "room", "starts", "flowproof"))
C = "tables.cause_rows"
FAULTS: dict[str, tuple[str, str, str]] = {
    # name: module, text, its replacement
    "no_flow_never_counts": (C, "\"no flow after pump start (10 s blanking)\", 5000", "\"no flow\", 500000"),
    "no_flow_alarms_only": (
        C, "(10 s blanking)\", 5000,\n     PUMP_OFF | COMPRESSOR_OFF",
        "(10 s blanking)\", 5000,\n     ALARM"),
    "flow_lost_after_10_s": (C, "\"flow below half of minimum, compressor on\", 2000", "\"flow below\", 10000"),
    "over_pressure_after_10_s": (C, "\"reinjection pressure over limit\", 1000", "\"over limit\", 10000"),
    "over_pressure_held_for_ever": (C, "\"below 80 % of the limit\", 60", "\"below 80 % of the limit\", 60000"),
    "unproven_takes_an_hour": (C, "nor missing (50 %)\", 60000", "nor missing (50 %)\", 3600000"),
    "unproven_says_nothing": (
        C, "nor missing (50 %)\", 60000,\n     PUMP_OFF | COMPRESSOR_OFF",
        "nor missing (50 %)\", 60000,\n     0"),
    "freeze_after_a_minute": (
        C, "\"leaving water below the freeze limit, or soon to be, by its own fall\", 2000",
        "\"below the freeze limit\", 60000"),
    "freeze_lets_compressors_run": (
        C, "by its own fall\", 2000,\n     COMPRESSOR_OFF | MOVE_WATER",
        "freeze limit\", 2000,\n     MOVE_WATER"),
    "dead_relay_alarms_only": (
        C, "500, COMPRESSOR_OFF | ALARM, \"feedback agrees\", 60, 4",
        "500, ALARM, \"feedback agrees\", 60, 4"),
    "welded_leaves_the_master_closed": (
        C, "COMPRESSOR_OFF | MASTER_OFF | MOVE_WATER | ALARM",
        "COMPRESSOR_OFF | MOVE_WATER | ALARM"),
    "a_trip_never_clears": (
        T, "                self.t_ms += dt_ms\n                if self.t_ms >= self.hold_ms:",
        "                if self.t_ms >= self.hold_ms:"),
    "a_reset_does_nothing": (
        T, "        self.locked = False\n        self.active = False\n        self.t_ms = 0",
        "        self.t_ms = 0"),
    "doubling_without_end": (
        T, "base_ms << (limiter.count(now_s) - 1)",
        "base_ms << (limiter.count(now_s) * 4)"),
    "pump_without_a_rest": (
        W, "        self.enter(OFF)\n        self.hold_ms = self.cfg.pump_min_off_s * 1000",
        "        self.enter(OFF)\n        self.hold_ms = 0"),
    "pump_without_a_rest_at_boot": (W, "self.hold_ms = cfg.pump_min_off_s * 1000  #", "self.hold_ms = 0  #"),
    "pump_starts_bar_heat": (W, "(self.urgent or self.limiter_day", "(self.limiter_day"),
    "permissive_at_once": (W, "self.permissive = self.proven and state", "self.permissive = state"),
    "proof_comparison_turned": (
        W, "if flow_lph * 4 >= self.cfg.min_flow_lph * 3:",
        "if flow_lph * 4 <= self.cfg.min_flow_lph * 3:"),
    "pump_bar_ignored": (W, "        if self.pump_bar:\n", "        if self.pump_bar and self.state == OFF:\n"),
    "post_run_without_end": (W, "elif self.may_stop(now_s):", "elif False:"),
    "compressor_without_a_rest": (R, "            self.hold_ms = self.min_off_ms\n", "            self.hold_ms = 0\n"),
    "compressor_without_a_rest_at_boot": (R, "self.hold_ms = self.min_off_ms + restart_s * 1000", "self.hold_ms = 0"),
    "compressor_bar_ignored": (
        R, "if compressor_bar or not permissive or self.cold_stop:",
        "if not permissive or self.cold_stop:"),
    "starts_of_the_hour_ignored": (R, "self.limiter.wait_s(now_s) == 0):", "True):"),
    "unit_post_run_without_end": (R, "elif self.state_ms >= self.post_ms:", "elif self.state_ms < 0:"),
    "waits_for_enough_for_ever": (R, "(self.enough or self.state_ms >= PATIENCE_MS)", "(not self.enough)"),
    "hour_lasts_a_day": (
        S, "self.times_s[self.head] + self.window_s - now_s",
        "self.times_s[self.head] + 20 * self.window_s - now_s"),
    "no_flow_believed_by_its_line": (
        F, "            return 0 if strange else lift_lph",
        "            return 0 if strange else lift_lph + least"),
}
# Tried and not found in 19,000 states: a proof that is never lost (WellController.prove); flow_lost and no_flow come before
# it.
# Equivalent here, and so not planted: flow_doubt and the stray flow (no lying meter among the inputs), the speed overrides
# (the flow does not depend on the speed), what only a second room or a second section can show.


def changes(name: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """What firmware.Firmware takes."""
    module, old, new = FAULTS[name]
    return {module: ((old, new),)}
