"""Recovery, service mode, journal and diag.py: on the fake ESP32 under CPython, and through the real process."""

from __future__ import annotations

from wellhearth.storage import boot_record, events, journal


class Kept:
    def __init__(self):
        self.values = [0, 0, 0, 0]

    def get(self, i):
        return self.values[i]

    def set(self, i, value):
        self.values[i] = value


# -- recovery --


def test_three_short_boots_start_recovery_and_it_gives_one_more_chance_at_a_time():
    kept = Kept()
    assert boot_record.begin(kept, False, False) == (boot_record.COMMAND, 0, 0), "the reset after the first flash"
    kept = Kept()
    assert boot_record.begin(kept, True, False) == (boot_record.POWER, 0, 0)
    for boots in (1, 2):
        kept.set(boot_record.PHASE, 3)
        assert boot_record.begin(kept, False, False) == (boot_record.WATCHDOG, 3, boots)
        assert boot_record.reason(boot_record.WATCHDOG, 3, boots) == ""
    boot_record.will(kept, boot_record.SCAN_FAULTS)
    kept.set(boot_record.PHASE, 1)
    cause, phase, boots = boot_record.begin(kept, False, False)
    text = boot_record.reason(cause, phase, boots)
    assert boots == 3 and "three scans in a row failed" in text and "phase read" in text
    boot_record.will(kept, boot_record.RECOVERY)
    assert boot_record.reason(*boot_record.begin(kept, False, False)) == "", "recovery mode tries again by itself"
    assert boot_record.reason(*boot_record.begin(kept, False, False)) != "", "and rests when that fails too"


def test_a_boot_that_lived_a_minute_a_power_cut_and_a_wanted_reset_clear_the_count():
    kept = Kept()
    for _ in range(20):
        assert boot_record.reason(*boot_record.begin(kept, False, False)) == ""
        boot_record.lived(kept)
    for _ in range(20):  # a village whose power flickers is not left cold
        kept.values = [0, 0, 0, 0]
        assert boot_record.begin(kept, True, False)[2] == 0
    kept = Kept()
    for why in (boot_record.SERVICE, boot_record.COMMAND) * 4:
        boot_record.will(kept, why)
        assert boot_record.begin(kept, False, False)[0] == why
        assert kept.get(boot_record.WHY) == 1 << 4, "one boot, no reason"
    assert boot_record.begin(kept, False, True)[0] == boot_record.SOFT


def test_rubbish_in_the_kept_memory_is_taken_for_nothing():
    kept = Kept()
    kept.values = [0x2AAAAAAA, 0x3FFFFFFF, 0x1234567, 0]
    cause, phase, boots = boot_record.begin(kept, False, False)
    assert (cause, phase, boots) == (boot_record.WATCHDOG, 0, 0)


# -- journal --


def test_the_journal_writes_urgent_lines_at_once_others_together_and_turns_over(tmp_path):
    j = journal.Journal(str(tmp_path / "journal.txt"))
    j.add((5, events.PUMP_START, 1, 0), 0)
    assert j.flush(6) == "" and not (tmp_path / "journal.txt").exists()
    j.add((7, events.TRIP, 1, 4), "over_pressure")
    assert j.flush(7) == ""
    assert (tmp_path / "journal.txt").read_text() == "1.5 pump_start 1 0\n2.7 trip 1 over_pressure\n"
    for i in range(800):
        j.add((10 + i, events.TRIP, 2, 1), 1)
        j.flush(10 + i)
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) < 2 * journal.SIZE_MAX + 100
    assert j.read(3) == ["800.807 trip 2 1", "801.808 trip 2 1", "802.809 trip 2 1"]
    assert len(j.read(700)) == 700, "the file before is read too"


def test_a_journal_that_cannot_be_written_keeps_its_lines_and_counts_what_is_too_much(tmp_path):
    j = journal.Journal(str(tmp_path / "gone" / "journal.txt"))
    for i in range(journal.LINES_MAX + 7):
        j.add((i, events.TRIP, 1, 0), 0)
    assert "cannot be written" in j.flush(1)
    assert len(j.lines) == journal.LINES_MAX and j.dropped == 7
    (tmp_path / "gone").mkdir()
    assert j.flush(2) == "" and not list((tmp_path / "gone").iterdir()), "not again at once: flash wears"
    assert j.flush(2, True) == "" and (tmp_path / "gone" / "journal.txt").read_text().endswith("72.2 lost 0 7\n")
    assert journal.Journal(str(tmp_path / "gone" / "journal.txt")).number == 72, "numbers go on over a start"
