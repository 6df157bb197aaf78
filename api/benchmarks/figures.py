"""What was measured, round by round; as JSON and as the table people read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

PRODUCT = "Rota"


@dataclass(frozen=True)
class Goal:
    """Where the product's median should be: in the figure's own unit, or in multiples of the
    median of another subject, measured in the same rounds."""

    sign: str
    bound: float
    of: str = ""

    def text(self, unit: str) -> str:
        return f"{self.sign} {self.bound:g} {f'× {self.of}' if self.of else unit}".strip()

    def reached(self, medians: Mapping[str, float]) -> float | None:
        """None where one of the two was not measured."""
        reached = medians.get(PRODUCT)
        if reached is None or not self.of:
            return reached
        other = medians.get(self.of)
        return reached / other if other else None

    def verdict(self, medians: Mapping[str, float]) -> str:
        reached = self.reached(medians)
        if reached is None:
            return "not measured"
        is_met = reached <= self.bound if self.sign == "≤" else reached >= self.bound
        ratio = f" ({reached:.2f})" if self.of else ""
        return f"{'yes' if is_met else 'no'}{ratio}"


def at_most(bound: float, of: str = "") -> Goal:
    return Goal("≤", bound, of)


def at_least(bound: float, of: str = "") -> Goal:
    return Goal("≥", bound, of)


@dataclass
class Row:
    unit: str
    goals: tuple[Goal, ...] = ()
    subjects: dict[str, list[float]] = field(default_factory=dict)

    @property
    def medians(self) -> dict[str, float]:
        return {subject: median(values) for subject, values in self.subjects.items()}

    def as_json(self) -> dict[str, Any]:
        goals = [
            {
                "goal": goal.text(self.unit),
                "reached": goal.reached(self.medians),
                "met": goal.verdict(self.medians),
            }
            for goal in self.goals
        ]
        return {"unit": self.unit, "goals": goals, "subjects": self.subjects}


@dataclass
class Figures:
    """By case and measure: the unit, each subject's rounds, and what the product should reach."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)

    def add(self, case: str, measure: str, unit: str, subject: str, value: float) -> None:
        row = self.rows.setdefault((case, measure), Row(unit))
        row.subjects.setdefault(subject, []).append(value)

    def goal(self, case: str, measure: str, *goals: Goal) -> None:
        if (case, measure) in self.rows:
            self.rows[case, measure].goals = goals

    def as_json(self, about: dict[str, Any]) -> str:
        rows = [
            {"case": case, "measure": measure, **row.as_json()}
            for (case, measure), row in self.rows.items()
        ]
        return json.dumps({"about": about, "figures": rows}, indent=1)

    def table(self) -> str:
        lines = [
            "| what | measure | of | median | min – max | to Rota's | goal | met |",
            "|---|---|---|--:|--:|--:|---|---|",
        ]
        shown = ""
        for (case, measure), row in self.rows.items():
            for subject, values in row.subjects.items():
                cells = [
                    case if case != shown else "",
                    measure,
                    subject,
                    f"{_number(median(values))} {row.unit}",
                    f"{_number(min(values))} – {_number(max(values))}",
                    *_beside(row, subject),
                ]
                shown = case
                lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines)


def _beside(row: Row, subject: str) -> tuple[str, str, str]:
    """The ratio to the product; and for the product itself its goals and whether they are met."""
    medians = row.medians
    if subject == PRODUCT:
        goals = "; ".join(goal.text(row.unit) for goal in row.goals)
        return "", goals, "; ".join(goal.verdict(medians) for goal in row.goals)
    product = medians.get(PRODUCT)
    return (f"{medians[subject] / product:.2f} ×" if product else "", "", "")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
