"""The typed job that the yardsticks of runs do, as pydantic-ai has it."""

import os
from functools import cache
from typing import Literal

from pydantic import BaseModel, Field
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

INSTRUCTIONS = "You sort messages into categories, and say how sure you are."


class Message(BaseModel):
    message: str
    model: str = "small"


class Classification(BaseModel):
    category: Literal["bug", "feature", "question", "discussion"]
    confidence: float = Field(ge=0, le=1)
    reasoning: str = ""


vendor = OpenAIProvider(base_url=os.environ["BENCH_VENDOR_URL"], api_key="none")
agent = Agent(output_type=NativeOutput(Classification), system_prompt=INSTRUCTIONS)


@cache
def model(name: str) -> OpenAIChatModel:
    return OpenAIChatModel(name, provider=vendor)
