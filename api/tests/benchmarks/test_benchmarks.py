"""The benchmarks' own pieces: like is compared with like, all CPU counts, and a failure is no
answer."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, parse, print_ast, validate

from benchmarks.cases import page
from benchmarks.cases.lists import BODY, FIRST, agents_in
from benchmarks.client import Connection, Job, fire, once
from benchmarks.figures import PRODUCT, Figures, Goal, at_least, at_most
from benchmarks.layers import shares
from benchmarks.load import load
from benchmarks.measure import cpu_seconds
from benchmarks.page import WEB, assets, operation
from benchmarks.yardsticks import floor
from rota.platform.resources import Resources
from tests.house.rules import ROOT
from tests.http.process import WebProcess
from tests.stores import Stores

BURNED_SECONDS = 0.3
# A child of the child burns and ends; then the child says so, and waits to be looked at.
BURNER = f"""
import subprocess, sys
burn = "import time\\nwhile time.process_time() < {BURNED_SECONDS}: pass"
subprocess.run([sys.executable, "-c", burn], check=True)
print("burned", flush=True)
sys.stdin.read()
"""


@pytest.fixture
async def product(resources: Resources, stores: Stores, web: WebProcess, secret: str) -> Job:
    """The list, on the benchmarks' data."""
    await load(stores.database_url, "http://127.0.0.1:9/v1", agents=FIRST + 10)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    return Job(f"{web.url}/graphql", 1, body=BODY, headers=headers, expect='"assignments"')


async def test_the_floor_answers_what_the_product_does(
    product: Job, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCH_DATABASE_URL", stores.database_url)

    expected = agents_in(await once(product))
    async with floor.lifespan(floor.app):
        transport = httpx.ASGITransport(floor.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://floor") as client:
            answer = await client.get("/agents", params={"first": FIRST})

    assert len(expected) == FIRST
    assert all(len(agent["assignments"]) == 3 for agent in expected)
    assert agents_in(answer.content) == expected


async def test_an_answer_that_differs_in_one_value_is_another(product: Job) -> None:
    answer = await once(product)

    changed = answer.replace(b'"isActive":true', b'"isActive":false', 1)

    assert changed != answer
    assert agents_in(changed) != agents_in(answer)


async def test_every_request_is_made_and_timed(product: Job) -> None:
    done = await fire(Job(**{**vars(product), "requests": 20, "connections": 4}))

    assert len(done.latencies) == 20


async def test_an_answer_without_what_is_expected_ends_the_round(product: Job) -> None:
    wrong = Job(**{**vars(product), "expect": '"name":"Nobody"'})

    with pytest.raises(ExceptionGroup) as raised:
        await fire(wrong)

    assert raised.group_contains(RuntimeError, match="answered")


async def test_an_answer_in_pieces_is_read_to_its_end() -> None:
    """And what comes after it belongs to the next request."""
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (b"some ", b"b\r\n0ug"))
    answers = iter((b"Transfer-Encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n",) * 2)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\n" + answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        connection = Connection(f"http://127.0.0.1:{port}/", "GET", {})
        await connection.open()
        read = [await connection.request(b"") for _ in range(2)]
        connection.close()

    assert read == [b"some b\r\n0ug"] * 2


async def test_cpu_of_children_that_ended_counts() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BURNER, stdin=PIPE, stdout=PIPE
    )
    assert process.stdout is not None
    before = cpu_seconds(process.pid)
    assert await process.stdout.readline() == b"burned\n"
    after = cpu_seconds(process.pid)
    await process.communicate(b"")

    assert before < BURNED_SECONDS <= after


