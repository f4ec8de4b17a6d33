"""Why a figure is what it is, as a tree: formula, inputs, and the sources that they rest on, each with grade and date.

What enters: an address. That of a fact (``production/cobalt/mine/COD/2024``) leads to its trail; one that begins with a word of
:data:`DERIVED` leads to how Orepact made the figure (``network/cobalt/2024/refined/CHN/DEU``), with the facts under it. What
leaves: a :class:`~orepact.api.why.tree.Node`. Nothing is computed that is not also computed where the figure is shown.
"""

from __future__ import annotations

from collections.abc import Callable

from orepact.api.why.tree import Node

LONGEST_ADDRESS = 700
"""Characters of an address."""


def tree(address: str) -> Node:
    """The tree under an address; UnknownName, MissingData or BadInput with the nearest parts where it leads nowhere."""
    from orepact.errors import BadInput, Problem

    if len(address) > LONGEST_ADDRESS:
        found = f"{len(address)} characters"
        raise BadInput(Problem("address", "it is too long", found, f"give at most {LONGEST_ADDRESS} characters"))
    first = address.strip().strip("/").partition("/")[0]
    if first in DERIVED:
        return DERIVED[first](address.strip().strip("/"))
    from orepact.api.why.of_facts import tree_of_facts

    return tree_of_facts(address)


def is_derived(address: str) -> bool:
    """Whether an address is that of a figure that Orepact made, and not of a fact."""
    return address.strip().strip("/").partition("/")[0] in DERIVED


def _network(address: str) -> Node:
    from orepact.api.why.of_network import tree_of_network

    return tree_of_network(address)


def _share(address: str) -> Node:
    from orepact.api.why.of_output import tree_of_share

    return tree_of_share(address)


def _concentration(address: str) -> Node:
    from orepact.api.why.of_output import tree_of_concentration

    return tree_of_concentration(address)


def _risk(address: str) -> Node:
    from orepact.api.why.of_output import tree_of_risk

    return tree_of_risk(address)


DERIVED: dict[str, Callable[[str], Node]] = {
    "network": _network, "output-share": _share, "concentration": _concentration, "supply-risk": _risk,
}  # fmt: skip
"""First word of the addresses of figures that Orepact made, and what tells them."""
