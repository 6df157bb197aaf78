"""OpenAI itself, at the address that the settings name."""

from rota.providers.vendors import ChatCompletions, Field, Refused, Vendor

VENDOR = Vendor(
    base_url=Refused("OPENAI has a fixed address. For another, choose OPENAI_COMPATIBLE."),
    api_key=Field.NEEDED,
    server="generic",
    expects="OpenAI's API",
    wire=ChatCompletions(max_tokens_name="max_completion_tokens"),
    fixed_url=lambda settings: settings.openai_url,
    price_id="openai",
)
