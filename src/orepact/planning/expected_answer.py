"""Expected loss in JSON terms: totals, by mineral, by origin and by country hit, and every probability with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.planning.stop_list import ASSUMED, governance, rule
from orepact.version import __version__

if TYPE_CHECKING:
    from orepact.planning.expected_loss import ExpectedLoss


def summarise(found: ExpectedLoss) -> dict[str, Any]:
    """The whole answer."""
    from orepact.planning.expected_loss import NO_VALUE

    asked = found.question
    return {
        "question": question(found),
        "expected_usd_a_year": found.total(),
        "by_mineral": [
            row | {"name": facts.mineral_name(str(row["mineral"])), "grade": found.grades[str(row["mineral"])]}
            for row in _rows(found, "mineral")
        ],
        "by_origin": _rows(found, "origin"),
        "by_country": _rows(found, "country"),
        "stops": found.worst().to_dict("records"),
        "probabilities": _probabilities(found),
        "value_added": NO_VALUE,
        "cannot_tell": [{"what": what, "why": why} for what, why in found.untold],
        "certificate": {
            "max_balance": found.balance,
            "max_complementarity": found.complementarity,
            "solved": found.solved,
            "failed": 0,
        },
        "inputs": {
            "minerals": list(asked.minerals), "region": list(asked.region), "draws": asked.setting.draws,
            "seed": asked.setting.seed, "periods": "months" if asked.setting.monthly else "one period of each stop's length",
        },
        "facts_version": facts.version(),
        "code_version": __version__,
    }  # fmt: skip


def question(found: ExpectedLoss) -> str:
    """The question in words."""
    asked = found.question
    who = "users outside the country that stops" if not asked.region else f"users in {_named(asked.region)}"
    many = len({each.mineral for each in found.stops})
    minerals = facts.mineral_name(found.stops[0].mineral) if many == 1 else f"{many} minerals"
    return f"What {len(found.stops):,} stops of exports of {minerals} cost {who} in an expected year".replace(
        ",", "\u2009"
    )


def _named(countries: tuple[str, ...]) -> str:
    from orepact.cases.words import named

    return named(countries)


def _rows(found: ExpectedLoss, column: str) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in found.by(column).to_dict("records")]


def _probabilities(found: ExpectedLoss) -> dict[str, Any]:
    """Where the probabilities come from: the assumed rule with its figures, or a list of one's own."""
    if found.question.rows is not None:
        return {"from": "a list of one's own", "grade": "as its sources are", "rule": []}
    origins = sorted({each.origins[0] for each in found.stops})
    return {
        "from": "table stop_probabilities: an assumed mapping of political stability (table governance, newest year)",
        "grade": ASSUMED,
        "rule": [dict(row) for row in rule()],
        "governance": {country: governance().get(country) for country in origins},
    }
