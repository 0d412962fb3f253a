"""Makes a virtual environment and installs one requirements file into it, group by group, saying what it does.

    python tools/install.py ENV FILE [--on BASE] [--source-ok]
    python tools/install.py ENV FILE --into FOLDER

A group begins with a line `# == title`. --on: the packages of environment BASE are seen from ENV too, so that only what is
missing there is installed. --into: wheels are unpacked into FOLDER, without their dependencies, by ENV's pip. --source-ok:
a package without a wheel may be built. Needs nothing but Python's own library.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CONSTRAINTS = HERE / "constraints.txt"
# Run inside an environment: bytecode on all cores, package by package (pip does it in silence on one). Without it every
# start of a program is slow where the shell forbids bytecode (PYTHONDONTWRITEBYTECODE).
COMPILE = """
import compileall, pathlib, sys
if __name__ == "__main__":
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        if path.is_dir() and any(path.rglob("*.py")):
            many = len(list(path.rglob("*.py"))) > 150
            if many:
                print("    " + path.name, flush=True)
            compileall.compile_dir(path, quiet=2, workers=0 if many else 1)
        elif path.suffix == ".py":
            compileall.compile_file(path, quiet=2)
"""


def groups(text: str) -> list[tuple[str, list[str]]]:
    """(title, requirements) of each group of a requirements file."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("# == "):
            found.append((line[5:], []))
        elif line.strip() and not line.startswith("#"):
            if not found:
                found.append(("packages", []))
            found[-1][1].append(line.partition("  #")[0].strip())
    return found


def python_of(env: Path) -> Path:
    """The interpreter of an environment."""
    return env / "bin" / "python"


def packages_of(env: Path) -> str:
    """Where an environment keeps its packages."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return subprocess.run([python_of(env), "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def complete(env: Path) -> bool:
    """Whether an environment is there, with its pip (one that was torn off while it was made is not)."""
    python = python_of(env)
    return python.exists() and subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0


def create(env: Path, base: Path | None) -> None:
    """An empty environment, which sees the packages of `base` too."""
    if not complete(env):
        print(f"wellhearth: creating {env} ({env.absolute()})", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(env)], check=True)
    if base is not None:
        Path(packages_of(env), "wellhearth_base.pth").write_text(packages_of(base) + "\n", encoding="utf-8")


def pip(env: Path, words: list[str]) -> int:
    """Run pip; of what it says, each package it takes and each error is shown."""
    command = [str(python_of(env)), "-m", "pip", "install", "--disable-pip-version-check", "--no-compile",
               "--progress-bar", "off", "-c", str(CONSTRAINTS), *words]
    said = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            word, _, rest = line.partition(" ")
            if word in ("Collecting", "Processing") and rest.strip():
                print(f"    {Path(rest.split()[0]).name}", flush=True)
            elif line.startswith("Installing collected"):
                print("    unpacking", flush=True)
    if process.returncode:
        print("".join(said[-15:]), file=sys.stderr)
    return process.returncode


def compile_all(env: Path) -> None:
    """Bytecode of everything that is installed; what is compiled already costs nothing. A failure only costs time later."""
    print(f"wellhearth: compiling {env}", flush=True)
    with tempfile.TemporaryDirectory(prefix="wellhearth-") as folder:
        script = Path(folder) / "compile_all.py"
        script.write_text(COMPILE, encoding="utf-8")
        subprocess.run([python_of(env), script, packages_of(env)])


def run(args: argparse.Namespace) -> int:
    """Install every group; pip's status of the first that fails."""
    begun = time.monotonic()
    create(args.env, args.on)
    todo = groups(args.file.read_text(encoding="utf-8"))
    for i, (title, requirements) in enumerate(todo, 1):
        print(f"wellhearth: [{i}/{len(todo)}] {title} -> {args.into or args.env}", flush=True)
        words = ["--prefer-binary"] if args.source_ok else ["--only-binary", ":all:"]
        if args.into:
            words += ["--no-deps", "--upgrade", "--target", str(args.into)]
        status = pip(args.env, words + requirements)
        if status:
            print(f"wellhearth: pip could not install {title}; the same command goes on from here", file=sys.stderr)
            return status
    if not args.into:
        compile_all(args.env)
    print(f"wellhearth: {args.into or args.env} is ready after {time.monotonic() - begun:.0f} s", flush=True)
    return 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="make an environment and install a requirements file into it")
    parser.add_argument("env", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--on", type=Path, help="an environment whose packages are seen too")
    parser.add_argument("--into", type=Path, help="a folder for the packages, without their dependencies")
    parser.add_argument("--source-ok", action="store_true", help="a package without a wheel may be built")
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
