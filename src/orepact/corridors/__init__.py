"""Which routes are secure end to end: the ways from a mine to a buyer, what limits them, and what a closed passage does.

What enters: corridors, ports and passages from ``facts``, and the tonnes of a balanced ``network``. What leaves: the most that can
flow, its minimum cut by name, what is lost with one or two things, the share of a region's supply that crosses each passage, and
records of freight and delay that make a case. The rules are D5 of the domain's rules and 7.4 of its methods; max flow and minimum cut
are equal in every answer, or there is none.
"""
