"""One conversation with a model: its first answer, and the corrections of it if need be."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rota.contracts import ContractModel
from rota.inference import failures
from rota.inference.agents import lead
from rota.inference.conversation import Conversation
from rota.inference.errors import Ended, Failure
from rota.inference.modes import OutputMode
from rota.inference.preparing import Target
from rota.inference.prompt import Prompt, Rejected
from rota.inference.settings import ModelSettings
from rota.inference.watching import Watch


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
    rejected: Sequence[Rejected] = (),
) -> Answer | Failure:
    """Until `deadline`, by the loop's clock. Asks once: whether and when to try again is up to
    whoever asks, who then hands over what was `rejected` already. Whatever a vendor or a model does
    is a Failure, also a text that `watch` cannot write down (ValueError). Raises what else `watch`
    raises, and what is a fault of ours."""
    conversation = Conversation(
        target, contract, prompt, settings, mode, watch, rejected=list(rejected)
    )
    retries = max(settings.retries - len(rejected), 0)
    try:
        async with asyncio.timeout_at(deadline) as limit:
            is_kept = await lead(conversation, retries)
    except TimeoutError:
        if not limit.expired():
            raise
        return failures.timed_out(settings.seconds)
    except Ended as ended:
        return ended.failure
    except ValueError:
        return failures.unstorable(target.names.provider)
    finally:
        watch.ended(conversation.used)
    if not is_kept:
        return failures.output_invalid(conversation.rejected[-1].issues)
    return Answer(conversation.value)
