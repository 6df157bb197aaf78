"""A plan answers as GraphQL's own executor does: the same data, in the same order, and errors."""

import gc
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_graphql import queries

from rota.graphql.context import BatchRead, Context
from rota.graphql.planning import plans
from rota.graphql.planning.completion import Step
from rota.graphql.planning.execution import Interpreter, answer
from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import Actor
from rota.platform.kernel.errors import BadRequest
from rota.platform.resources import Resources
from rota.runs.claims import Usage, claim_queued, succeed
from rota.schema import BATCH_READS
from rota.wiring import RULES
from tests.conftest import SCHEMA, execute
from tests.dose import dose, examples, tried
from tests.observe import statements
from tests.security.rows import Rows, make_rows
from tests.security.test_requests import SCALARS, Aim

# The usual way begins fields beside one that fails, and does not wait for them.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """What was begun in vain is forgotten here, and not in somebody else's test."""
    yield
    gc.collect()


PLANNED, USUAL = Interpreter(SCHEMA), Interpreter(SCHEMA, has_plans=False)
DOCUMENTS = dose(60, 400)
SWITCHES: dict[str, Any] = {"yes": True, "no": False}
VARIABLES = "query ($yes: Boolean!, $no: Boolean!)"


@pytest.fixture
async def rows(resources: Resources) -> Rows:
    """Runs in several states are among them."""
    made = await make_rows(resources)
    done, *_ = await claim_queued(resources, RULES, "a worker", 2)
    output = {"category": "bug", "confidence": 1}
    await succeed(resources, RULES, done, output, Usage(1, 2, 3), last_text='{"c')
    return made


class Twist(Visitor):
    """Turns a document into one that switches parts on and off by variables, and has aliases."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = Random(seed)

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        choice = self._random.randrange(8)
        if choice > 3:
            return None
        text = ("@include(if: $yes)", "@skip(if: $no)", "@include(if: $no)", "@skip(if: true)")
        definition: Any = parse(f"{{ a {text[choice]} }}").definitions[0]
        [field] = definition.selection_set.selections
        return FieldNode(
            name=node.name,
            alias=node.alias,
            arguments=node.arguments,
            selection_set=node.selection_set,
            directives=(*(node.directives or ()), *field.directives),
        )


def twisted(document: DocumentNode, seed: int) -> str:
    text = print_ast(visit(document, Twist(seed)))
    return VARIABLES + text.removeprefix("query")


def shown(result: ExecutionResult) -> tuple[bytes, list[str]]:
    """Where an error takes more than its own field with it, those beside it may or may not have
    failed by then: that depends on who is quicker. So of several that say the same, one counts,
    and in which row it happened does not."""
    return jsontext.dump_bytes(result.data), sorted(
        {f"{error.message} {error.locations} {_place(error)}" for error in result.errors or ()}
    )


def _place(error: GraphQLError) -> str:
    return str([key for key in error.path or () if isinstance(key, str)][-1:])


async def same(
    resources: Resources,
    actor: Actor,
    text: str,
    reads: dict[str, BatchRead] | None = None,
    **variables: Any,
) -> ExecutionResult:
    def context() -> Context:
        return Context(resources, RULES, BATCH_READS | (reads or {}), actor, "test")

    planned = await execute(text, variables, context(), PLANNED)
    usual = await execute(text, variables, context(), USUAL)
    assert shown(planned) == shown(usual)
    tried["documents answered by plan and as usual"] += 1
    return planned


@examples(DOCUMENTS)
@given(
    document=queries(SCHEMA._schema, custom_scalars=SCALARS, print_ast=lambda node: node),
    seed=st.integers(0, 2**32),
)
async def test_generated_documents_are_answered_alike(
    document: DocumentNode, seed: int, resources: Resources, owner: Actor, rows: Rows
) -> None:
    aimed = visit(document, Aim(rows))
    await same(resources, owner, print_ast(aimed))
    operation = aimed.definitions[0]
    if isinstance(operation, OperationDefinitionNode) and not operation.variable_definitions:
        await same(resources, owner, twisted(aimed, seed), None, **SWITCHES)


FIELDS = """
fragment Who on Agent { id name called: name description systemPrompt revision createdAt
  modelSettings { temperature maxTokens } provider { ...Where } }
fragment Where on Provider { id type validationStatus validatedAt models { name } isActive }
fragment Doing on Assignment { id isActive assignedAt agent { id ...Who } task { id name
  requestSchema responseSchema } instances { worker runningCount } }
