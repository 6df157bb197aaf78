"""The process that `child` starts: judges what it is given, within limits that end it."""

import resource
import signal
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from rota.contracts.child import LENGTH
from rota.contracts.compiling import compile_text
from rota.platform.kernel import jsontext

JUDGE_SECONDS = 1.0  # of its processor's time
READ_SECONDS = 5.0  # for what was accepted to be read and compiled
MAX_BYTES = 256 * 1024 * 1024  # beyond what it takes by itself
MAX_KEPT_BYTES = 64 * 1024 * 1024
MAX_EXPLAINED = 2_500_000  # in units of cost: some 50 MB
IS_MAC = sys.platform == "darwin"


def main() -> None:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    _limit_memory()
    first_peak = _peak()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _say(sink, {})
    while head := source.read(LENGTH.size):
        schema, value = (source.read(length) for length in LENGTH.unpack(head))
        _answer(sink, schema.decode(), value, lambda: _peak() - first_peak > MAX_KEPT_BYTES)


def _answer(sink: BinaryIO, schema: str, text: bytes, is_spent: Any) -> None:
    """Says twice what it finds where the second may be too much."""
    _allow(READ_SECONDS)
    contract, value = compile_text(schema), jsontext.loads(text)
    _allow(JUDGE_SECONDS)
    said = {"is_valid": contract.validator.is_valid(value), "faults": []}
    if not said["is_valid"]:
        _say(sink, {**said, "is_spent": True, "is_all": False})
        _allow(JUDGE_SECONDS)
        said["faults"] = contract.explain(value, MAX_EXPLAINED)
    _allow(0.0)
    _say(sink, {**said, "is_spent": is_spent(), "is_all": True})


def _allow(seconds: float) -> None:
    """Ends the process once it has worked that long, whatever it is at; 0 takes that back."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _say(sink: BinaryIO, said: dict[str, Any]) -> None:
    sink.write(jsontext.dump_bytes(said) + b"\n")
    sink.flush()


def _limit_memory() -> None:
    """Where the system keeps to it, which macOS does not: there the time bounds it."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        most = _taken() + MAX_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _taken() -> int:
    """Of addresses, which are more than memory."""
    try:
        with open("/proc/self/statm", encoding="ascii") as sizes:
            return int(sizes.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 4 * _peak()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if IS_MAC else 1024)


if __name__ == "__main__":
    main()
