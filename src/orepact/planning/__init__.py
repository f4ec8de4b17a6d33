"""Choosing: what to hold in reserve, which projects to back, what recycling can give; from facts and from results of cases.

What enters: facts, balanced tables and lists of projects. What leaves: tonnes of content a year with ranges and grades, and what is
missing where nothing can be told. ``lifetimes`` owns the equations of products in use, ``scrap`` those of what comes back,
``projects`` and ``on_time`` those of a contribution, ``pipeline`` the balance of stages and the odds of a benchmark.
"""
