"""Demand rounds on the pact: what is published of sealed bids, how they are matched, and how far matches become contracts.

What enters: a round and every bid in it, whoever may read them. What leaves: sums that tell of nobody, matches for the two sides of each,
and an answer to every bid for whoever made it.
"""
