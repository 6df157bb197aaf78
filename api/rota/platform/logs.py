"""One record a line, for people or machines. What comes from outside cannot begin a line, and a
token that slips into a text is blotted out."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal

# Other libraries are heard from WARNING on: at DEBUG some write headers and bodies.
OURS = "rota"
TOKEN = re.compile(r"(rota_|Bearer )[A-Za-z0-9_.-]{16,}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def set_up_logs(level: str, form: Literal["text", "json"]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(level)


class TextLines(logging.Formatter):
    """A trace follows its record, each of its lines set in."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_time(record)} {record.levelname:<7} {record.name}  {_one_line(record)}"
        return "\n    ".join([line, *_trace(self, record)])


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        content = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": _one_line(record),
        }
        if trace := _trace(self, record):
            content["trace"] = "\n".join(trace)
        return json.dumps(content)


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _one_line(record: logging.LogRecord) -> str:
    return CONTROL.sub(" ", _blotted(record.getMessage()))


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    if not record.exc_info:
        return []
    lines = _blotted(formatter.formatException(record.exc_info)).splitlines()
    return [CONTROL.sub(" ", line) for line in lines]


def _blotted(text: str) -> str:
    return TOKEN.sub(r"\1***", text)
