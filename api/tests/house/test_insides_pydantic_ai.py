"""What Rota relies on of pydantic-ai's agents (rota/inference/agents.py)."""

from functools import partial
from typing import Any

import pytest
from pydantic_ai import Agent, ModelRetry
from pydantic_ai.capabilities import CombinedCapability
from pydantic_ai.exceptions import UnexpectedModelBehavior
from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.models import Model

from rota.inference.agents import ConversationModel
from tests.house.relied import relied as relied_on

relied = partial(relied_on, "pydantic-ai-slim", where="rota/inference/agents.py", page="0042")


class Ours(Exception):
    pass


class Counting(Model[Any]):
    """Raises what it is given, else answers."""

    def __init__(self, text: str = "heard", raises: Exception | None = None) -> None:
        super().__init__()
        self.asked = 0
        self._text = text
        self._raises = raises

    @property
    def model_name(self) -> str:
        return "small"

    @property
    def system(self) -> str:
        return "rota"

    async def request(self, *_: Any) -> ModelResponse:
        self.asked += 1
        if self._raises:
            raise self._raises
        return ModelResponse(parts=[TextPart(self._text)])


def agent(retries: int, verdicts: list[bool]) -> Agent[None, str]:
    made = Agent(output_type=str, name="test", retries={"output": retries})

    @made.output_validator
    async def judge(text: str) -> str:
        if not verdicts.pop(0):
            raise ModelRetry("no")
        return text

    return made


@pytest.mark.parametrize("retries", [0, 1, 4])
async def test_a_validator_has_the_model_asked_again_so_often(retries: int) -> None:
    model, verdicts = Counting(), [False] * retries + [True]
    with relied("a validator's ModelRetry asks the model again, within the retries of output"):
        result = await agent(retries, verdicts).run("Hi", model=model)
        assert (result.output, model.asked, verdicts) == ("heard", retries + 1, [])


@pytest.mark.parametrize("retries", [0, 1, 4])
async def test_and_no_more(retries: int) -> None:
    model, verdicts = Counting(), [False] * 9
    with relied("beyond the retries of output it is UnexpectedModelBehavior"):
        with pytest.raises(UnexpectedModelBehavior):
            await agent(retries, verdicts).run("Hi", model=model)
        assert (model.asked, len(verdicts)) == (retries + 1, 8 - retries)


@pytest.mark.parametrize(
    "error", [Ours("x"), ValueError("x"), TimeoutError(), LookupError()], ids=type
)
async def test_what_a_model_raises_reaches_whoever_ran_the_agent(error: Exception) -> None:
    model = Counting(raises=error)
    with relied("an exception of a model reaches the caller unchanged, after one request"):
        with pytest.raises(type(error)) as caught:
            await agent(3, []).run("Hi", model=model)
        assert caught.value is error
        assert model.asked == 1


async def test_what_a_validator_raises_does_so_too() -> None:
    model, error = Counting(), Ours("x")
    made = Agent(output_type=str, name="test", retries={"output": 3})

    @made.output_validator
    async def judge(_: str) -> str:
        raise error

    with relied("an exception of a validator reaches the caller unchanged"):
        with pytest.raises(Ours) as caught:
            await made.run("Hi", model=model)
        assert caught.value is error
        assert model.asked == 1


async def test_an_empty_text_is_no_answer_to_an_agent() -> None:
    model = Counting("")
    with (
        relied("an agent does not judge an empty text (else ConversationModel may say nothing)"),
        pytest.raises(UnexpectedModelBehavior),
    ):
        await agent(0, [True]).run("Hi", model=model)


async def test_an_agent_does_without_what_it_adds_by_itself() -> None:
    model = Counting()
    made = agent(1, [False, True])
    with relied("an agent adds only what looks for tools, and runs without"):
        added = {type(one).__name__ for one in made._root_capability.capabilities}
        assert added == {"ToolSearch", "PendingMessageDrainCapability"}
        made._root_capability = CombinedCapability([])
        assert (await made.run("Hi", model=model)).output == "heard"
        assert model.asked == 2


def test_a_model_is_made_in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def touched(*_: Any, **__: Any) -> None:
        raise AssertionError("A file or socket was opened.")

    with monkeypatch.context() as patched, relied("a model of our own is made without I/O"):
        for name in ("builtins.open", "socket.socket", "ssl.create_default_context"):
            patched.setattr(name, touched)
        for _ in range(3):
            ConversationModel(conversation=None)  # type: ignore[arg-type] # never asked
