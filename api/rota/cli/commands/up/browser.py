"""Opens the sign-in link in a browser of this machine."""

import os
import sys
import webbrowser
from html import escape
from pathlib import Path

from rota.local.folders import write_private

PAGE = "open.html"


def open_browser(data_dir: Path, link: str) -> None:
    """By way of a file of ours: what a browser is started with, every user can list."""
    if not _has_display():
        return
    page = data_dir / PAGE
    write_private(page, f'<meta http-equiv="refresh" content="0; url={escape(link)}">\n')
    webbrowser.open(page.as_uri())


def _has_display() -> bool:
    """Whether a browser would open in a window, and not in the terminal."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
