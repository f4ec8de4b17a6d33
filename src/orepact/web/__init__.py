"""The workbench: a page for every question that has an engine, on the same answers as the API.

What enters: an address. What leaves: HTML, or the page's twin as JSON, CSV, XLSX or a picture at the same address. A page computes
nothing: it words and draws what a :class:`~orepact.api.question.Question` answers.
"""