fragment Done on Run { id status input output attempt queuedAt finishedAt
  error { code message issues { path message } } usage { requests inputTokens costUsd }
  agent { id } agentRevision { revision name modelName } task { name } taskRevision { id }
  assignment { ...Doing } prompt { system user }
  events(first: 20) { __typename sequence at ... on RunOutputDelta { text }
    ... on RunStarted { worker attempt } ... on RunSucceeded { output usage { requests } } } }
"""
DOCUMENT = (
    FIELDS
    + """
query ($since: DateTime!, $no: Boolean!) {
  agents(first: 3) { totalCount pageInfo { hasNextPage endCursor }
    edges { cursor node { ...Who } }
    nodes { ...Who assignments { ...Doing } runCounts(since: $since) { queued running }
      runs(first: 2) { nodes { ...Done } pageInfo { startCursor } }
      skipped: id @include(if: $no) } }
  tasks { nodes { id name assignments { agent { name } } } }
  runs { nodes { ...Done } }
  assignments { nodes { ...Doing } }
  providers { nodes { ...Where } }
  nobody: agent(id: "01900000-0000-7000-8000-000000000000") { name provider { name } }
  __schema { queryType { name fields { name } } } __type(name: "Agent") { name kind }
}
"""
)
SINCE = "2020-01-01T00:00:00Z"


async def _nothing(keys: Sequence[Any]) -> Sequence[Any]:
    return [None for _ in keys]


async def _refused(keys: Sequence[Any]) -> Sequence[Any]:
    raise BadRequest("This cannot be read.")


async def _something_else(keys: Sequence[Any]) -> Sequence[Any]:
    return [object() for _ in keys]


@pytest.mark.parametrize("fault", [None, _nothing, _refused, _something_else])
@pytest.mark.parametrize("read", BATCH_READS)
@pytest.mark.usefixtures("rows")
async def test_a_failure_anywhere_is_told_alike(
    read: str, fault: BatchRead | None, resources: Resources, owner: Actor
) -> None:
    reads = {read: fault} if fault else {}
    result = await same(resources, owner, DOCUMENT, reads, since=SINCE, no=False)
    assert result.errors is None or fault


REFUSED_WITHIN = "{ agents { nodes { name runs(first: 1000) { nodes { id } } } } }"


@pytest.mark.usefixtures("rows")
async def test_an_argument_refused_within_a_list_is_told_alike(
    resources: Resources, owner: Actor
) -> None:
    result = await same(resources, owner, REFUSED_WITHIN)
    assert result.errors
    assert "from 1 to 100" in result.errors[0].message


@pytest.mark.parametrize(
    "fault", [("constant", lambda _: _as("Impostor")), ("each", lambda _: _as(None))]
)
@pytest.mark.usefixtures("rows")
async def test_a_plan_that_errs_would_be_found(
    fault: tuple[str, Callable[..., Any]],
    resources: Resources,
    owner: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plans, *fault)
    with pytest.raises(AssertionError):
        await same(resources, owner, "{ tasks { nodes { __typename description requestSchema } } }")


def _as(value: Any) -> Step:
    async def read(_: Any, objects: Sequence[Any]) -> list[Any]:
        return [value] * len(objects)

    return read


@pytest.mark.usefixtures("rows")
async def test_plans_are_followed_and_need_as_many_reads_for_three_as_for_one(
    resources: Resources, owner: Actor
) -> None:
    """Else all of the above would compare the usual way with itself."""
    context = Context(resources, RULES, BATCH_READS, owner, "test")
    text = "{ agents { nodes { name provider { name } assignments { task { name } } } } }"
    executor = PLANNED.prepare(text, None, None, context)
    with statements() as seen:
        result = await answer(executor)
    assert not result.errors
    assert executor.document
    assert any(executor.document.plans.values())
    assert len(seen) == len(["agents, providers", "assignments, tasks"]), seen


@pytest.mark.usefixtures("rows")
async def test_an_enum_that_is_joined_is_read_as_any_other_column(
    resources: Resources, owner: Actor
) -> None:
    with statements() as seen:
        result = await same(
            resources, owner, "{ agents { nodes { provider { name validationStatus } } } }"
        )
    assert not result.errors
    [planned] = [one for one in seen if "JOIN provider" in one]
    [usual] = [one for one in seen if "FROM provider" in one]
    assert "sealed_key" not in planned
    assert "sealed_key" in usual
