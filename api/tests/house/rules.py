"""The rules of the house that no tool knows. Each function names the faults it finds."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from packaging.version import Version

ROOT = Path(__file__).parents[3]
LONGEST_FILE = 400
SECURITY_FLOORS = {
    "strawberry-graphql": "0.327.2",
    "graphql-core": "3.3.0",
    "starlette": "1.0.1",
    "pydantic-ai-slim": "2.24.0",
    "redis": "4.5.4",
}
# Safe to be without, not safe to have old.
OPTIONAL_FLOORS = {"python-multipart": "0.0.27"}


def files_too_long(folders: Iterable[Path]) -> list[str]:
    lengths = {
        file: len(file.read_text(encoding="utf-8").splitlines())
        for folder in folders
        for file in folder.rglob("*.py")
    }
    return [f"{file} has {n} lines" for file, n in lengths.items() if n > LONGEST_FILE]


def versions_below_floors(version_of: Callable[[str], str | None]) -> list[str]:
    faults = []
    for name, floor in (SECURITY_FLOORS | OPTIONAL_FLOORS).items():
        version = version_of(name)
        if version is None:
            if name in SECURITY_FLOORS:
                faults.append(f"{name} is missing")
        elif Version(version) < Version(floor):
            faults.append(f"{name} {version} is older than {floor}")
    return faults


def locked_packages(lock: str) -> dict[str, str]:
    """Each package of a Python lock file with its version."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s\\]+)", lock, re.MULTILINE))


def faults_in_python_lock(lock: str) -> list[str]:
    code = re.sub(r"(^|\s)#.*", "", lock).replace("\\\n", " ")
    lines = [line.strip() for line in code.splitlines() if line.strip()]
    pinned = re.compile(r"[a-z0-9-]+==\S+( ; [^-]+)?(\s+--hash=sha256:[0-9a-f]{64})+")
    faults = [
        f"not a package pinned by hash: {line}" for line in lines if not pinned.fullmatch(line)
    ]
    return faults + addresses(lock)


def faults_in_web_lock(lock: Mapping[str, Any]) -> list[str]:
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    faults = [
        f"{name} has no hash" for name, entry in packages.items() if not entry.get("integrity")
    ]
    return faults + [
        f"{name} names a host" for name, entry in packages.items() if "resolved" in entry
    ]


def addresses(text: str) -> list[str]:
    """Hosts and paths of one machine, which no committed lock may carry."""
    return re.findall(r"\w+://\S+|(?<=\s)/(?:opt|root|home|work|tmp)/\S+|@ file\S*", text)
