"""Register maps of what hangs on a plant's lines, as data; a file each, loaded where the config names it.

READS: (function code, first register, count, every so many rounds, fields); a field is (signal, register, format,
multiplier, divisor), its register counted from the first; formats: u16, s16, u32, s32 (high word first), bit0 to bit15,
and with function codes 1 and 2 (bits) bit. A register of 0x8000 (s16) or 0xFFFF (u16) says that the device does not know
the value. WRITES: (function code, first register, fields); a field is (signal, multiplier, divisor), a register each in
their order; with function code 5 one coil. STRIDE: registers (or bits) from one channel to the next, of a module that
several things share.

What is written is repeated (client.REFRESH_MS): **each device has its communication watchdog set to 60 s or less**, so
that it stops when nobody asks it any more.
"""
