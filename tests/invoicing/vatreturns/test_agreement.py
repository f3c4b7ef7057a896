"""Whatever is invoiced, credited, bought and given back: the return says what the books say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.money import ZERO, r
from invoicing.services import credit_invoice
from invoicing.vat_sources import PurchaseCase
from invoicing.vatreturns.figures import compute
from invoicing.vatreturns.grids import DEDUCTIBLE, DUE, form_of
from invoicing.vatreturns.periods import parse_period
from ledger.models import LegalEntity
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM
from tests.invoicing.vatreturns.builders import Purchases

QUARTER = parse_period("2026-Q4")
FRENCH = {"vat_number": "FR40303265045", "enterprise_number": "", "country": "FR"}

amounts = st.integers(1, 5_000_00).map(lambda cents: Decimal(cents) / 100)
days = st.integers(0, 120).map(lambda after: date(2026, 9, 15) + timedelta(days=after))
sales = st.tuples(
    days,
    amounts,
    st.sampled_from(["standard", "12", "6", "0", "cocontractor", "abroad"]),
    st.integers(0, 100),
)
purchases = st.tuples(
    days,
    amounts,
    st.sampled_from(list(PurchaseCase)),
    st.sampled_from(["goods", "services", "investment"]),
    st.sampled_from([Decimal("0"), Decimal("0.5"), Decimal("1")]),
    st.booleans(),
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sold=st.lists(sales, max_size=4), bought=st.lists(purchases, max_size=4))
def test_the_return_says_what_the_books_say(
    pa: LegalEntity, monkeypatch: Any, sold: list[Any], bought: list[Any]
) -> None:
    from invoicing import vat_sources

    with transaction.atomic():
        activity, supplies = make_activity(), Purchases(pa)
        monkeypatch.setattr(vat_sources, "_sources", [supplies.between])
        belgian, french = make_client(activity), make_client(activity, **_another_french())
        for day, amount, code, credited in sold:
            client, code = (french, "reverse_charge") if code == "abroad" else (belgian, code)
            invoice = make_invoice(activity, client, flat(f"{amount:.2f}", code), issued_on=day)
            part = r(amount * credited / 100)
            if part:
                credit_invoice(
                    invoice_id=invoice.pk, on=min(day + timedelta(days=9), date(2027, 1, 20)), actor=SYSTEM,
                    reason="Geste", amounts=part,
                )  # fmt: skip
        for day, amount, case, nature, share, back in bought:
            vat = r(amount * Decimal("0.21"))
            due = ZERO if case == PurchaseCase.DOMESTIC else vat
            deductible = r(vat * share)
            cost = amount + vat - deductible
            supplies.book(day, case, nature, f"{cost:.2f}", f"{deductible:.2f}", f"{due:.2f}", back)

        figures = compute(pa, form_of("BE"), QUARTER)

        grids = figures.grids
        balance = sum((grids.get(grid, ZERO) for grid in DUE), ZERO)
        balance -= sum((grids.get(grid, ZERO) for grid in DEDUCTIBLE), ZERO)
        assert figures.difference == 0
        assert balance == grids.get("71", ZERO) - grids.get("72", ZERO) == sum(figures.booked.values())
        assert figures.unknown == figures.strays == ()
        transaction.set_rollback(True)


def _another_french() -> dict[str, str]:
    return FRENCH
