"""``orepact eligible``: does a batch qualify for the zone, and which document is missing?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from orepact.cli.output import check_one_form, print_json, print_rows

DEFAULT = "check"


class _WithDefault(TyperGroup):
    """A group in which ``orepact eligible FILE`` is short for ``orepact eligible check FILE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the command first where none is named."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [DEFAULT, *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(
    cls=_WithDefault,
    help="Does a batch qualify for the preferential zone, and which document is missing? orepact eligible FILE",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.command(DEFAULT)
def check(  # noqa: PLR0913, PLR0917  (one option for each blank in the question)
    file: Annotated[Path, typer.Argument(help="The chain of custody (.json or .yaml).")],
    zone: Annotated[
        str | None,
        typer.Option("--zone", help="Region, or countries joined by commas; that of the rules when left out."),
    ] = None,
    rules: Annotated[Path | None, typer.Option("--rules", help="Your own rules of the zone (.yaml).")] = None,
    keys: Annotated[
        Path | None, typer.Option("--keys", help="Keys of issuers whose word you take (.json or .yaml).")
    ] = None,
    batch: Annotated[str | None, typer.Option("--batch", help="Another batch than the file's subject.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day, like 2026-11-28; today when left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole verdict as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a test and missing document as CSV.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 unless the batch qualifies, for scripts.")
    ] = False,
) -> None:
    """Say whether a batch qualifies for the zone: origin, ownership, standards, disclosure; and which document is missing.

    Example: orepact eligible batch.json --keys keys.json --zone EU27
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    import datetime as dt

    from orepact.custody.batch_file import day_of, read_file
    from orepact.custody.eligible import eligible
    from orepact.custody.keys import NO_KEYS, read_keys
    from orepact.custody.zone_rules import read_rules
    from orepact.report.eligible_text import COLUMNS, print_eligible, record, rows

    day = day_of(on, "--on") or dt.datetime.now(tz=dt.UTC).date()
    own = None if rules is None else read_rules(rules)
    known = NO_KEYS if keys is None else read_keys(keys)
    found = eligible(read_file(file), on=day, rules=own, zone=zone, batch=batch, keys=known, place=file.name)
    if as_json:
        print_json(record(found))
    elif as_csv:
        print_rows(rows(found), COLUMNS)
    else:
        print_eligible(found)
    if exit_code and found.outcome != "qualifies":
        raise typer.Exit(1)


@app.command("schemes")
def list_schemes(
    as_json: Annotated[bool, typer.Option("--json", help="Print every cell as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a cell as CSV.")] = False,
) -> None:
    """List which scheme covers which criterion, by what pages say, with the page and its grade."""
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.custody.schemes import scheme_rows

    found: list[dict[str, Any]] = scheme_rows()
    if as_json:
        print_json(found)
    elif as_csv:
        print_rows(found, found[0])
    else:
        from orepact.report.eligible_text import print_schemes

        print_schemes()


@app.command("example")
def write_example(
    to: Annotated[Path, typer.Option("--to", help="Folder to write to; made where there is none.")] = Path(
        "eligible-example"
    ),
) -> None:
    """Write a demonstration to try with: invented firms, one file that lacks a document and one that is complete, and their keys.

    Example: orepact eligible example --to try
    """
    import json

    from orepact.custody.example import DAY, example
    from orepact.files import appearing_together

    made = example()
    with appearing_together(to, "--to") as folder:
        for name, content in (made.files | made.private).items():
            text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
            (folder / name).write_text(text, encoding="utf-8")
    typer.echo(f"A demonstration with invented firms is in {to}; the private keys there vouch for nothing else. Try:")
    for name in ("batch.json", "batch-complete.json"):
        typer.echo(f"  orepact eligible {to / name} --keys {to / 'keys.json'} --on {DAY}")


@app.command("key")
def make_key(
    out: Annotated[Path, typer.Option("--out", help="Where the private key goes (.json); keep it to yourself.")],
    kind: Annotated[str, typer.Option("--kind", help="Ed25519 or P-256.")] = "Ed25519",
) -> None:
    """Make a pair of keys for signing: the private one is written, and the did:key that names the public one is printed.

    Example: orepact eligible key --out issuer-key.json
    """
    from joserfc.jwk import ECKey, OKPKey

    from orepact.custody.keys import did_of
    from orepact.errors import BadInput, Problem

    makers: dict[str, Any] = {"Ed25519": OKPKey, "P-256": ECKey}
    if kind not in makers:
        raise BadInput(Problem("--kind", "there is no such kind of key", f"'{kind}'", "give Ed25519 or P-256"))
    made = makers[kind].generate_key(kind)
    _write(out, made.as_dict(private=True), "--out", secret=True)
    typer.echo(did_of(made))


@app.command("sign")
def sign(
    file: Annotated[Path, typer.Argument(help="A credential as a plain record (.json).")],
    key: Annotated[Path, typer.Option("--key", help="The issuer's private key (JWK, .json).")],
    kid: Annotated[str | None, typer.Option("--kid", help="Name of the key; needed for a did:web.")] = None,
    proof: Annotated[
        bool, typer.Option("--proof", help="A proof inside the document (eddsa-jcs-2022) in place of a token.")
    ] = False,
) -> None:
    """Sign a credential as its issuer: a Digital Conformity Credential in a token, or with a proof inside it.

    Example: orepact eligible sign credential.json --key issuer-key.json
    """
    import datetime as dt

    from orepact.custody.records import Credential
    from orepact.custody.signing import sign_jwt, sign_proof
    from orepact.custody.untp import conformity_record
    from orepact.policy.record import read

    found = read(Credential, _object(file), file.name)
    private, name = _private(key, found.issuer, kid)
    document = conformity_record(found)
    if proof:
        print_json(sign_proof(document, private, name, dt.datetime.now(tz=dt.UTC)))
    else:
        typer.echo(sign_jwt(document, private, name))


@app.command("attest")
def attest(
    file: Annotated[Path, typer.Argument(help="The chain with its amounts (.json).")],
    site: Annotated[str, typer.Option("--site", help="Site that is attested.")],
    period: Annotated[str, typer.Option("--period", help="Period, like 2026-Q2.")],
    key: Annotated[Path, typer.Option("--key", help="The auditor's private key (JWK, .json).")],
    issuer: Annotated[
        str | None, typer.Option("--issuer", help="Who attests; the did:key of the key when left out.")
    ] = None,
    kid: Annotated[str | None, typer.Option("--kid", help="Name of the key; needed for a did:web.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Last day; a year from today when left out.")] = None,
    secret: Annotated[
        Path | None, typer.Option("--secret", help="Where amounts and salts go (.json), to disclose single ones later.")
    ] = None,
) -> None:
    """Sign that a site's outputs stay within inputs times yield in a period, without showing the amounts.

    Example: orepact eligible attest batch.json --site plant --period 2026-Q2 --key auditor-key.json --secret amounts.json
    """
    import datetime as dt

    from orepact.custody.attest import attestation
    from orepact.custody.batch_file import day_of, read_file
    from orepact.custody.chain import chain_of
    from orepact.custody.signing import sign_jwt
    from orepact.custody.untp import conformity_record

    today = dt.datetime.now(tz=dt.UTC).date()
    last = day_of(until, "--until") or today + dt.timedelta(days=365)
    private, name = _private(key, issuer, kid)
    who = name.split("#")[0]
    number = f"urn:orepact:attestation:{site}:{period}"
    found, hidden = attestation(
        chain_of(read_file(file), file.name), site, period, issuer=who, number=number, days=(today, last)
    )
    if secret is not None:
        openings = [hidden.opening(field).as_record() for field in hidden.values]
        _write(secret, {"root": hidden.root, "openings": openings}, "--secret", secret=True)
    typer.echo(sign_jwt(conformity_record(found), private, name))


@app.command("disclosed")
def disclosed(
    file: Annotated[Path, typer.Argument(help="One disclosed field (.json): field, value, salt, path.")],
    root: Annotated[str, typer.Option("--root", help="Root of the attestation.")],
) -> None:
    """Check that a disclosed field belongs to the root of an attestation; ends with 2 where it does not.

    Example: orepact eligible disclosed field.json --root 5f…
    """
    from orepact.custody.attest import read_opening, verify
    from orepact.errors import BadInput, Problem

    opening = read_opening(_object(file), file.name)
    if not verify(opening, root):
        todo = "ask for the field again, and for the root that was signed"
        raise BadInput(
            Problem(file.name, f"{opening.field} does not belong to this root", f"'{opening.value[:60]}'", todo)
        )
    typer.echo(f"{opening.field} is {opening.value}: it belongs to the root.")


@app.command("convert")
def convert(
    file: Annotated[Path, typer.Argument(help="A chain of custody (.json).")],
    to: Annotated[
        str, typer.Option("--to", help="epcis, dte (UNTP events), dpp (UNTP passports) or orepact.")
    ] = "epcis",
    issuer: Annotated[str, typer.Option("--issuer", help="Who gives a UNTP document.")] = "did:web:example.com",
) -> None:
    """Write a chain in the terms of others: EPCIS 2.0 events, or UNTP documents that are not signed yet.

    Example: orepact eligible convert batch.json --to epcis
    """
    import datetime as dt

    from orepact.custody.batch_file import read_file
    from orepact.custody.epcis import document_record
    from orepact.custody.untp import passport_record, traceability_record
    from orepact.errors import unknown

    found = read_file(file)
    moment = dt.datetime.now(tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    forms = {
        "epcis": lambda: document_record(found.events, moment),
        "dte": lambda: traceability_record(found.events, issuer, f"{found.subject}-events"),
        "dpp": lambda: [passport_record(each, issuer) for each in found.batches],
        "orepact": found.as_record,
    }
    if to not in forms:
        raise unknown("--to", "form", to, forms)
    print_json(forms[to]())


def _object(file: Path) -> dict[str, Any]:
    """What a JSON file holds, which has keys."""
    from orepact.custody.batch_file import parse
    from orepact.errors import BadInput, Problem

    try:
        content = file.read_bytes()
    except OSError as error:
        found = str(error.strerror or "an error of the disk")
        raise BadInput(Problem(file.name, "the file cannot be read", found, "check its name")) from None
    given = parse(content, file.name)
    if not isinstance(given, dict):
        raise BadInput(Problem(file.name, "it has keys", type(given).__name__, "give an object"))
    return given


def _private(file: Path, issuer: str | None, kid: str | None) -> tuple[Any, str]:
    """A private key, and what a signature calls it."""
    from orepact.custody.keys import did_of, public_key
    from orepact.errors import BadInput, Problem

    given = _object(file)
    if "d" not in given:
        raise BadInput(Problem(file.name, "it is no private key", "no field d", "give the private one, as a JWK"))
    key = public_key(given, file.name)
    did = did_of(key)
    who = issuer or did
    if who.startswith("did:key:") and who != did:
        raise BadInput(Problem(file.name, "it is not the key of the issuer", did, f"give the key of {who}"))
    name = kid or given.get("kid") or did.removeprefix("did:key:")
    return key, f"{who}#{name}"


def _write(path: Path, content: Any, place: str, *, secret: bool) -> None:
    """A JSON file that appears whole, and that only its owner may read where it is secret."""
    import json

    from orepact.files import appearing_whole

    with appearing_whole(path, (".json",), place) as part:
        part.touch(mode=0o600 if secret else 0o644)
        part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