def test_figures_are_medians_with_spread_and_the_ratio_to_the_product() -> None:
    figures = Figures()
    for value in (1.0, 9.0, 2.0):
        figures.add("a list", "CPU", "ms", PRODUCT, value)
        figures.add("a list", "CPU", "ms", "a yardstick", value * 3)
    figures.goal("a list", "CPU", at_most(5), at_most(0.3, "a yardstick"))

    *_, product, yardstick = figures.table().splitlines()
    [row] = json.loads(figures.as_json({}))["figures"]

    assert product == (
        "| a list | CPU | Rota | 2 ms | 1 – 9 |  | ≤ 5 ms; ≤ 0.3 × a yardstick | yes; no (0.33) |"
    )
    assert yardstick == "|  | CPU | a yardstick | 6 ms | 3 – 27 | 3.00 × |  |  |"
    assert row["subjects"] == {"Rota": [1.0, 9.0, 2.0], "a yardstick": [3.0, 27.0, 6.0]}
    assert row["goals"][0] == {"goal": "≤ 5 ms", "reached": 2.0, "met": "yes"}


@pytest.mark.parametrize(
    ("goal", "verdict"),
    [
        (at_most(2), "yes"),
        (at_most(1.9), "no"),
        (at_most(2.1), "yes"),
        (at_least(2), "yes"),
        (at_least(2.1), "no"),
        (at_least(1.9), "yes"),
        (at_most(0.5, "a yardstick"), "yes (0.50)"),
        (at_least(0.6, "a yardstick"), "no (0.50)"),
        (at_most(1, "a yardstick that costs nothing"), "not measured"),
        (at_most(1, "another"), "not measured"),
    ],
)
def test_a_goal_is_met_missed_or_not_measured(goal: Goal, verdict: str) -> None:
    medians = {PRODUCT: 2.0, "a yardstick": 4.0, "a yardstick that costs nothing": 0.0}

    assert goal.verdict(medians) == verdict
    assert goal.verdict({}) == "not measured"


def test_what_a_page_loads_is_told_from_the_built_files(tmp_path: Path) -> None:
    files = {
        "index.html": '<script src="/assets/index-1.js"></script>'
        '<link href="/assets/index-2.css" rel="stylesheet"><link href="/elsewhere/icon.svg">',
        "assets/index-1.js": 'const page = () => import("./OtherPage-3.js");',
        "assets/index-2.css": "url(/assets/inter-latin-wght-4.woff2) url(/assets/inter-greek-5)",
        "assets/OnePage-5.js": 'import{a}from"./index-1.js";import{b}from"./part-6.js";'
        'import"./part-7.js";',
        "assets/part-6.js": 'import{c}from"./part-7.js";const later=import("./part-8.js");',
        "assets/part-7.js": 'export{d}from"./part-9.js";',
        "assets/part-9.js": "",
    }
    (tmp_path / "assets").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    first, later = assets("OnePage", tmp_path)

    assert first == ["assets/index-1.js", "assets/index-2.css"]
    assert later == [
        "assets/OnePage-5.js",
        "assets/inter-latin-wght-4.woff2",
        *("assets/part-6.js", "assets/part-7.js", "assets/part-9.js"),
    ]


def test_what_a_page_asks_is_an_operation_with_its_fragments() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text())

    asked = parse(operation(page.OPERATION, WEB / page.FEATURE))

    assert not validate(schema, asked)
    assert print_ast(asked).count("fragment ") > 1
    assert print_ast(asked).count("__typename") > 5


def test_a_sample_belongs_to_the_innermost_layer_or_to_the_whole_that_it_serves() -> None:
    outer = "app (/x/site-packages/starlette/routing.py:1);"
    samples = f"""\
<module> (<frozen importlib._bootstrap>:1);run (/x/site-packages/graphql/type.py:2) 90
{outer}resolve (/x/site-packages/graphql/execution/execute.py:7) 3
{outer}fetch (/x/site-packages/asyncpg/pool.py:3);wait (/usr/lib/python3/asyncio/tasks.py:2) 4
{outer}authenticate (/x/api/rota/access/service.py:9);get (/x/site-packages/tortoise/q.py:1) 2
run (/usr/lib/python3/asyncio/runners.py:5) 1
"""

    assert shares(samples) == {
        "database driver": 40.0,
        "execute (graphql-core)": 30.0,
        "authenticate": 20.0,
        "event loop": 10.0,
    }
