"""What was measured, round by round; as JSON and as the table people read."""

import json
from dataclasses import dataclass, field
from statistics import median
from typing import Any

PRODUCT = "Rota"


@dataclass
class Figures:
    """By case and measure: the unit, each subject's rounds, and what the product should reach."""

    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def add(self, case: str, measure: str, unit: str, subject: str, value: float) -> None:
        row = self.rows.setdefault((case, measure), {"unit": unit, "goal": None, "subjects": {}})
        row["subjects"].setdefault(subject, []).append(value)

    def goal(self, case: str, measure: str, text: str) -> None:
        if (case, measure) in self.rows:
            self.rows[case, measure]["goal"] = text

    def as_json(self, about: dict[str, Any]) -> str:
        rows = [
            {"case": case, "measure": measure, **row} for (case, measure), row in self.rows.items()
        ]
        return json.dumps({"about": about, "figures": rows}, indent=1)

    def table(self) -> str:
        lines = [
            "| what | measure | of | median | min – max | to Rota's | goal |",
            "|---|---|---|--:|--:|--:|---|",
        ]
        shown = ""
        for (case, measure), row in self.rows.items():
            product = row["subjects"].get(PRODUCT)
            for subject, values in row["subjects"].items():
                ratio = ""
                if product and subject != PRODUCT and median(product):
                    ratio = f"{median(values) / median(product):.2f} ×"
                goal = (row["goal"] or "") if subject == PRODUCT else ""
                middle = f"{_number(median(values))} {row['unit']}"
                spread = f"{_number(min(values))} – {_number(max(values))}"
                what = case if case != shown else ""
                shown = case
                lines.append(
                    f"| {what} | {measure} | {subject} | {middle} | {spread} | {ratio} | {goal} |"
                )
        return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
