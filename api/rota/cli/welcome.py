"""What `rota up` shows once all is ready, and the browser it opens."""

import json
import webbrowser
from html import escape
from pathlib import Path

from rota.cli.environment import has_display
from rota.cli.sample import MESSAGE
from rota.local.folders import write_private
from rota.platform.settings import Settings

PAGE = "open.html"
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


def open_browser(data_dir: Path, link: str) -> None:
    """By way of a file of ours: what a browser is started with, every user can list."""
    if not has_display():
        return
    page = data_dir / PAGE
    write_private(page, f'<meta http-equiv="refresh" content="0; url={escape(link)}">\n')
    webbrowser.open(page.as_uri())
