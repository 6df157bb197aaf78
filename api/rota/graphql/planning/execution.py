"""Executes what clients send: by plan where it can, else object by object as GraphQL's executor
does it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Hashable
from contextlib import aclosing
from dataclasses import dataclass
from types import NoneType
from typing import Any, cast

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLResolveInfo,
    OperationType,
    ResponsePath,
    get_named_type,
    is_leaf_type,
)
from graphql.execution import Executor, create_source_event_stream

from rota.graphql.context import Context
from rota.graphql.pagination import Connection
from rota.graphql.planning.completion import Completion, Unplanned
from rota.graphql.planning.documents import Document, Documents
from rota.graphql.planning.insides import Details, core_schema
from rota.graphql.planning.plans import completion
from rota.graphql.planning.sizes import put_long_texts_off, too_large
from rota.graphql.planning.variables import check_variables
from rota.platform.kernel import answer_size, jsontext
from rota.platform.kernel.deadline import before_deadline
from rota.platform.kernel.jsontext import LONG
from rota.platform.storage.pages import Page

MAX_PLANS = 100
TOO_DEEP = "The document is nested too deeply."


# Most of what resolvers give.
PLAIN = frozenset((NoneType, bool, int, float, str, list, dict))


def is_awaitable(value: Any) -> bool:
    return type(value) not in PLAIN and hasattr(value, "__await__")


class NoOperation(Exception):
    """The document holds no operation, or none of the name asked for."""


class Refused(Exception):
    """Nothing was executed."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


class PlannedExecutor(Executor[None]):
    """Follows the document's plans until one fails; then the whole rest goes the usual way."""

    document: Document | None = None
    # Equal for those who asked the same.
    asked: tuple[Hashable, ...] = ()

    def complete_value(  # noqa: PLR0917 (as it is in the base)
        self,
        return_type: GraphQLOutputType,
        field_details_list: Details,
        info: GraphQLResolveInfo[Any],
        path: ResponsePath,
        result: Any,
        position_context: None,
    ) -> Any:
        if not isinstance(return_type, GraphQLNonNull | GraphQLList):  # those hold it alone
            self.count(info, result)

        def completed() -> Any:
            return super(PlannedExecutor, self).complete_value(
                return_type, field_details_list, info, path, result, position_context
            )

        def by_object() -> Any:
            is_unread = isinstance(result, Connection) and not result.page.is_read
            return _once_read(result.page, completed) if is_unread else completed()

        def usual_way() -> Any:
            self.document = None
            return by_object()

        plan = self.plan(return_type, field_details_list)
        if plan is None:
            return by_object()
        following = plan.run(self, [result])
        if plan.waits:
            return _or_else(following, usual_way)
        try:
            following.send(None)  # nothing is awaited, so that it comes to its end at once
        except StopIteration as end:
            return end.value[0]
        except answer_size.TooLarge:
            raise
        except Exception:
            return usual_way()
        raise AssertionError("A plan that waits for nothing waited.")

    def count(self, info: GraphQLResolveInfo[Any], result: Any) -> None:
        """Raises TooLarge."""
        answer_size.add_nodes(1)
        if info.parent_type.name.startswith("__"):
            answer_size.add_introspected()
        if type(result) is str:
            answer_size.add_text(len(result))

    def plan(self, type_: GraphQLOutputType, details: Details) -> Completion | None:
        """None where there can be none."""
        document = self.document
        if document is None or is_leaf_type(get_named_type(type_)):
            return None
        switches = tuple(map(self.variable_values.coerced.get, document.switches))
        key = (id(type_), *map(id, (one.node for one in details)), *switches)
        if key not in document.plans:
            if len(document.plans) >= MAX_PLANS:  # many switches, in ever new positions
                document.plans.clear()
            try:
                document.plans[key] = completion(self, type_, details)
            except Unplanned:
                document.plans[key] = None
        plan: Completion | None = document.plans[key]
        return plan


async def _once_read(page: Page[Any], complete: Callable[[], Any]) -> Any:
    await page
    completed = complete()
    return await completed if is_awaitable(completed) else completed


