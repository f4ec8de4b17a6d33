"""Ways at sea: as long as the library's own, the Arctic shut, no passage opened or shut for anybody else."""

from __future__ import annotations

import warnings
from itertools import combinations

import numpy as np
import pytest

from orepact.corridors import sea
from orepact.errors import BadInput, MissingData, UnknownName

PAIRS = [
    ("CNNSA", "NLRTM"), ("AOLOB", "NLRTM"), ("TZDAR", "CNSHA"), ("CLANF", "USNYC"), ("AUFRE", "DEHAM"), ("AEJEA", "JPYOK"),
    ("GEPTI", "ITGOA"), ("ZADUR", "FIHEL"), ("KRPUS", "NLRTM"), ("INBOM", "USHOU"),
]  # fmt: skip
CLOSURES = [(), ("suez",), ("suez", "babalmandab"), ("malacca",), ("panama",), ("ormuz",)]


def test_lengths_are_the_librarys_own_on_its_own_network() -> None:
    import searoute

    found, known = sea.legs(PAIRS, CLOSURES), sea.ports()
    for which, closed in enumerate(CLOSURES):
        for at, (one, other) in enumerate(PAIRS):
            a, b = known[one], known[other]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = searoute.searoute(
                    [a.longitude, a.latitude],
                    [b.longitude, b.latitude],
                    restrictions=[*closed, "northwest"],
                    return_passages=True,
                )
            ours = found.km[which, at]
            if not theirs["geometry"]["coordinates"]:
                assert np.isinf(ours), (one, other, closed)
                continue
            assert ours == pytest.approx(theirs["properties"]["length"], rel=1e-9), (one, other, closed)
            crossed = set(theirs["properties"]["traversed_passages"]) & set(sea.passages())
            assert crossed <= set(found.names(which, at))


def test_the_librarys_network_stays_as_it_is() -> None:
    from searoute.data.marnet_dict import edge_list
    from searoute.searoute import setup_M

    before = sum(len(others) for others in edge_list.values()), list(setup_M().restrictions)
    sea.legs(PAIRS, CLOSURES)
    sea.line("CNNSA", "NLRTM", ["suez"])
    assert (sum(len(others) for others in edge_list.values()), list(setup_M().restrictions)) == before


def test_the_arctic_stays_closed_whatever_else_is() -> None:
    found = sea.legs(
        [("CNSHA", "NLRTM"), ("JPYOK", "NOOSL"), ("KRPUS", "USNYC")], [(), ("suez",), ("suez", "panama", "babalmandab")]
    )
    bit = 1 << list(sea.passages()).index("northwest")
    assert not (found.crossed & bit).any()
    # The library itself goes through the Arctic when Suez alone is named.
    assert found.km[1, 0] > 23_000


def test_closing_a_passage_never_shortens_a_way() -> None:
    names = [name for name in sea.passages() if name != "northwest"]
    closures = [(), *((name,) for name in names), *list(combinations(names, 2))[:20]]
    found = sea.legs(PAIRS, closures)
    for which, closed in enumerate(closures):
        assert (found.km[which] >= found.km[0] - 1e-9).all(), closed
        for at in range(len(PAIRS)):
            assert not set(closed) & set(found.names(which, at))


def test_a_port_behind_a_closed_strait_has_no_way_and_says_so() -> None:
    found = sea.legs([("AEJEA", "NLRTM")], [(), ("ormuz",)])
    assert np.isfinite(found.km[0, 0])
    assert np.isinf(found.km[1, 0])
    with pytest.raises(MissingData, match="no way at sea"):
        sea.line("AEJEA", "NLRTM", ["ormuz"])


def test_names_of_passages_as_people_type_them() -> None:
    assert sea.read_passages("Suez, hormuz,Bab el-Mandeb Strait,cape") == (
        "babalmandab",
        "ormuz",
        "suez",
        "south_africa",
    )
    assert sea.read_passages(None) == ()
    assert sea.read_passages(["red sea"]) == ("babalmandab",)


def test_a_passage_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        sea.read_passages("suezz,atlantis")
    assert len(caught.value.problems) == 2
    assert "did you mean suez" in str(caught.value.problems[0])
    with pytest.raises(UnknownName, match="passage"):
        sea.legs(PAIRS, [("suezz",)])


def test_ports_that_do_not_exist_and_no_pairs_are_refused() -> None:
    with pytest.raises(UnknownName, match="NLRTX"):
        sea.legs([("CNNSA", "NLRTX")])
    with pytest.raises(BadInput, match="no pair"):
        sea.legs([])


def test_a_line_begins_and_ends_at_its_ports() -> None:
    line, known = sea.line("AOLOB", "NLRTM"), sea.ports()
    assert abs(line[0][0] - known["AOLOB"].longitude) < 1
    assert abs(line[-1][1] - known["NLRTM"].latitude) < 1


def test_from_a_port_to_itself_is_no_way() -> None:
    assert sea.legs([("NLRTM", "NLRTM")]).km[0, 0] == 0


def test_closures_go_by_the_names_that_people_type() -> None:
    by_name = sea.legs([("AEJEA", "NLRTM")], [["hormuz"], "Suez Canal"])
    by_word = sea.legs([("AEJEA", "NLRTM")], [("ormuz",), ("suez",)])
    assert np.array_equal(by_name.km, by_word.km)


def test_a_word_like_no_passage_is_answered_with_every_name() -> None:
    with pytest.raises(UnknownName) as caught:
        sea.read_passages("all")
    for slug in sea.passages():
        assert slug == sea.ARCTIC or f"{slug} (" in str(caught.value)
