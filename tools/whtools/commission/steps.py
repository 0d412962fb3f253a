"""The steps in which nothing runs, or one output at a time. Each looks and returns its checks."""

from __future__ import annotations

from .bench import Bench, Check


def sensors(bench: Bench, data: dict) -> list[Check]:
    """Sensors of the same place agree at rest: two parts of +-0.5 K each differ by 1 K at the most."""
    bench.service(True)
    bench.wait(75)
    found = []
    pairs = [(f"{room}.room", f"{room}.supply_air") for room in rooms(bench)]
    pairs += [(f"{name}.supply", f"{name}.return") for name in ("well", "well2", "loop") if name in bench.blocks]
    for first, second in pairs:
        block, one = first.split(".")
        two = second.split(".")[1]
        p = bench.points(*(f"{block}.{name}_{end}" for name in (one, two) for end in ("mc", "ok")))
        answers = p[f"{first}_ok"] and p[f"{second}_ok"]
        found.append(Check(f"{first} and {second} answer", "yes" if answers else "no",
                           hint="wellhearth onewire says which one"))
        if answers:
            apart = (p[f"{second}_mc"] - p[f"{first}_mc"]) / 1000
            data.setdefault("apart_k", {})[f"{first} and {second}"] = apart
            found.append(Check(f"{first} and {second} at rest, apart", abs(apart), "K", None, 1.0,
                               "one of them sits in another place, or its neighbour has run: wait an hour, or"
                               " onewire --assign"))
    for room in rooms(bench):
        p = bench.points(f"{room}.leaving_mc", f"{room}.leaving_ok")
        value = p[f"{room}.leaving_mc"] / 1000 if p[f"{room}.leaving_ok"] else None
        found.append(Check(f"{room}.leaving at rest", value, "degC", 1, 35, "no answer, or not on the unit's water pipe"))
    return found


def rooms(bench: Bench) -> list[str]:
    """Names of the room blocks."""
    return [name for name in bench.blocks if name.startswith("room")]


def contacts(bench: Bench, _data: dict) -> list[Check]:
    """With everything off no contact may be open, and no protection active."""
    bench.service(True)
    bench.wait(5)
    active = bench.trips()
    return [Check("protections active at rest", ", ".join(active) or "none", hint="wellhearth diag trips says what each of"
                  " them sees; a normally closed contact that is not wired reads open")]


def outputs(bench: Bench, _data: dict) -> list[Check]:
    """One output after the other, with somebody looking."""
    bench.service(True)
    names = bench.link.run("from wellhearth import app\nprint(' '.join(sorted(app.current.service.outputs)))").split()
    found = []
    for name in names:
        if name.startswith("well_pump"):
            continue  # the step `pump`
        speed = name.endswith(("_fan", "_speed"))
        refused = bench.force(name, 500 if speed else 1)
        bench.wait(3)
        trips = bench.trips()
        moves = not refused and bench.person.sees(f"{name} is {'at 50 %' if speed else 'on'}: does it move?", name)
        bench.force(name, 0)
        bench.wait(3)
        seen = "yes" if moves and not trips else refused or (f"protection {', '.join(trips)}" if trips else "no")
        found.append(Check(f"{name} moves", seen, hint="wiring of this terminal (diag io), its fuse, its feedback contact"))
    return found
