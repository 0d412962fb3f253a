"""`make bench-fleet ARGS="--load 300"`: synthetic houses, a real Mosquitto, the fleet's subscriber and its database.

Every house says six blocks a minute (a well, three rooms, account, node), as its bridge does while all of them change.
Publisher and subscriber are processes of their own; the history's clock runs ten times faster, so that tens end and are
written.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

BLOCKS = ("well", "room1", "room2", "room3", "account", "node")
MINUTE_S, FASTER = 60.0, 10.0
PAYLOAD = {"supply_c": 13.2, "return_c": 9.1, "flow_lph": 2100, "reinjection_kpa": 22, "pump_percent": 62, "starts": 41,
           "run_h": 1204.5,
           "circulated_m3": 4200.125, "returned_m3": 4199.5, "source_kwh": 20400.5, "capacity_percent": 97, "room_c": 20.1,
           "setpoint_c": 20.0, "electricity_kwh": 9120.4, "outside_c": -7.5, "faults": [], "lockouts": []}


def publish(port: int, houses: int, seconds: float) -> None:
    """Messages spread evenly over the minute; late ones are sent at once."""
    import paho.mqtt.client as mqtt
    from paho.mqtt.enums import CallbackAPIVersion

    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    pause = MINUTE_S / (houses * len(BLOCKS))
    begun, n = time.monotonic(), 0
    while time.monotonic() - begun < seconds:
        if begun + n * pause > time.monotonic():
            time.sleep(min(0.01, max(0.0, begun + n * pause - time.monotonic())))
            continue
        house, block = divmod(n, len(BLOCKS))
        said = PAYLOAD | {"sent": time.time(), "run_h": 1204.5 + n % 7}
        client.publish(f"wellhearth/load-{house % houses}/wh-1/{BLOCKS[block]}", json.dumps(said), qos=0)
        n += 1
    client.loop_stop()
    client.disconnect()


def cpu_s(pid: int) -> float:
    """Seconds of a process so far (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100.0


def measure(port: int, broker: int, houses: int, seconds: float, database: str) -> dict:
    """What the subscriber did while the houses spoke."""
    from whtools.gateway.fleet.subscriber import Settings, Subscriber
    from whtools.gateway.history.schema import open_store

    begun_wall = time.time()
    subscriber = Subscriber(open_store(database), Settings("127.0.0.1", port),
                            now=lambda: begun_wall + FASTER * (time.time() - begun_wall))
    lags: list[float] = []
    take = subscriber.take

    def timed(topic: str, payload: bytes, old: bool, at: float) -> None:
        take(topic, payload, old, at)
        lags.append(time.time() - json.loads(payload)["sent"])
    subscriber.take = timed  # type: ignore[method-assign]
    subscriber.start()
    while not subscriber.client.is_connected():
        time.sleep(0.05)
    before = cpu_s(broker), time.process_time(), time.monotonic()
    sender = multiprocessing.Process(target=publish, args=(port, houses, seconds))
    sender.start()
    rows = 0
    while time.monotonic() - before[2] < seconds:
        time.sleep(1.0)
        rows += subscriber.flush()
    took = time.monotonic() - before[2]
    lags.sort()
    figures = {"houses": houses, "asked_per_s": round(houses * len(BLOCKS) / MINUTE_S),
               "received_per_s": round(len(lags) / took),
               "lag_ms_median": round(1000 * lags[len(lags) // 2], 1),
               "lag_ms_p99": round(1000 * lags[len(lags) * 99 // 100], 1),
               "subscriber_cpu": round((time.process_time() - before[1]) / took, 2),
               "broker_cpu": round((cpu_s(broker) - before[0]) / took, 2),
               "subscriber_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "rows_per_s": round(rows / took),
               "seconds": round(took), "problem": subscriber.problem}
    sender.join(20)
    subscriber.stop()
    return figures


def run(houses: int, seconds: float, database: str | None) -> int:
    """The figures of one load on a broker of its own."""
    path = shutil.which("mosquitto")
    if path is None:
        print("bench-fleet: --load needs mosquitto (Debian's package)")
        return 2
    with tempfile.TemporaryDirectory(prefix="wellhearth-load-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        config = Path(folder, "mosquitto.conf")
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        with subprocess.Popen([path, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as broker:
            time.sleep(1.0)
            try:
                print(json.dumps(measure(port, broker.pid, houses, seconds, database or f"{folder}/load.db")), flush=True)
            finally:
                broker.terminate()
    return 0
