"""Foreign clients: which VAT code is proposed, why, and which codes are refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import Cooperative
from invoicing.errors import VatCodeNotAllowed
from invoicing.parties import buyer_of, ubl_buyer
from invoicing.services import issue_invoice
from invoicing.services.drafts import suggestion_for
from invoicing.ubl.codes import COUNTRIES
from invoicing.vat import UNION, vat_codes
from invoicing.vat.suggestion import Supply, suggest_code
from invoicing.vat.territories import Place, in_union, place_of
from ledger.models import LegalEntity
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_draft, two_days
from tests.factories import SYSTEM, load_cooperative

ON = date(2026, 11, 20)
SERVICES, INTELLECTUAL, GOODS = Supply.SERVICES, Supply.INTELLECTUAL, Supply.GOODS


def suggested(
    country: str,
    kind: str = "business",
    number: str = "",
    supply: Supply = SERVICES,
    *,
    postal_code: str = "",
    on: date = ON,
    exempt: bool = False,
) -> str:
    return suggest_code(
        seller_country="BE",
        seller_exempt=exempt,
        buyer_country=country,
        buyer_kind=kind,
        buyer_vat_number=number,
        buyer_postal_code=postal_code,
        supply=supply,
        on=on,
    ).code


@pytest.mark.parametrize(
    ("country", "kind", "number", "supply", "code"),
    [
        ("BE", "business", "BE0403019261", SERVICES, "standard"),
        ("BE", "consumer", "", GOODS, "standard"),
        ("FR", "business", "FR40303265045", SERVICES, "reverse_charge"),
        ("FR", "business", "FR40303265045", INTELLECTUAL, "reverse_charge"),
        ("FR", "business", "FR40303265045", GOODS, "intra_eu"),
        ("FR", "business", "", SERVICES, "standard"),
        ("FR", "consumer", "", SERVICES, "standard"),
        ("FR", "consumer", "", GOODS, "standard"),
        ("FR", "public_body", "", SERVICES, "standard"),
        ("FR", "public_body", "FR40303265045", SERVICES, "reverse_charge"),
        ("US", "business", "", SERVICES, "out_of_scope"),
        ("US", "business", "", GOODS, "export"),
        ("US", "consumer", "", SERVICES, "standard"),
        ("US", "consumer", "", INTELLECTUAL, "out_of_scope"),
        ("US", "consumer", "", GOODS, "export"),
        ("CH", "public_body", "", SERVICES, "standard"),
        ("CH", "public_body", "CHE107787577", SERVICES, "out_of_scope"),
        ("MC", "business", "FR40303265045", SERVICES, "reverse_charge"),
        ("GR", "business", "EL094259216", SERVICES, "reverse_charge"),
        ("GB", "business", "", SERVICES, "out_of_scope"),
    ],
)
def test_the_table(country: str, kind: str, number: str, supply: Supply, code: str) -> None:
    assert suggested(country, kind, number, supply) == code


def test_the_training_entity_is_exempt_whoever_buys() -> None:
    for country in ("BE", "FR", "US"):
        assert suggested(country, exempt=True) == "exempt_training"


def test_the_united_kingdom_left_the_union_on_a_day() -> None:
    last, first = date(2020, 12, 31), date(2021, 1, 1)
    assert in_union("GB", last)
    assert not in_union("GB", first)
    assert suggested("GB", number="GB980780684", on=last) == "reverse_charge"
    assert suggested("GB", number="GB980780684", on=first) == "out_of_scope"
    assert suggested("GB", number="GB980780684", supply=GOODS, on=first) == "export"


def test_northern_ireland_is_in_the_union_for_goods_alone() -> None:
    there = {"number": "XI110305878", "postal_code": "BT1 5GS"}
    assert suggested("GB", supply=GOODS, **there) == "intra_eu"
    assert suggested("GB", supply=SERVICES, **there) == "out_of_scope"
    assert suggested("GB", supply=GOODS, postal_code="BT1 5GS") == "standard", "no XI number"
    assert suggested("GB", supply=GOODS, postal_code="SW1A 1AA") == "export"


@pytest.mark.parametrize(
    ("country", "postal_code", "place"),
    [
        ("ES", "35001", Place.OUTSIDE),
        ("ES", "38001", Place.OUTSIDE),
        ("ES", "51001", Place.OUTSIDE),
        ("ES", "28001", Place.UNION),
        ("FR", "97400", Place.OUTSIDE),
        ("FR", "75001", Place.UNION),
        ("RE", "97400", Place.OUTSIDE),
        ("MC", "98000", Place.UNION),
        ("IM", "", Place.OUTSIDE),
        ("IT", "23041", Place.OUTSIDE),
        ("DE", "27498", Place.OUTSIDE),
        ("BE", "1000", Place.HOME),
        ("EL", "10431", Place.UNION),
    ],
)
def test_places_apart(country: str, postal_code: str, place: Place) -> None:
    assert place_of(seller="BE", country=country, postal_code=postal_code, vat_number="", on=ON) == place


def test_there_are_27_member_states() -> None:
    assert len(UNION - {"EL"}) == 27
    assert all(in_union(country, ON) for country in UNION)


@given(
    st.sampled_from(sorted(COUNTRIES)),
    st.sampled_from(["business", "consumer", "public_body"]),
    st.sampled_from(["", "FR40303265045", "XI110305878", "CHE107787577"]),
    st.sampled_from(list(Supply)),
    st.text(max_size=12),
    st.booleans(),
)
def test_every_client_gets_a_code_that_is_in_force_and_a_reason(
    country: str, kind: str, number: str, supply: Supply, postal_code: str, exempt: bool
) -> None:
    found = suggest_code(
        seller_country="BE", seller_exempt=exempt, buyer_country=country, buyer_kind=kind,
        buyer_vat_number=number, buyer_postal_code=postal_code, supply=supply, on=ON,
    )  # fmt: skip
    assert found.code in {row.code for row in vat_codes("BE", on=ON)}
    assert str(found.reason)
    if found.code == "reverse_charge":
        assert number, "nobody accounts for VAT without a number"


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def test_a_draft_takes_the_proposed_code_and_can_be_issued(be: Cooperative) -> None:
    activity = make_activity()
    for country, number, code in (
        ("US", "", "out_of_scope"),
        ("FR", "FR40303265045", "reverse_charge"),
        ("FR", "", "standard"),
        ("GB", "GB980780684", "out_of_scope"),
    ):
        client = make_client(
            activity, country=country, vat_number=number, enterprise_number="", postal_code="", name=country
        )
        draft = make_draft(activity, client, two_days(vat_code=""))
        assert draft.lines.get().vat_code == code
        issued = issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM)
        assert issued.vat == (issued.net * 21 / 100 if code == "standard" else 0)


def test_goods_to_the_canary_islands_are_an_export_and_no_supply_inside_the_union(be: Cooperative) -> None:
    entity = LegalEntity.objects.get(code="PA")
    activity = make_activity()
    client = make_client(
        activity, country="ES", vat_number="ESA58818501", enterprise_number="", postal_code="35001"
    )
    assert suggestion_for(entity, client, on=ON, supply=GOODS).code == "export"
    draft = make_draft(activity, client, two_days(vat_code="intra_eu"))
    with pytest.raises(VatCodeNotAllowed):
        issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM)
    draft.refresh_from_db()
    assert draft.number == ""


@pytest.mark.parametrize(
    ("fields", "vat_number", "endpoint"),
    [
        ({"country": "MC", "vat_number": "FR40303265045"}, "FR40303265045", "9957:FR40303265045"),
        ({"country": "DE", "vat_number": "LU26375245"}, "LU26375245", "9938:LU26375245"),
        ({"country": "GR", "vat_number": "EL094259216"}, "EL094259216", "9933:EL094259216"),
        ({"country": "US", "vat_number": "123456789"}, None, None),
        (
            {"country": "BE", "vat_number": "BE0403019261", "peppol_id": "0088:7300010000001"},
            "BE0403019261",
            "0088:7300010000001",
        ),
    ],
)
def test_the_document_names_the_buyer_by_its_own_numbers(
    be: Cooperative, fields: dict[str, str], vat_number: str | None, endpoint: str | None
) -> None:
    client = make_client(**({"enterprise_number": "", "postal_code": ""} | fields))
    buyer = ubl_buyer(buyer_of(client))
    assert buyer.vat_number == vat_number
    assert (f"{buyer.endpoint.scheme}:{buyer.endpoint.value}" if buyer.endpoint else None) == endpoint
