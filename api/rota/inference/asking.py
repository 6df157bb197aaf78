"""One conversation with a model: its first answer, and the corrections of it if need be."""

import asyncio
from dataclasses import dataclass
from typing import Any

from pydantic_ai.settings import ModelSettings as VendorSettings
from pydantic_ai.usage import RunUsage

from rota.contracts import ContractModel
from rota.inference.conversation import Conversation
from rota.inference.errors import Failure
from rota.inference.failures import explain, timed_out
from rota.inference.modes import OutputMode
from rota.inference.preparing import Target
from rota.inference.prompt import Prompt
from rota.inference.settings import ModelSettings
from rota.inference.watching import Usage, Watch


@dataclass(frozen=True)
class Answer:
    """`value` keeps the contract."""

    value: Any


async def ask(
    target: Target,
    contract: type[ContractModel],
    prompt: Prompt,
    *,
    settings: ModelSettings,
    mode: OutputMode,
    deadline: float,
    watch: Watch,
) -> Answer | Failure:
    """Until `deadline`, by the loop's clock. Asks once: whether and when to try again is up to
    whoever asks. Whatever a vendor or a model does is a Failure, also a text that `watch` cannot
    write down (ValueError). Raises what else `watch` raises, and what is a fault of ours."""
    used = RunUsage()
    conversation = Conversation(contract.contract, watch)
    agent = target.agent(contract, prompt.system, settings.retries, mode)
    try:
        async with asyncio.timeout_at(deadline) as limit:
            result = await agent.run(
                prompt.user,
                model_settings=_vendor_settings(settings),
                usage=used,
                capabilities=[conversation],
                event_stream_handler=conversation.listen,
            )
    except TimeoutError:
        if not limit.expired():
            raise
        return timed_out(settings.seconds)
    except Exception as error:
        failure = explain(error, target.provider_name, target.model_name, conversation.issues)
        if failure is None:
            raise
        return failure
    finally:
        watch.ended(_usage(used))
    return Answer(result.output.root)


def _vendor_settings(settings: ModelSettings) -> VendorSettings:
    chosen = VendorSettings(timeout=settings.seconds)  # the deadline is the only one that counts
    if settings.temperature is not None:
        chosen["temperature"] = settings.temperature
    if settings.max_tokens is not None:
        chosen["max_tokens"] = settings.max_tokens
    return chosen


def _usage(used: RunUsage) -> Usage:
    return Usage(
        used.requests,
        used.input_tokens,
        used.output_tokens,
        used.cache_read_tokens,
        used.cache_write_tokens,
    )
