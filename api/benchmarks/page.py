"""What a browser fetches for a page of the web app, told from the files that were built."""

import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "web" / "src"
STATIC = Path(__file__).parents[1] / "rota" / "http" / "static"
IN_HTML = re.compile(r'(?:src|href)="/(assets/[^"]+)"')
# What is imported by a call comes only when it is called.
IN_SCRIPT = re.compile(r'(?:from|import)"\./([^"]+\.js)"')
# Of a family's fonts, the one that has this alphabet.
IN_STYLE = re.compile(r"url\(/(assets/[^)]*-latin-wght[^)]*)\)")
DEFINITION = re.compile(r"graphql\(`(\s*\w+ (\w+).*?)`\)", re.DOTALL)


def assets(page: str, static: Path = STATIC) -> tuple[list[str], list[str]]:
    """Paths of what index.html loads at once, and of what the page's script and the style sheets
    load then. `page` is the name of its component."""
    first = IN_HTML.findall((static / "index.html").read_text())
    [script] = (static / "assets").glob(f"{page}-*.js")
    later = [f"assets/{script.name}"]
    for path in [*first]:
        if path.endswith(".css"):
            later += IN_STYLE.findall((static / path).read_text())
    for path in later:
        if path.endswith(".js"):
            names = IN_SCRIPT.findall((static / path).read_text())
            later += [f"assets/{name}" for name in names if f"assets/{name}" not in first + later]
    return first, later


def operation(name: str, file: Path) -> str:
    """With the fragments it needs, and type names everywhere, as the web app's client asks."""
    definitions = {found[2]: found[1] for found in DEFINITION.finditer(file.read_text())}
    needed = [name]
    for one in needed:
        spread = re.findall(r"\.\.\.(\w+)", definitions[one])
        needed += [fragment for fragment in spread if fragment not in needed]
    return "".join(definitions[one] for one in needed).replace("{", "{ __typename ")
