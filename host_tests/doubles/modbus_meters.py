"""Real Modbus meters as far as a line can tell: pymodbus servers on a terminal, with the registers of the meters' makers."""

from __future__ import annotations

import asyncio
import contextlib
import threading

from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

INVALID = [SimData(0, count=1, datatype=DataType.REGISTERS)]


def device(address: int, floats: dict[int, float]) -> SimDevice:
    """A meter with IEEE 754 floats in its input registers; all others between them read 0."""
    top = max(floats) + 2
    inputs, at = [], 0
    for register in sorted(floats):
        if register > at:
            inputs.append(SimData(at, count=register - at, datatype=DataType.REGISTERS))
        inputs.append(SimData(register, values=floats[register], datatype=DataType.FLOAT32))
        at = register + 2
    assert at == top
    inputs.append(SimData(at, count=4, datatype=DataType.REGISTERS))
    bits = [SimData(0, count=1, datatype=DataType.BITS)]
    return SimDevice(address, simdata=(bits, bits, INVALID, inputs))


@contextlib.contextmanager
def server(path: str, *devices: SimDevice, baudrate: int = 9600):
    """These meters on the terminal `path`, in a thread."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    running = {}

    async def serve():
        running["server"] = ModbusSerialServer(list(devices), port=path, baudrate=baudrate, parity="N", timeout=0.05,
                                               ignore_missing_devices=True)
        await running["server"].listen()
        ready.set()
        await running["server"].serving

    def run():
        asyncio.set_event_loop(loop)
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10), "the pymodbus server did not start"
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(running["server"].shutdown(), loop).result(10)
        thread.join(10)
