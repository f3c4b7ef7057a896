"""Issuing many drafts at once: what one act does, for all of them or for none."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent, Cooperative, DocumentJob
from invoicing.enums import InvoiceState
from invoicing.errors import InvoiceNotDraft, InvoiceNotFound
from invoicing.models import Invoice, IssuedDocument
from invoicing.services import issue_invoice, issue_invoices
from ledger.models import JournalEntry
from tests.activities.builders import NOVEMBER, flat, make_activity, make_client, make_draft, two_days
from tests.factories import SYSTEM, load_cooperative


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def test_many_drafts_get_consecutive_numbers_in_the_order_asked(be: Cooperative) -> None:
    activity, client = make_activity(), make_client()
    drafts = [make_draft(activity, client, flat(f"{amount}.00")) for amount in range(100, 105)]
    wanted = [row.pk for row in reversed(drafts)]

    issued = issue_invoices(invoice_ids=wanted, issued_on=NOVEMBER, actor=SYSTEM)

    assert [row.pk for row in issued] == wanted
    assert [row.number[-6:] for row in issued] == [f"{number:06}" for number in range(1, 6)]
    assert len({row.communication for row in issued}) == 5
    activity.budget.refresh_from_db()
    assert activity.budget.balance == sum((row.net - row.levy for row in issued), 0)
    assert DocumentJob.objects.count() == 10
    assert AuditEvent.objects.filter(action="invoice.issued").count() == 5


def test_a_batch_leaves_what_single_acts_leave(be: Cooperative) -> None:
    activity, client = make_activity(), make_client()
    alone, together = make_draft(activity, client, two_days()), make_draft(activity, client, two_days())

    issue_invoice(invoice_id=alone.pk, issued_on=NOVEMBER, actor=SYSTEM)
    issue_invoices(invoice_ids=[together.pk], issued_on=NOVEMBER, actor=SYSTEM)

    one, other = (
        Invoice.objects.filter(pk=row.pk)
        .values("state", "net", "vat", "total", "total_cents", "levy", "levy_rate", "issued_on", "due_on")
        .get()
        for row in (alone, together)
    )
    assert one == other
    documents = [IssuedDocument.objects.get(invoice=row).content for row in (alone, together)]
    for content in documents:
        del content["number"], content["communication"]
    assert documents[0] == documents[1]


def test_one_that_is_refused_keeps_all_of_them_drafts(be: Cooperative) -> None:
    activity, client = make_activity(), make_client()
    good, issued = make_draft(activity, client, two_days()), make_draft(activity, client, two_days())
    issue_invoice(invoice_id=issued.pk, issued_on=NOVEMBER, actor=SYSTEM)
    before = JournalEntry.objects.count()

    with pytest.raises(InvoiceNotDraft):
        issue_invoices(invoice_ids=[good.pk, issued.pk], issued_on=NOVEMBER, actor=SYSTEM)
    with pytest.raises(InvoiceNotFound):
        issue_invoices(invoice_ids=[good.pk, uuid4()], issued_on=NOVEMBER, actor=SYSTEM)

    good.refresh_from_db()
    assert (good.state, good.number) == (InvoiceState.DRAFT, "")
    assert JournalEntry.objects.count() == before


def test_statements_do_not_grow_with_the_invoices(be: Cooperative) -> None:
    activity, client = make_activity(), make_client()
    counts = []
    for size in (1, 3, 9):
        drafts = [make_draft(activity, client, two_days()) for _ in range(size)]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            issue_invoices(
                invoice_ids=[row.pk for row in drafts], issued_on=NOVEMBER + timedelta(size), actor=SYSTEM
            )
        counts.append(len(seen))
    assert counts[1] == counts[2] <= counts[0]
