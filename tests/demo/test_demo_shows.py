"""What the played demonstration has on the pages of invoicing, treasury and payroll: each state they tell."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg2 import sql

from core.embedded.provisioning import connected
from tests.demo_fixture import DemoDatabase

SHOWN: dict[tuple[str, str], set[Any]] = {
    ("quotes_quote", "state"): {"draft", "sent", "accepted", "refused", "expired", "ordered", "invoiced"},
    ("timesheets_sheetanswer", "kind"): {"approved"},
    ("recurring_occurrence", "state"): {"issued"},
    ("invoicing_invoice", "kind"): {"invoice", "advance", "final"},
    ("invoicing_invoice", "state"): {"draft", "issued", "partly_paid", "paid", "credited"},
    ("invoicing_client", "kind"): {"business", "consumer", "public_body"},
    ("invoicing_reminder", "step"): {1, 2, 3},
    ("purchases_purchase", "state"): {
        *("unassigned", "assigned", "approval", "to_pay", "paid", "booked", "refused"),
    },
    ("purchases_purchase", "kind"): {"invoice", "credit_note"},
    ("treasury_bankstatement", "format"): {"coda", "camt.053.001.08"},
    ("treasury_banktransaction", "state"): {"matched", "identified", "unidentified"},
    ("vatreturns_vatreturn", "state"): {"accepted", "paid"},
    ("dues_entitytransfer", "state"): {"proposed", "agreed"},
    ("guarantee_clientlimit", "state"): {"in_force", "proposed"},
    ("cdi_salarymonth", "state"): {"planned", "refused"},
    ("cdi_absence", "state"): {"approved", "asked"},
    ("cdi_absence", "kind"): {"paid_holiday", "sickness", "unpaid_leave"},
    ("workers_attestation", "state"): {"checked", "handed_in", "refused"},
    ("workers_workaccident", "state"): {"reported", "declared"},
    ("workers_insurancecover", "kind"): {"work_accident", "private_accident"},
    ("abroad_abroadmission", "country"): {"FR", "DE"},
    ("abroad_a1request", "state"): {"granted"},
    ("abroad_missionstep", "state"): {"todo", "done"},
    ("payroll_contractbatchrow", "state"): {"submitted", "refused"},
}
"""Table, column: values that stand there at least."""

THERE = (
    "collection_plan", "collection_pause", "collection_handover", "collection_writedown", "collection_charge",
    "collection_dispute", "invoicing_invoiceattachment", "portal_groupedinvoice", "purchases_purchasepart",
    "treasury_waitingstatement", "dues_bodystatement",
    "cdi_salarywarning", "workers_elsewherehours", "workers_holidaycertificate", "payroll_contractamendment",
    "payroll_contracttemplate", "returns_publicreturn", "unemployment_unemploymentspell",
)  # fmt: skip
"""Tables in which something stands."""


@pytest.mark.parametrize(("table", "column"), SHOWN)
def test_each_state_is_on_the_stage(demo_database: DemoDatabase, table: str, column: str) -> None:
    question = sql.SQL("SELECT DISTINCT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))

    assert SHOWN[table, column] - _values(demo_database, question) == set()


@pytest.mark.parametrize("table", THERE)
def test_something_is_there(demo_database: DemoDatabase, table: str) -> None:
    question = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))

    assert _values(demo_database, question) != {0}


def test_a_discount_for_early_payment_was_kept(demo_database: DemoDatabase) -> None:
    question = sql.SQL("SELECT early_taken FROM invoicing_invoice WHERE early_amount > 0")

    assert min(_values(demo_database, question)) > 0


def _values(database: DemoDatabase, question: sql.Composable) -> set[Any]:
    with connected(database.owner_url) as opened, opened.cursor() as run:
        run.execute(question)
        return {row[0] for row in run.fetchall()}
