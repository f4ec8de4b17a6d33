"""Long questions as jobs: worked out in steps that are kept, so that a server that dies goes on where it was.

What enters: a question with its parameters. What leaves: a :class:`~orepact.api.jobs.record.Job` to follow, and in the end the same
answer that the function gives. DBOS keeps which steps are done; :mod:`orepact.api.jobs.store` keeps what they gave.
"""
