"""The ends of a Modbus wire: frames made by hand, a port that is fed by hand, one real node alone on a line."""

from __future__ import annotations

from harness import rs485, scenarios, village
from plant import house, weather
from wellhearth.links.modbus import registers, rtu, server
from wellhearth.tables import kinds, points


def crc16(data: bytes) -> int:
    """Bit by bit, as the serial line standard describes it (V1.02, 6.2.2)."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def sealed(data: bytes) -> bytes:
    return data + crc16(data).to_bytes(2, "little")


class Wire:
    """A port that is fed by hand."""

    char_us = 573

    def __init__(self):
        self.inbox, self.sent = [], []

    def receive(self, into):
        if not self.inbox:
            return 0
        data = self.inbox.pop(0)
        into[: len(data)] = data
        return len(data)

    def send(self, frame, n):
        self.sent.append(bytes(frame[:n]))


def rtu_server(toy, address=7):
    wire = Wire()
    line = rtu.Line(wire, points.new_block(kinds.BUS))
    return wire, server.RtuServer(line, address, registers.Server(toy.node.points, toy.commands, "bus"))


def request_of(code, address, value):
    body = bytes([code]) + address.to_bytes(2, "big")
    if code == registers.WRITE_REGISTERS:
        return body + b"\x00\x02\x04" + (value & 0xFFFFFFFF).to_bytes(4, "big")
    if code == registers.WRITE_COIL:
        return body + (b"\xff\x00" if value else b"\x00\x00")
    return body + (value & 0xFFFF).to_bytes(2, "big")


class Alone:
    """One room node on a line of its own, in virtual time; `say` puts a frame on the line."""

    def __init__(self, tmp_path, config=None):
        config = config or scenarios.village_config(1)["room_nodes"][0]
        world = {"seed": 1, "scenario": {}, "weather": weather.Minutes(weather.DesignDay(1))}
        self.plant = house.create({"well": scenarios.village_config(1)["well"], "rooms": config["rooms"]}, world)
        self.folder, self.tick, self.heard = tmp_path, 0, []
        self.line = rs485.Line()
        self.board = village.Board(self, config, 0, 1)
        self.peer = self.line.add(rs485.Station(0x100))
        self.peer.hear = self.heard.append

    @property
    def t_s(self):
        return self.tick * 0.1

    def run_to(self, t_us):
        while self.t_s * 1e6 + 1e5 <= t_us:
            self.tick += 1
            self.line.run_to(self.t_s * 1e6)
            self.board.wiring.drive(self.board.out, self.t_s)
            self.board.send_tick(self.t_s, 0.1)
            self.board.take_answer(self.t_s)
        self.line.run_to(t_us)

    def say(self, frame, pause_us=3000.0):
        """Puts it on the line; returns what came back until the line was quiet for `pause_us`."""
        self.heard.clear()
        end = self.line.send(max(self.line.now_us, self.line.end_us) + 2500, self.peer, frame)
        self.run_to(end + self.line.silence_us + 40000 + pause_us)
        return b"".join(self.heard)

    def close(self):
        self.board.close()
        self.line.close()
