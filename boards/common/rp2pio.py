# pyright: reportUndefinedVariable=false, reportCallIssue=false, reportIndexIssue=false
"""PIO programs of the RP2040 and RP2350 boards. Their names are instructions that the decorator puts in place."""

import rp2


@rp2.asm_pio(in_shiftdir=rp2.PIO.SHIFT_LEFT)
def pulse_counter():  # noqa: D103  (PIO assembler)
    # X counts rising edges downwards, Y the time since the last one. A level must hold for 375 us to be one, and a pulse
    # costs 17 instructions: contact bounce is ignored, 900 pulses a second at half duty are all counted, of 1000 two thirds.
    label("low")
    jmp(pin, "rise")
    jmp(y_dec, "low")
    label("rise")
    nop()[4]
    jmp(pin, "count")
    jmp("low")
    label("count")
    jmp(x_dec, "restart")
    label("restart")
    mov(y, invert(null))
    wrap_target()
    label("high")
    jmp(pin, "still")
    nop()[4]
    jmp(pin, "still")
    jmp("low")
    label("still")
    jmp(y_dec, "high")
    wrap()


@rp2.asm_pio(set_init=rp2.PIO.IN_LOW, out_shiftdir=rp2.PIO.SHIFT_RIGHT, in_shiftdir=rp2.PIO.SHIFT_RIGHT,
             autopull=True, autopush=True, pull_thresh=32, push_thresh=24)
def onewire_master():  # noqa: D103  (PIO assembler)
    # 1 us an instruction; times from the DS18B20 data sheet. The pin only ever pulls low or lets go.
    # The words sent: 8 bits count of bits to write less one, those bits, then a 1 for each bit to read.
    mov(isr, null)
    set(pindirs, 1)
    set(y, 15)
    label("reset")
    jmp(y_dec, "reset")[30]     # 496 us low
    set(pindirs, 0)[31]
    nop()[31]
    in_(pins, 1)                # 64 us later: low is a presence pulse
    set(y, 13)
    label("rest")
    jmp(y_dec, "rest")[30]      # 434 us
    in_(pins, 1)                # low now is a bus that is held down
    push()
    out(y, 8)
    label("write")
    out(x, 1)
    set(pindirs, 1)[5]
    jmp(not_x, "zero")
    set(pindirs, 0)
    label("zero")
    nop()[31]
    nop()[26]
    set(pindirs, 0)[4]
    jmp(y_dec, "write")
    wrap_target()
    out(x, 1)
    set(pindirs, 1)[1]
    set(pindirs, 0)[8]
    in_(pins, 1)[31]            # 12 us after the edge
    nop()[19]
    wrap()
