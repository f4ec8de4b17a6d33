"""Past disruptions: as the sources have them, worked out and not typed, and a user's own file is read or refused whole."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from orepact import facts
from orepact.errors import BadInput
from orepact.facts import Episode, Observed

ROOT = Path(__file__).resolve().parents[2]
EPISODES = {episode.id: episode for episode in facts.episodes()}
NAMED = {
    "ree_2010": "rare_earths", "antimony_2024": "antimony", "tungsten_2025": "tungsten", "cobalt_drc_2025": "cobalt",
    "nickel_ban_2019": "nickel", "magnesium_2021": "magnesium", "aluminium_rusal_2018": "aluminium", "lithium_cycle_2022": "lithium",
}  # fmt: skip


def _seen(episode: str, quantity: str, to: str, over: float = 0) -> Observed:
    found = [
        each
        for each in EPISODES[episode].observed
        if (each.quantity, each.to_month, each.over) == (quantity, to, over) and each.place != "PHL"
    ]
    assert len(found) == 1
    return found[0]


def test_every_episode_is_there_with_its_mineral() -> None:
    assert {name: episode.mineral for name, episode in EPISODES.items()} == NAMED


@pytest.mark.parametrize("name", NAMED)
def test_an_episode_comes_after_its_base_year_and_has_price_and_outcome(name: str) -> None:
    episode = EPISODES[name]
    assert all(int(event.start[:4]) > episode.base_year for event in episode.events)
    assert episode.start == min(event.start for event in episode.events)
    quantities = {each.quantity for each in episode.observed}
    assert quantities & {"price_abroad", "price_home"}
    assert len(episode.observed) >= 2


@pytest.mark.parametrize(
    ("episode", "quantity", "to", "over", "ratio"),
    [
        ("antimony_2024", "price_abroad", "2025-01", 0, 1.573),
        ("antimony_2024", "price_home", "2025-01", 0, 0.895),
        ("antimony_2024", "price_abroad", "2025-06", 0, 2.59),
        ("antimony_2024", "exports", "2024-12", 12, 0.759),
        ("aluminium_rusal_2018", "price_abroad", "2018-04", 0, 1.37),
        ("aluminium_rusal_2018", "reversal", "2018-04", 0, 1.14),
        ("aluminium_rusal_2018", "exports", "2018-04", 1, 0.30),
        ("magnesium_2021", "price_home", "2021-09", 0, 2.08),
        ("magnesium_2021", "reversal", "2021-10", 0, 1.38),
        ("magnesium_2021", "price_abroad", "2021-10", 0, 6.5),
        ("lithium_cycle_2022", "reversal", "2024-11", 0, 0.14),
        ("lithium_cycle_2022", "price_abroad", "2022-12", 12, 5.44),
        ("cobalt_drc_2025", "price_abroad", "2025-10", 0, 1.94),
        ("tungsten_2025", "price_abroad", "2025-05", 0, 1.18),
        ("tungsten_2025", "price_abroad", "2026-01", 0, 3.36),
        ("tungsten_2025", "price_home", "2025-12", 0, 3.0),
        ("nickel_ban_2019", "price_abroad", "2019-08", 0, 1.47),
        ("nickel_ban_2019", "exports", "2020-12", 12, 0.21),
        ("ree_2010", "price_abroad", "2011-12", 12, 4.27),
        ("ree_2010", "price_abroad", "2012-12", 12, 2.69),
        ("ree_2010", "reversal", "2013-12", 12, 1.12),
        ("ree_2010", "use", "2011-12", 12, 0.73),
    ],
)
def test_what_was_seen_is_as_published(episode: str, quantity: str, to: str, over: float, ratio: float) -> None:
    assert _seen(episode, quantity, to, over).value == pytest.approx(ratio, abs=0.006)


@pytest.mark.parametrize(
    ("episode", "row", "share"),
    [
        ("ree_2010", 0, 1 - 38_943 / 56_270),
        ("ree_2010", 1, 1 - 24_775 / 56_270),
        ("ree_2010", 2, 1 - 30_599 / 56_270),
        ("antimony_2024", 0, 1 - 1_721 / 3_989),
        ("antimony_2024", 1, 1 - 107 / 3_381),
        ("tungsten_2025", 1, 0.065),
        ("cobalt_drc_2025", 1, 1 - 18_125 / (220_000 * 77 / 365)),
        ("cobalt_drc_2025", 2, 0.561),
        ("lithium_cycle_2022", 0, 146 / 107 - 1),
        ("lithium_cycle_2022", 4, -(222 / 107 - 1)),
    ],
)
def test_what_happened_follows_from_published_levels(episode: str, row: int, share: float) -> None:
    assert EPISODES[episode].events[row].share == pytest.approx(share, abs=4e-4)


def test_parts_of_a_month_are_told() -> None:
    rusal = EPISODES["aluminium_rusal_2018"].events[0]
    assert (rusal.start, rusal.end) == ("2018-04", "2018-04")
    assert rusal.months == pytest.approx(17 / 30.44, abs=0.005)
    stop, quota, _ = EPISODES["cobalt_drc_2025"].events
    assert (stop.start, stop.end, quota.start) == ("2025-02", "2025-10", "2025-10")
    assert stop.months == pytest.approx(7.75, abs=0.01)


def test_the_ban_on_antimony_is_against_one_country_and_the_licences_against_all() -> None:
    licences, _, ban = EPISODES["antimony_2024"].events
    assert (licences.origin, licences.destinations, licences.announced) == (("CHN",), (), "2024-08-15")
    assert (ban.destinations, ban.share, ban.end) == (("USA",), 1.0, "2025-11")


def test_a_range_that_a_publisher_prints_is_kept() -> None:
    antimony = _seen("antimony_2024", "price_abroad", "2024-12")
    assert (antimony.low, antimony.high) == pytest.approx((39_500 / 23_250, 40_000 / 23_250), abs=1e-6)
    japan = _seen("ree_2010", "use", "2011-12", 12)
    assert (japan.low, japan.high) == pytest.approx((23 / 32, 23 / 31), abs=1e-6)


def test_no_outcome_is_the_figure_that_an_event_was_sized_with() -> None:
    events, seen = facts.load("backtest_events"), facts.load("backtest_observed")
    exports = seen[seen["quantity"] == "exports"]
    for row in exports.to_dict("records"):
        of = events[(events["episode"] == row["episode"]) & (events["kind"] == "export_cut")]
        assert not (1 - of["value"]).round(4).eq(round(row["value"], 4)).any(), row["episode"]


@pytest.mark.parametrize("name", ["backtest_events", "backtest_observed"])
def test_low_value_and_high_are_in_order_and_the_arithmetic_is_told(name: str) -> None:
    table = facts.load(name)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert table["basis"].str.len().min() > 10


def test_ratios_are_those_of_the_dated_figures() -> None:
    dated = facts.load("episodes")
    lithium = dated[dated["episode"] == "lithium_cycle_2022"].set_index("period")["value"]
    assert _seen("lithium_cycle_2022", "reversal", "2024-11").value == pytest.approx(
        lithium["2024-11"] / lithium["2022-11"], abs=1e-6
    )


def test_the_stop_of_rare_earths_is_as_large_as_exports_fell_and_the_quotas_stay_in_the_facts() -> None:
    flows = facts.select("trade", where=["exporter=CHN"])
    shipped = flows[flows["hs6"].isin(["284610", "284690", "280530"])].groupby("period")["value"].sum()
    episode = EPISODES["ree_2010"]
    assert episode.base_year == 2010
    assert [event.start for event in episode.events] == ["2011-01", "2012-01", "2013-01"]
    falls = 1 - shipped[["2011", "2012", "2013"]] / shipped["2010"]
    assert [event.share for event in episode.events] == pytest.approx(falls.tolist(), abs=1e-6)
    assert not any(seen.quantity == "exports" for seen in episode.observed)
    dated = facts.load("episodes")
    assert (dated["measure"].str.startswith("China export quota")).sum() == 3


def test_months_run_from_the_first_event_to_the_last_month_observed() -> None:
    months = {name: episode.months for name, episode in EPISODES.items()}
    assert months["aluminium_rusal_2018"] == 1
    assert months["magnesium_2021"] == 2
    assert months["antimony_2024"] == 10
    assert months["lithium_cycle_2022"] == 36


def _example() -> str:
    page = (ROOT / "docs" / "backtest-format.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


def _read(folder: Path, text: str) -> tuple[Episode, ...]:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return facts.episodes(path)


def test_the_example_of_the_page_is_read(tmp_path: Path) -> None:
    (gallium,) = _read(tmp_path, _example())
    assert (gallium.id, gallium.mineral, gallium.base_year, gallium.start) == (
        "gallium_2023",
        "gallium",
        2022,
        "2023-08",
    )
    assert gallium.months == 18
    licences, ban = gallium.events
    assert (licences.origin, licences.share_low, licences.share, licences.share_high) == (("CHN",), 0.2, 0.3, 0.4)
    assert licences.announced == "2023-07-03"
    assert len(ban.destinations) == 28
    assert (ban.share_low, ban.share_high, ban.end) == (1, 1, None)
    europe, home, exports, reversal = gallium.observed
    assert (europe.place, europe.low, europe.value, europe.high) == ("EU27", 1.4, 1.5, 1.6)
    assert (home.low, home.high, home.over) == (0.95, 0.95, 0)
    assert exports.over == 12
    assert (reversal.place, reversal.against) == ("abroad", "peak")


def test_the_page_describes_every_key_and_every_shipped_episode() -> None:
    from orepact.facts.episode_file import EpisodeRecord, EventRecord, ObservedRecord, _Record

    page = (ROOT / "docs" / "backtest-format.md").read_text(encoding="utf-8")
    kinds: tuple[type[_Record], ...] = (EpisodeRecord, EventRecord, ObservedRecord)
    keys = {field.alias or name for kind in kinds for name, field in kind.model_fields.items()}
    for word in [*keys, *NAMED]:
        assert f"`{word}`" in page, word


def test_shipped_episodes_can_be_written_to_a_file_and_read_again(tmp_path: Path) -> None:
    written = yaml.safe_dump({"episodes": [_plain(episode) for episode in EPISODES.values()]})
    assert _read(tmp_path, written) == tuple(EPISODES.values())


def _plain(episode: Episode) -> dict[str, Any]:
    record = dataclasses.asdict(episode)
    for event in record["events"]:
        event |= {"low": event.pop("share_low"), "high": event.pop("share_high")}
        event |= {key: list(event[key]) for key in ("origin", "destinations")}
    for each in record["observed"]:
        each |= {"from": each.pop("from_month"), "to": each.pop("to_month")}
    return {
        **{key: record[key] for key in ("id", "mineral", "base_year")},
        "events": list(record["events"]),
        "observed": list(record["observed"]),
    }


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("base_year: 2022", "base_yaer: 2022", "there is no key of that name; found 'base_yaer'; did you mean base_year?"),
        ("base_year: 2022", "base_year: 2023", "base_year) an event starts in it or before; found 2023-08, 2023-12"),
        ("mineral: gallium", "mineral: galium", "mineral) there is no mineral of that name; found 'galium'; did you mean gallium"),
        ("stage: refined\n", "stage: refind\n", "events, row 1, stage) there is no stage of that name"),
        ("origin: China", "origin: Chinna", "events, row 1, origin) there is no country or region of that name"),
        ("        origin: China\n", "", "events, row 1, origin) who cuts its exports is needed; found nothing"),
        ("[USA, EU27]", "[USA, NO]", "events, row 2, destinations, row 2) it should be a valid string; found False"),
        ("share: 0.3", "share: 30", "events, row 1, share)"),
        ("share: 1,", "share: 1.2,", "the share of kind export_cut must be above 0 and at most 1"),
        ("share: 0.3", "share: .nan", "it should be a finite number"),
        ("end: 2024-07", "end: 2023-07", "events, row 1, end) it ends before it starts; found 2023-07"),
        ("start: 2023-08", "start: 2023-13", "events, row 1, start) it should be a month like 2024-07; found '2023-13'"),
        ("announced: 2023-07-03", "announced: July", "it should be a day like 2024-07-03; found 'July'"),
        ("kind: export_cut\n", "kind: export_cap\n", "there is no kind of that name; found 'export_cap'; did you mean export_cut?"),
        ("quantity: exports", "quantity: export", "observed, row 3, quantity) there is no quantity of that name"),
        ("value: 0.95, ", "", "observed, row 2, value) the outcome is needed as a ratio to its base"),
        ("low: 1.4, high: 1.6", "low: 1.6, high: 1.4", "observed, row 1, value) low, value and high are not in order"),
        ("to: 2025-01", "to: 2024-01", "observed, row 4, to) it lies before 'from'; found 2024-01"),
        ("against: peak", "against: peek", "there is no against of that name; found 'peek'; did you mean peak?"),
        ("place: CHN", "place: Narnia", "observed, row 2, place) there is no country or region of that name"),
        ("id: gallium_2023", "id: Gallium 2023", "(mine.yaml, Gallium 2023, id) it should be small letters, digits and _ only"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = _example()
    assert old in text
    with pytest.raises(BadInput) as caught:
        _read(tmp_path, text.replace(old, new, 1))
    assert words in str(caught.value)
    assert str(caught.value).startswith("(mine.yaml, ")


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = _example().replace("mineral: gallium", "mineral: galium").replace("share: 0.3", "share: 30")
    text = text.replace("quantity: exports", "quantity: export").replace("base_year", "base_yaer")
    with pytest.raises(BadInput) as caught:
        _read(tmp_path, text)
    assert len(caught.value.problems) == 5
    assert not any("should be" in str(problem) for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "(mine.yaml) the file holds no episodes; found nothing"),
        ("- gallium", "(mine.yaml) the file holds no episodes; found list"),
        ("episodes: []", "(mine.yaml) it should be a list that is not empty"),
        ("episodes: {a: b}", "it should be a list"),
        ("episodes: [a, b", "(mine.yaml, line 1) the file is not YAML"),
        ("episode: []", "did you mean episodes?"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        _read(tmp_path, text)
    assert words in str(caught.value)


def test_two_episodes_of_one_id_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    twice = _example() + _example().removeprefix("episodes:\n")
    with pytest.raises(BadInput, match="two episodes have one id; found gallium_2023"):
        _read(tmp_path, twice)
    with pytest.raises(BadInput, match="there is no such file"):
        facts.episodes(tmp_path / "none.yaml")


def test_every_level_named_in_our_lists_is_one_episode_and_one_unit() -> None:
    seen = facts.load("backtest_observed")
    assert set(seen["episode"]) == set(facts.load("backtest_events")["episode"]) == set(NAMED)
    assert set(seen["unit"]) == {"ratio"}
    assert not pd.isna(seen["value"]).any()
