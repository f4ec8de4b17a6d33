"""Screens for dumping, oversupply and manipulation, and the case files that judge their signals fairly.

Enters: series of prices (USD a tonne), trade (tonnes, USD), output, capacity, stocks, from the facts or from a user's own files.
Leaves: for every mineral and screen one of three states (lead, quiet, cannot tell) with a probability under no change, and case files.
A screen is a lead, not proof.
"""
