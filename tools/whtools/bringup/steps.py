"""The steps of the bring-up that need no wire: chip, flash, clock, pins at rest, shorts, LED, watchdog, power cuts."""

from __future__ import annotations

import re
import time

from ..commission.bench import Check
from ..device.build import MICROPYTHON_MIN
from . import guest
from .bare import Bare, yes

CHIP = re.compile(r"RP2040|RP2350|ESP32(?:S2|S3|C\d|H\d|P\d)?")
HEAP_KB = {"RP2040": 160, "RP2350": 320, "ESP32": 60, "ESP32-S3": 60}  # what the stock MicroPython leaves, less a tenth
DISK_KB = 600  # the firmware, its config, records and history (wellhearth build says each)
FLASH_SIZE = 65536
WRITE_S, READ_S = 8.0, 2.0  # 64 kB: 16 sectors of 45 ms to 0.4 s each (W25Q16JV, tSE), and the file system's own
CLOCK_S, CLOCK_SHARE = 20.0, 0.2  # per cent; a crystal is good for 0.005, USB answers within 20 ms
BITE_S, LIVED_S, BACK_S = 6.0, (1.0, 2.6), 20.0  # armed for 2 s, asked after 6
CUTS = 3


def chip(bare: Bare, data: dict) -> list[Check]:
    """The chip, its MicroPython, memory and file system."""
    wanted, link = bare.wiring.own["chip"], bare.link
    seen = CHIP.search(link.machine.upper().replace("-", ""))
    right = seen is not None and seen[0] == wanted.replace("-", "")
    wireless = bare.wiring.board.endswith("_w")
    found = [yes("chip", right, f"this is a {link.machine}: --board names another board", link.machine)]
    if link.platform == "rp2":
        found.append(
            yes(
                "module with radio" if wireless else "module without radio",
                (" W" in link.machine) == wireless,
                "Pico and Pico W want different firmware: the other --board, or the other UF2",
                link.machine,
            )
        )
    minimum = MICROPYTHON_MIN.get(link.platform, (9, 99))
    found.append(
        Check(
            "MicroPython",
            round(link.version[0] + link.version[1] / 100, 2),
            "",
            minimum[0] + minimum[1] / 100,
            None,
            "put a newer one on the board (boards/COMMISSIONING.md)",
        )
    )
    one = bare.ask(guest.IDENTITY)
    data["identity"] = {"machine": link.machine, "micropython": ".".join(map(str, link.version)), **one}
    found += [
        Check(
            "heap",
            round(one["heap"] / 1024),
            "kB",
            HEAP_KB[wanted],
            None,
            "another build of MicroPython than the stock one?",
        ),
        Check(
            "file system",
            round(one["disk"] / 1024),
            "kB",
            DISK_KB,
            None,
            "too little flash, or a build with a small partition",
        ),
        Check("clock of the chip", float(one["mhz"]), "MHz", 100, 300, "not the stock MicroPython"),
    ]
    return found


def flash(bare: Bare, data: dict) -> list[Check]:
    """64 kB written, read and compared."""
    one = data["flash"] = bare.ask(guest.FLASH, 90, size=FLASH_SIZE)
    return [
        Check(
            "pieces of 4 kB that read otherwise than written",
            float(one["bad"]),
            "",
            None,
            0,
            "the flash is bad: another board",
        ),
        Check(
            "64 kB written in",
            one["write_ms"] / 1000,
            "s",
            None,
            WRITE_S,
            "a slow or worn flash: starts of motors would wait for it",
        ),
        Check("and read in", one["read_ms"] / 1000, "s", None, READ_S, "a slow flash, or a slow bus to it"),
    ]


def clock(bare: Bare, data: dict) -> list[Check]:
    """The chip's milliseconds against this computer's."""
    first, begun = bare.ask(guest.TICKS), monotonic(bare)
    pause(bare, CLOCK_S)
    second, ended = bare.ask(guest.TICKS), monotonic(bare)
    gone_ms = (second - first) & 0x3FFFFFFF
    share = data["clock_percent"] = round(100 * (gone_ms / 1000 / (ended - begun) - 1), 3)
    return [
        Check("chip's time against this computer's", share, "%", -CLOCK_SHARE, CLOCK_SHARE, "the crystal: another board")
    ]


