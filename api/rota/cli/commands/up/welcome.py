"""What `rota up` shows once all is ready."""

import json

from rota.cli.commands.up.sample import MESSAGE
from rota.platform.settings import Settings

MUTATION = """\
mutation {
  runTask(input: {assignmentId: "%s", input: {message: %s}}) {
    ... on RunTaskPayload { run { id status } }
    ... on Error { message }
  }
}"""


def welcome(settings: Settings, link: str, assignment_id: str | None) -> str:
    parts = [
        f"Rota is ready at {settings.origin}",
        f"Sign in (the link works once, within 10 minutes; `rota open` makes another):\n\n{link}",
    ]
    if assignment_id:
        mutation = MUTATION % (assignment_id, json.dumps(MESSAGE))
        parts.append(
            "Run the sample job: sign in by the link, then put this into "
            f"{settings.origin}/graphiql/\n\n{mutation}"
        )
    parts.append(f"Logs: {settings.data_dir / 'logs'}. Ctrl-C stops everything.")
    return "\n" + "\n\n".join(parts) + "\n"
