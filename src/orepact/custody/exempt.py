"""What a duty lets through free: the tonnes of each origin that qualify for the preferential zone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from orepact.custody.batch_file import BatchFile
from orepact.custody.eligible import dossier, judged, vector_of
from orepact.custody.keys import NO_KEYS, Keyring
from orepact.custody.origin import UNKNOWN
from orepact.custody.verdict import Verdict
from orepact.custody.zone_rules import ZoneRules
from orepact.errors import BadInput, MissingData, Problem

KG_A_TONNE = 1000
MOST_LEAVING = 200


def verdicts(
    file: BatchFile,
    *,
    on: date,
    rules: ZoneRules | None = None,
    zone: str | None = None,
    keys: Keyring = NO_KEYS,
    place: str = "file",
) -> tuple[Verdict, ...]:
    """The verdicts on every batch of a file that no event of the file uses up: what leaves it."""
    found = dossier(file, on=on, keys=keys, place=place)
    used = {each.batch for event in found.chain.making for each in event.inputs}
    leaving = [name for name in found.chain.order if name not in used]
    if len(leaving) > MOST_LEAVING:
        todo = f"give at most {MOST_LEAVING} in one file"
        raise BadInput(Problem(f"{place}, batches", "too many batches leave the chain", str(len(leaving)), todo))
    return tuple(judged(found, name, rules=rules, zone=zone) for name in leaving)


def qualifying_share(found: Iterable[Verdict], mineral: str, stage: str) -> dict[str, Fraction]:
    """Tonnes of content that qualify, by origin (last refining; of what is not refined yet, the mine): only of that mineral and stage.

    A batch that does not qualify, or of which that cannot be told, adds nothing. Raises MissingData where no batch is of the mineral and
    stage, or where one qualifies and its amount is not disclosed.
    """
    from orepact import facts

    slug, tonnes, seen = facts.resolve_mineral(mineral), defaultdict[str, Fraction](Fraction), False
    for each in found:
        batch = each.chain.batches[each.batch]
        if facts.resolve_mineral(batch.mineral) != slug or batch.stage != stage:
            continue
        seen = True
        if each.outcome != "qualifies":
            continue
        if each.qualifying is None:
            problem = Problem(
                f"batches, {batch.id}",
                "it qualifies, and how much it holds is not disclosed",
                "no content_kg",
                "give it",
            )
            raise MissingData(problem)
        for country, share in vector_of(each.origins, batch.id).items():
            if country != UNKNOWN:
                tonnes[country] += share * each.qualifying / KG_A_TONNE
    if not seen:
        todo = "give a file with such batches, or leave it out"
        raise MissingData(Problem("--eligible", f"no batch of the file is {stage} {slug}", "other batches only", todo))
    return dict(tonnes)


def free_of_duty(found: Iterable[Verdict], mineral: str, stage: str | None) -> dict[str, float]:
    """The same as numbers for a duty, in tonnes; at the last stage of the mineral's table where none is named."""
    from orepact import facts
    from orepact.network import network

    wanted = network(facts.resolve_mineral(mineral)).stages[-1].stage if stage is None else facts.resolve_stage(stage)
    return {origin: float(tonnes) for origin, tonnes in qualifying_share(found, mineral, wanted).items()}
