"""One style for limits: `MAX_…`, with `…_SECONDS` and `…_BYTES` for units."""

import ast
import re
from pathlib import Path

from tests.house.rules import ROOT

OTHER_STYLES = re.compile(
    r"(?!MAX_|MIN_)(?:.*(?:LONGEST|SHORTEST|MOST|LEAST|LARGEST|LIMIT).*|.*_(?:LENGTH|SIZE)$)"
    r"|.*_(?:S|MS|SEC|SECS|KB|MB|TIMEOUT|PATIENCE)$"
)


def limits_in_other_styles(folder: Path) -> list[str]:
    """Constants of modules that say a limit or a unit in words of their own."""
    return [
        f"{file.relative_to(folder)}: {target.id}"
        for file in sorted(folder.rglob("*.py"))
        if "static" not in file.parts
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.BinOp)
        for target in node.targets
        if isinstance(target, ast.Name)
        and target.id.isupper()
        and OTHER_STYLES.fullmatch(target.id)
    ]


def test_limits_have_one_style() -> None:
    assert not limits_in_other_styles(ROOT / "api/rota")


def test_another_style_is_found(tmp_path: Path) -> None:
    (tmp_path / "limits.py").write_text(
        "LONGEST_NAME = 100\nNAME_LENGTH = 100\nCHECK_S = 4.0\nCALL_TIMEOUT = 5\n"
        "MAX_NAME_LENGTH = 100\nCALL_SECONDS = 5\nMAX_BODY_BYTES = 4 * 1024\nBATCH = 500\n"
    )

    assert limits_in_other_styles(tmp_path) == [
        "limits.py: LONGEST_NAME",
        "limits.py: NAME_LENGTH",
        "limits.py: CHECK_S",
        "limits.py: CALL_TIMEOUT",
    ]
