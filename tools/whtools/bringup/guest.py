"""What runs on the board: MicroPython alone, none of our firmware. Each text prints one line of JSON.

A pin that is driven is an input again when its text ends, whatever happened in it.
"""

from __future__ import annotations

IDENTITY = """
import binascii, gc, json, machine, os
gc.collect()
s = os.statvfs('/')
f = machine.freq()
mhz = (f if isinstance(f, int) else f[0]) // 1000000
print(json.dumps({'id': binascii.hexlify(machine.unique_id()).decode(), 'mhz': mhz,
    'heap': gc.mem_free() + gc.mem_alloc(), 'disk': s[0] * s[2], 'free': s[0] * s[3], 'cause': machine.reset_cause(),
    'files': os.listdir()}))
"""
# size bytes in pieces of 4 kB, of a pattern that no piece shares with its neighbour
FLASH = """
import binascii, json, os, time
size, piece = {size}, 4096
def part(n):
    return bytes([(n * 31 + i * 7 + (i >> 8)) & 255 for i in range(piece)])
t = time.ticks_ms()
with open('bringup.bin', 'wb') as f:
    for n in range(size // piece):
        f.write(part(n))
if hasattr(os, 'sync'):
    os.sync()
w = time.ticks_diff(time.ticks_ms(), t)
t = time.ticks_ms()
bad = 0
with open('bringup.bin', 'rb') as f:
    for n in range(size // piece):
        if f.read(piece) != part(n):
            bad += 1
r = time.ticks_diff(time.ticks_ms(), t)
os.remove('bringup.bin')
print(json.dumps({{'bad': bad, 'write_ms': w, 'read_ms': r}}))
"""
TICKS = """
import time
print(time.ticks_ms())
"""
# every pin with its pull-up, then with its pull-down: with nothing wired it follows both
LEVELS = """
import json, time
from machine import Pin
found = []
for n in {pins}:
    Pin(n, Pin.IN, Pin.PULL_UP)
    time.sleep_ms(2)
    up = Pin(n).value()
    Pin(n, Pin.IN, Pin.PULL_DOWN)
    time.sleep_ms(2)
    found.append([n, up, Pin(n).value()])
    Pin(n, Pin.IN, None)
print(json.dumps(found))
"""
# one pin low for some milliseconds, all others pulled up: who falls with it hangs on it
SHORTS = """
import json, time
from machine import Pin
pins = {pins}
found = []
for n in pins:
    Pin(n, Pin.IN, Pin.PULL_UP)
for n in pins:
    try:
        Pin(n, Pin.OUT, value=0)
        time.sleep_ms(2)
        found += [[n, m] for m in pins if m != n and Pin(m).value() == 0]
    finally:
        Pin(n, Pin.IN, Pin.PULL_UP)
    time.sleep_ms(1)
for n in pins:
    Pin(n, Pin.IN, None)
print(json.dumps(found))
"""
# an output through a jumper into an input: the output's pad at its own pulls (a supply at the other end is not driven
# against), what was sent, what was seen
JUMPER = """
import json, time
from machine import Pin
pull = {pull}
Pin({into}, Pin.IN, None)
Pin({out}, Pin.IN, Pin.PULL_UP)
time.sleep_ms(2)
rest = [Pin({out}).value()]
Pin({out}, Pin.IN, Pin.PULL_DOWN)
time.sleep_ms(2)
rest.append(Pin({out}).value())
sent, seen = [0, 1, 0, 1, 1, 0, 0, 1], []
try:
    if rest[0] and (not rest[1] or not {down_tells}):
        Pin({into}, Pin.IN, Pin.PULL_UP if pull else None)
        Pin({out}, Pin.OUT, value=0)
        for level in sent:
            Pin({out}).value(level)
            time.sleep_ms(3)
            seen.append(Pin({into}).value())
finally:
    Pin({out}, Pin.IN, None)
    Pin({into}, Pin.IN, None)
print(json.dumps([rest, sent, seen]))
"""
DUTY = """
import json, time
from machine import PWM, Pin
Pin({into}, Pin.IN, None)
found = []
wave = PWM(Pin({out}), freq=1000, duty_u16=0)
try:
    for share in (16384, 32768, 49152):
        wave.duty_u16(share)
        time.sleep_ms(5)
        high = 0
        for _ in range(1000):
            high += Pin({into}).value()
            time.sleep_us(37)
        found.append([share * 100 // 65536, high // 10])
finally:
    wave.deinit()
    Pin({out}, Pin.IN, None)
print(json.dumps(found))
"""
ADC = """
import json, time
from machine import ADC, Pin
a = ADC(Pin({pin}){atten})
total = 0
for _ in range(64):
    total += {read}
    time.sleep_ms(1)
print(json.dumps(total // 64))
"""
ONEWIRE = """
import binascii, json, time
import ds18x20, onewire
from machine import Pin
bus = onewire.OneWire(Pin({pin}))
there = bus.reset()
sensors = ds18x20.DS18X20(bus)
roms = sensors.scan() if there else []
found = []
if roms:
    sensors.convert_temp()
    time.sleep_ms(800)
    for rom in roms:
        try:
            found.append([binascii.hexlify(bytes(rom)).decode(), sensors.read_temp(rom)])
        except Exception as e:
            found.append([binascii.hexlify(bytes(rom)).decode(), repr(e)])
Pin({pin}, Pin.IN, None)
print(json.dumps([bool(there), found]))
"""
# frame out and, over the jumper, in again
UART_LOOP = """
import json, time
from machine import UART, Pin
frame = bytes(range(0, 256, 5))
u = UART({unit}, baudrate=19200, tx=Pin({tx}), rx=Pin({rx}), timeout=50)
try:
    u.read()
    u.write(frame)
    time.sleep_ms(150)
    got = u.read() or b''
finally:
    u.deinit()
    Pin({tx}, Pin.IN, None)
print(json.dumps([list(frame), list(got)]))
"""
# over a transceiver: what came in during two seconds, then an answer
UART_LISTEN = """
import json, time
from machine import UART, Pin
Pin({de}, Pin.OUT, value=0)
u = UART({unit}, baudrate=19200, tx=Pin({tx}), rx=Pin({rx}), timeout=50)
u.read()
print('listening')
end = time.ticks_add(time.ticks_ms(), 3000)
got = b''
try:
    while len(got) < {size} and time.ticks_diff(end, time.ticks_ms()) > 0:
        got += u.read() or b''
    Pin({de}).value(1)
    u.write(bytes(range(1, 1 + {size})))
    time.sleep_ms(20 + {size})
finally:
    Pin({de}).value(0)
    u.deinit()
    Pin({de}, Pin.IN, None)
    Pin({tx}, Pin.IN, None)
print(json.dumps(list(got)))
"""
# how long it lived stands in a file: opening an ESP32's port may reset it once more, and then its cause says nothing
WATCHDOG = """
import machine, time
begun = time.ticks_ms()
print('wd' + '-armed')
machine.WDT(timeout=2000)
while True:
    time.sleep_ms(100)
    with open('bringup.wd', 'w') as f:
        f.write(str(time.ticks_diff(time.ticks_ms(), begun)))
"""
# a record written as the firmware does it (temp, rename), over and over: the hand pulls the plug in the middle of it
WRITING = """
import binascii, os
print('cut' + '-now')
n = 0
while True:
    n += 1
    text = '%d ' % n + 'x' * 3000
    with open('bringup.new', 'w') as f:
        f.write('%08x ' % binascii.crc32(text.encode()) + text)
    os.rename('bringup.new', 'bringup.txt')
"""
WRITTEN = """
import binascii, json, machine, os
whole = -1
if 'bringup.txt' in os.listdir():
    text = open('bringup.txt').read()
    crc, _, rest = text.partition(' ')
    whole = int(rest.split()[0]) if int(crc, 16) == binascii.crc32(rest.encode()) else 0
for name in ('bringup.txt', 'bringup.new', 'bringup.bin'):
    if name in os.listdir():
        os.remove(name)
print(json.dumps([whole, machine.reset_cause(), machine.PWRON_RESET]))
"""
BITTEN = """
import json, machine, os
lived = int(open('bringup.wd').read() or 0) if 'bringup.wd' in os.listdir() else -1
if lived >= 0:
    os.remove('bringup.wd')
print(json.dumps([lived, machine.reset_cause(), machine.WDT_RESET]))
"""
BLINK = """
import time
from machine import Pin
p = Pin({pin}, Pin.OUT, value=0)
try:
    for i in range(6):
        p.value(1 - i % 2)
        time.sleep_ms(250)
finally:
    Pin({pin}, Pin.IN, None)
"""
REST = """
from machine import Pin
for n in {pins}:
    Pin(n, Pin.IN, None)
"""
EVERY = {name: text for name, text in list(vars().items()) if name.isupper() and isinstance(text, str)}
