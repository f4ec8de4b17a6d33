"""Reading the books of reserves: the book on a day, a holder's own part, what is published, the extract for auditors, start of a case."""

from orepact.pact.ledger.audit import Audit, audit
from orepact.pact.ledger.book import Book, book_of
from orepact.pact.ledger.own import own_parts
from orepact.pact.ledger.published import published
from orepact.pact.ledger.starting import start_stock

__all__ = ["Audit", "Book", "audit", "book_of", "own_parts", "published", "start_stock"]
