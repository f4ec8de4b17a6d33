"""By what a credential and a batch are known outside their file: hashes of who issued or made them and of their number, of no amount.

A credential written anew in another form keeps its hash, so that it cannot be used up a second time under another signature.
"""

from __future__ import annotations

import hashlib

from orepact.custody.records import Batch, Credential
from orepact.custody.signing import canonical


def credential_digest(credential: Credential) -> str:
    """SHA-256 of the issuer and the number of a credential, in hexadecimal. Whoever knows both can work it out; it tells no amount."""
    said = {"issuer": credential.issuer, "number": credential.id}
    return hashlib.sha256(b"credential\x00" + canonical(said)).hexdigest()


def batch_digest(batch: Batch) -> str:
    """SHA-256 of the site, the period and the number of a batch, in hexadecimal."""
    said = {"number": batch.id, "period": batch.period, "site": batch.site}
    return hashlib.sha256(b"batch\x00" + canonical(said)).hexdigest()
