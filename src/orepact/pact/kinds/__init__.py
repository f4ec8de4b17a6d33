"""The kinds of records that the pact keeps."""

from orepact.pact.kinds.agreements import AGREEMENT, INITIATIVE
from orepact.pact.kinds.base import Kind
from orepact.pact.kinds.bids import DEMAND, MATCH, OFFER
from orepact.pact.kinds.commitments import COMMITMENT
from orepact.pact.kinds.credentials import CREDENTIAL
from orepact.pact.kinds.decisions import PARAMETER
from orepact.pact.kinds.investigations import DISSENT, INVESTIGATION
from orepact.pact.kinds.people import PERSON, TOKEN
from orepact.pact.kinds.projects import PROJECT
from orepact.pact.kinds.register import MEMBERSHIP, PARTY
from orepact.pact.kinds.releases import RELEASE
from orepact.pact.kinds.reserves import RESERVE
from orepact.pact.kinds.rounds import ROUND

KINDS: dict[str, Kind] = {
    each.name: each
    for each in (
        PARTY,
        MEMBERSHIP,
        INITIATIVE,
        AGREEMENT,
        COMMITMENT,
        PROJECT,
        ROUND,
        DEMAND,
        OFFER,
        MATCH,
        PARAMETER,
        PERSON,
        TOKEN,
        RELEASE,
        RESERVE,
        INVESTIGATION,
        DISSENT,
        CREDENTIAL,
    )
}
