"""Choosing: what to hold in reserve, which projects to back, what recycling can give; from facts and from results of cases."""
