"""The API: one route for each question, on the same functions as the commands, with the same names and units.

What enters: an HTTP request. What leaves: JSON, CSV, Parquet or XLSX by content type, or one error body
(:mod:`orepact.api.problems`). Nothing is computed here: a :class:`~orepact.api.question.Question` says which function answers.
"""