async def _or_else(following: Coroutine[Any, Any, list[Any]], usual_way: Callable[[], Any]) -> Any:
    try:
        return (await following)[0]
    except answer_size.TooLarge:
        raise
    except Exception:
        completed = usual_way()
        return await completed if is_awaitable(completed) else completed


class Interpreter:
    """Documents against one schema. Without plans it answers the same, only later."""

    def __init__(self, schema: strawberry.Schema, *, has_plans: bool = True) -> None:
        self.schema = schema
        self._core = core_schema(schema)
        self._documents = Documents(self._core)
        self._has_plans = has_plans

    def prepare(
        self, query: str, variables: dict[str, Any] | None, name: str | None, context: Context
    ) -> PlannedExecutor:
        """Raises Refused where the document or its variables are wrong, and NoOperation."""
        try:
            document = self._documents.read(query)
            operation = document.operation(name)
        except GraphQLError as error:
            raise Refused([error]) from None
        except RecursionError as error:
            raise Refused([GraphQLError(TOO_DEEP, original_error=error)]) from None
        if operation is None:
            raise NoOperation
        if document.errors:
            raise Refused(document.errors)
        try:
            if variables:
                check_variables(document.uses, variables)
        except GraphQLError as error:
            raise Refused([error]) from None
        executor = PlannedExecutor.build(
            self._core,
            document.ast,
            context_value=context,
            raw_variable_values=variables,
            operation_name=name,
            is_awaitable=cast("Any", is_awaitable),
            hide_suggestions=True,
        )
        if isinstance(executor, list):
            raise Refused(executor)
        executor = cast("PlannedExecutor", executor)
        executor.document = document if self._has_plans else None
        if executor.operation.operation is OperationType.SUBSCRIPTION:
            executor.asked = (query, name, jsontext.dump_bytes(variables))
        return executor


async def answer(
    executor: Executor[None], *, serially: bool | None = None, is_frame: bool = False
) -> ExecutionResult:
    """With an error of its own, and nothing else, where it would be too large; `is_frame`: for a
    socket."""
    with answer_size.measured(is_frame=is_frame) as size:
        result: Any = executor.execute_operation(serially)
        if executor.is_awaitable(result):
            result = await result
        refusal = size.refusal or too_large(size, result.data)
    if refusal:
        error = GraphQLError(refusal.message, original_error=refusal)
        return ExecutionResult(None, [error])
    if size.text_bytes > LONG and not is_frame and result.data:
        put_long_texts_off(result.data)
    return cast("ExecutionResult", result)


@dataclass(frozen=True)
class EventAnswer:
    """`text` is the result as JSON; None where it has errors, for each client is shown its own."""

    result: ExecutionResult
    text: bytes | None


async def events(executor: PlannedExecutor) -> AsyncGenerator[EventAnswer, None]:
    """A subscription's answers. Raises Refused where it does not begin, and whatever its source
    raises."""
    source: Any = create_source_event_stream(executor)
    if executor.is_awaitable(source):
        source = await source
    if isinstance(source, ExecutionResult):
        raise Refused(source.errors or [])
    asked = (*executor.asked, executor.context_value.actor.role)
    async with aclosing(source):
        async for payload in source:
            yield await _once(executor, payload, asked)


async def _once(executor: PlannedExecutor, payload: Any, asked: Hashable) -> EventAnswer:
    """For all who are given the same object, asked the same, and may see the same."""
    kept: dict[str, Any] | None = getattr(payload, "__dict__", None)
    if kept is None:  # a list, or a plain value
        return await before_deadline(_event_answer(executor, payload))
    answers: dict[Any, asyncio.Task[EventAnswer]] = kept.setdefault("_answers", {})
    task = answers.get(asked)
    if task is None or (task.done() and (task.cancelled() or task.exception())):
        task = answers[asked] = asyncio.create_task(
            before_deadline(_event_answer(executor, payload))
        )
    return await asyncio.shield(task)


async def _event_answer(executor: PlannedExecutor, payload: Any) -> EventAnswer:
    result = await answer(executor.build_per_event_executor(payload), serially=False, is_frame=True)
    text = None if result.errors else jsontext.dump_bytes({"data": result.data})
    return EventAnswer(result, text)
