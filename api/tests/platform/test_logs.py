"""Log lines: one a record, forged by nobody, with no token in them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest

from rota.platform.logs import JsonLines, TextLines, set_up_logs

TOKEN = "rota_" + "Ab1-_" * 9


def line(form: type[logging.Formatter], message: str, *args: object, broken: bool = False) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(form())
    logger = logging.Logger("rota.test")
    logger.addHandler(handler)
    if broken:
        try:
            raise ValueError(*args)
        except ValueError:
            logger.exception(message)
    else:
        logger.warning(message, *args)
    return stream.getvalue()


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("rota")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], root_level, ours_level = before
    root.setLevel(root_level)
    ours.setLevel(ours_level)


@pytest.mark.parametrize("form", [TextLines, JsonLines])
@pytest.mark.parametrize("bad", ["a\nb", "a\r\nb", "a\x00b", "a\x1b[31mb", "a\u2028b", "a\x85b"])
def test_a_text_from_outside_cannot_begin_a_line(form: type[logging.Formatter], bad: str) -> None:
    written = line(form, "GET %s", f"/{bad}")
    assert written.endswith("\n")
    assert len(written.splitlines()) == 1
    assert "\x1b" not in written
    assert "\x00" not in written


def test_a_trace_is_set_in_so_that_it_forges_no_record() -> None:
    first, *trace = line(TextLines, "It failed.", "x\n2026-01-01 forged", broken=True).splitlines()
    assert first.endswith("It failed.")
    assert any("ValueError" in part for part in trace)
    assert all(part.startswith("    ") for part in trace)


def test_json_keeps_the_trace_in_its_record() -> None:
    [written] = line(JsonLines, "It failed.", "why", broken=True).splitlines()
    record = json.loads(written)
    assert record["level"] == "ERROR"
    assert record["message"] == "It failed."
    assert "ValueError: why" in record["trace"]


@pytest.mark.parametrize("form", [TextLines, JsonLines])
def test_a_token_is_blotted_out(form: type[logging.Formatter]) -> None:
    assert TOKEN not in line(form, "Authorization: Bearer %s", TOKEN)
    assert TOKEN not in line(form, "It failed.", f"for {TOKEN}", broken=True)
    assert "rota_***" in line(form, "token %s", TOKEN)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.usefixtures("logging_as_before")
def test_other_libraries_are_heard_only_when_they_warn(
    form: Literal["text", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("DEBUG", form)
    logging.getLogger("openai").debug("headers and all")
    logging.getLogger("uvicorn.error").info("starting")
    logging.getLogger("rota.http").debug("ours")
    logging.getLogger("uvicorn.error").warning("theirs")
    written = capsys.readouterr().err
    assert "headers" not in written
    assert "starting" not in written
    assert "ours" in written
    assert "theirs" in written
