"""`wellhearth provision --wifi ...`: what a board needs of its network, typed here, stored by cable, never shown.

network.json (a record): Wi-Fi, the broker's user, the page's PIN as a salted hash. announce.txt: what Home Assistant is
told of this unit, made here by the gateway's own code, so that the board neither has those words nor the memory for them.
"""

from __future__ import annotations

import getpass
import json
import secrets
from collections.abc import Callable

from wellhearth.links.network import fitting, house
from wellhearth.links.network.pin import digest, rounds
from wellhearth.storage import record

from . import files
from .link import Link, LinkError

SSID_B, KEY_B, PASSWORD_B = 32, 63, 64
PIN_DIGITS = range(6, 13)
CUT = {"ssid": SSID_B, "key": KEY_B, "user": PASSWORD_B, "password": PASSWORD_B}


def wanted(args) -> bool:
    """Whether anything of a network was asked for."""
    return bool(args.wifi is not None or args.broker_user is not None or args.pin or args.announce)


def typed(what: str, ask: Callable[[str], str], longest: int) -> str:
    """A secret that a person types; LinkError for one that fits nowhere."""
    found = ask(f"{what}: ")
    if len(found.encode()) > longest or not found.isprintable():
        raise LinkError(f"{what}: at most {longest} bytes, nothing unprintable")
    return found


def pin_of(ask: Callable[[str], str]) -> dict[str, str]:
    """The PIN's salt and hash. LinkError for one that is too easy."""
    pin = typed("PIN of the page", ask, 64)
    if not (pin.isascii() and pin.isdigit() and len(pin) in PIN_DIGITS):
        raise LinkError(f"a PIN has {PIN_DIGITS[0]} to {PIN_DIGITS[-1]} digits")
    if len(set(pin)) < 3 or pin in "01234567890123456789" or pin in "98765432109876543210":
        raise LinkError("that PIN is the first one that anybody tries: take another")
    salt = secrets.token_hex(8)
    found = digest(salt, pin)
    rounds(found, 0)
    return {"pin_salt": salt, "pin": found.hex()}


def asked(args, ask: Callable[[str], str] = getpass.getpass) -> dict[str, str]:
    """What is new in network.json. An empty name of a Wi-Fi or a user takes it away."""
    found: dict[str, str] = {}
    if args.wifi is not None:
        key = typed(f"key of the Wi-Fi {args.wifi}", ask, KEY_B) if args.wifi else ""
        if args.wifi and not 8 <= len(key.encode()) <= KEY_B:
            raise LinkError("a key of a Wi-Fi (WPA2) has 8 to 63 characters; open networks are not joined")
        found |= {"ssid": args.wifi, "key": key}
    if args.broker_user is not None:
        found |= {"user": args.broker_user,
                  "password": typed("password of the broker's user", ask, PASSWORD_B) if args.broker_user else ""}
    for key, longest in CUT.items():
        if len(found.get(key, "").encode()) > longest:
            raise LinkError(f"{key}: at most {longest} bytes")
    return found | (pin_of(ask) if args.pin else {})


def store(link: Link, new: dict[str, str]) -> list[str]:
    """Into the record on the unit; what it holds now, by name alone."""
    number, text = record.unseal(files.read(link, fitting.SECRETS) or b"")
    there = json.loads(text) if number >= 0 else {}
    there = {key: value for key, value in {**there, **new}.items() if value}
    data = json.dumps(there).encode()
    data = record.head(data, max(number, 0) + 1).encode() + data
    for path in (fitting.SECRETS, fitting.SECRETS + record.COPY):
        files.write(link, path, data)
    if files.read(link, fitting.SECRETS) != data:
        raise LinkError("the unit does not give back what was written; run the command again")
    return sorted(there)


def announcement(node, prefix: str, discovery: str, lang: str) -> bytes:
    """announce.txt of a node (gateway.nodes.Node): of each device a line `TOPIC SIZE`, so many bytes, a line's end."""
    from ..gateway.homeassistant import discovery as made
    topics = made.Topics(prefix, discovery, alone=True)
    found = b""
    for device, payload in made.devices(node, topics, lang).items():
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        found += f"{topics.config(device)} {len(text)}\n".encode() + text + b"\n"
    return found


def announce(link: Link, lang: str) -> int:
    """Make announce.txt for the unit as it runs, and write it; how many devices it has. LinkError without a network."""
    from ..gateway.nodes import Node
    from ..gateway.nodes.prompt import Prompt
    cfg = json.loads(files.read(link, "config.json") or b"{}").get("network")
    if cfg is None:
        raise LinkError("this unit's config has no network: wellhearth config set network.broker=...")
    node = Node(Prompt(link, link.port))
    data = announcement(node, cfg.get("prefix", "wellhearth"), cfg.get("discovery", "homeassistant"),
                        lang)
    files.write(link, house.ANNOUNCE, data)
    return data.count(b'"cmps":')


def run(link: Link, args) -> list[str]:
    """What was asked for; words for the person, without any secret."""
    said = []
    new = asked(args)
    if new:
        said.append("on the unit: " + ", ".join(store(link, new)) + " (never shown); they hold from the next start on")
    if args.announce:
        said.append(f"{announce(link, args.announce)} devices for Home Assistant on the unit")
    return said