def monotonic(bare: Bare) -> float:
    """This computer's seconds (or those of the link's own world)."""
    return getattr(bare.link, "monotonic", time.monotonic)()


def pause(bare: Bare, seconds: float) -> None:
    """Wait so long."""
    getattr(bare.link, "wait", time.sleep)(seconds)


def levels(bare: Bare, _data: dict) -> list[Check]:
    """With nothing wired a pad follows its own pulls."""
    down_tells = bare.wiring.own["chip"] != "RP2350"  # erratum E9: its pull-down does not bring a pad down
    names = {number: name for name, (number, _) in bare.kinds.items()}
    bad = [
        f"{bare.pad(names[n])} {'low' if not up else 'high'}"
        for n, up, down in bare.ask(guest.LEVELS, pins=bare.pulled())
        if not up or (down and down_tells)
    ]
    return [
        Check(
            "pads that do not follow their pull",
            ", ".join(bad) or "none",
            hint="something is wired to them, or solder joins them with a supply: take the board out and look",
        )
    ]


def shorts(bare: Bare, _data: dict) -> list[Check]:
    """One pad after the other is pulled to ground for 2 ms; none other may fall with it."""
    bare.agree("nothing is wired: may each pad be driven low for 2 ms, one after the other?", "consent shorts")
    names = {number: name for name, (number, _) in bare.kinds.items()}
    pairs = {tuple(sorted(pair)) for pair in bare.ask(guest.SHORTS, pins=bare.pulled())}
    bad = [f"{bare.pad(names[a])} and {bare.pad(names[b])}" for a, b in sorted(pairs)]
    return [
        Check(
            "pads that hang together",
            ", ".join(bad) or "none",
            hint="a bridge of solder between them, or a wire that was left",
        )
    ]


def led(bare: Bare, _data: dict) -> list[Check]:
    """The LED on the board, where its GPIO is the status LED's."""
    bare.agree("the LED on the board: may it blink?", "consent led")
    bare.link.run(guest.BLINK.format(pin=bare.led_gpio))
    return [
        yes(
            "the LED has blinked",
            bare.person.sees("has the LED on the board blinked three times?", "led"),
            "a Pico W in place of a Pico (its LED hangs on the radio), or a dead LED",
        )
    ]


def watchdog(bare: Bare, data: dict) -> list[Check]:
    """Armed and left alone it resets the chip, and the chip says so afterwards."""
    bare.agree("the watchdog resets the board in 2 s: may it? (the port goes and comes back)", "consent watchdog")
    bare.leave_with(guest.WATCHDOG, b"wd-armed")
    pause(bare, BITE_S)
    took = data["watchdog_s"] = round(bare.again(), 1)
    lived, cause, expected = bare.ask(guest.BITTEN)
    found = [
        Check(
            "the program lived under it for",
            lived / 1000,
            "s",
            *LIVED_S,
            "the watchdog did not bite, or something else restarted the board",
        ),
        Check("back at its prompt after", took, "s", None, BACK_S, "a slow start: is something else on the board?"),
    ]
    if not bare.esp32:
        found.append(
            yes(
                "the chip says that its watchdog did it",
                cause == expected,
                "it was restarted by something else",
                f"cause {cause}",
            )
        )
    return found


def power(bare: Bare, data: dict) -> list[Check]:
    """The plug pulled in the middle of writing, three times: the file system lives, the record is a whole one."""
    found = []
    bare.agree("power cuts by hand: the board writes files, and you pull its plug; may it begin?", "consent power")
    for i in range(1, CUTS + 1):
        bare.leave_with(guest.WRITING, b"cut-now")
        bare.agree(f"cut {i} of {CUTS}: pull the USB plug now, wait two seconds, plug it in again; done?", f"cut {i}")
        bare.again(60)
        whole, cause, expected = bare.ask(guest.WRITTEN)
        data.setdefault("cuts", []).append(whole)
        found += [
            yes(
                f"cut {i}: the start was one of power",
                cause == expected,
                "the plug was not pulled, or another supply is wired",
                f"cause {cause}",
            ),
            yes(
                f"cut {i}: the record is a whole one",
                whole > 0,
                "the file system lost a renamed file: another board or MicroPython",
                "damaged" if whole == 0 else "missing",
            ),
        ]
    return found
