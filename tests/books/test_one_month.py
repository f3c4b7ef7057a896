"""November 2026 of Nora, to the cent, as her bookkeeper reads it.

She signs up, opens two Activities, does one job with the Contract tool and one with the Activity tool, is
declared, paid and gets a payslip; one client pays, the other is reminded; she buys a share; the books
balance.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.types import Actor

if TYPE_CHECKING:
    from core.models import Cooperative

D = Decimal
ZERO = D("0.00")
CLOCKWORK = Actor.system("daily work")


class Bank:
    """The cooperative's bank: its statements follow one another, day by day."""

    def __init__(self) -> None:
        self.standing: dict[str, tuple[int, Decimal]] = {}

    def says(self, entity: Any, day: date, *movements: Any) -> None:
        """A statement of the entity's account, read on the day itself."""
        from ledger.treasury.bank_simulator import BankStatement, write_coda
        from ledger.treasury.services import import_statement

        number, opening = self.standing.get(entity.code, (0, D("10000.00")))
        statement = BankStatement(
            iban=entity.iban,
            number=number + 1,
            day=day,
            opening=opening,
            movements=movements,
            holder=entity.name,
        )
        self.standing[entity.code] = (number + 1, statement.closing)
        import_statement(content=write_coda([statement]), filename=f"{day}.cod", today=day, actor=CLOCKWORK)


def pay_out(entity: Any, kind: str, on: date, maker: Actor, releaser: Actor) -> Any:
    """One person makes the payment file, another releases it; the bank will show one debit."""
    from ledger.treasury.bank_simulator import batch_debit
    from ledger.treasury.services import create_batch, release_batch

    batch = create_batch(entity_id=entity.pk, kind=kind, due_until=on, on=on, actor=maker)
    return released(release_batch(batch_id=batch.pk, on=on, actor=releaser), batch_debit)


def released(batch: Any, batch_debit: Any) -> Any:
    return batch_debit(total=batch.total, message_id=batch.number, transfers=batch.payments)


def at(year: int, month: int, day: int) -> datetime:
    from core.clock import ZONE

    return datetime(year, month, day, 9, tzinfo=ZONE)


@pytest.mark.django_db
def test_one_month_of_the_shared_enterprise(tenant: Cooperative, tmp_path: Path) -> None:
    from activities.services import approve_activity, approve_expense, request_activity
    from core.identifiers import belgian_iban, fictional_national_number
    from core.outbox import drain
    from governance.services import subscribe_shares
    from invoicing.collection.services import run_reminders
    from invoicing.services import create_client, create_draft, issue_invoice
    from invoicing.types import LineInput
    from ledger.checks import check_books
    from ledger.enums import Fund
    from ledger.models import Budget
    from ledger.selectors import account_balance, entity_by_code, fund_balance
    from ledger.treasury.bank_simulator import BankMovement, batch_debit
    from ledger.treasury.models import PayoutBatch
    from ledger.treasury.services import release_batch
    from members.enums import Role
    from members.services import join_cooperative, set_national_number
    from payroll.dimona.simulator import DimonaSimulator
    from payroll.models import Payslip
    from payroll.services import create_contract, quick_job, settle_due, submit_contract
    from payroll.services.declarations import carry_due
    from payroll.services.runs import approve_run, start_run, work_run
    from payroll.types import ExpenseInput, NewClient
    from tests.factories import actor, load_cooperative, make_person, make_user

    load_cooperative()
    pa, sc = entity_by_code("PA"), entity_by_code("SC")
    adviser = actor(make_person(Role.ADVISER))
    clerk, chief = (actor(make_person(Role.PAYROLL_ADMIN)) for _ in range(2))
    finance = actor(make_person(Role.FINANCE))
    bank, office = Bank(), DimonaSimulator(tmp_path / "office.sqlite3")

    # 26 October: Nora signs up and gives what pay needs.
    account = make_user("nora@example.org")
    nora_user = Actor("user", "Nora", account.pk)
    nora = join_cooperative(
        user=account,
        first_name="Nora",
        last_name="Peeters",
        joined_on=date(2026, 10, 26),
        actor=nora_user,
        family_status="single",
        iban=belgian_iban(3_631_234_567),
        street="Rue du Marché 12",
        postal_code="1060",
        city="Bruxelles",
    )
    me = Actor("user", "Nora", account.pk, nora.pk)
    set_national_number(person=nora, number=fictional_national_number(date(1990, 4, 3), 12), actor=me)

    # 27 October: two Activities, with her adviser's agreement.
    jobs, studio = (
        request_activity(
            person=nora,
            name=name,
            tool=tool,
            function_code="informatique_graphisme",
            entity_code="PA",
            requested_on=date(2026, 10, 27),
            actor=me,
        )
        for name, tool in (("Missions", "contract"), ("Studio", "activity"))
    )
    for activity in (jobs, studio):
        approve_activity(activity_id=activity.pk, on=date(2026, 10, 27), actor=adviser)

    # 2 November: a job of 1,000.00 on the 6th with 100.00 of train: levy 65.00, gross 538.71.
    job = quick_job(
        person=nora,
        activity_id=jobs.pk,
        client=NewClient(
            {
                "kind": "business",
                "name": "Théâtre de la Place",
                "vat_number": "BE0403019261",
                "street": "Place Communale 1",
                "postal_code": "4100",
                "city": "Seraing",
                "email": "compta@theatre.example",
            }
        ),
        description="Affiche de saison",
        dates=[date(2026, 11, 6)],
        hours=D("7.6"),
        amount=D("1000.00"),
        expenses=[ExpenseInput("travel", D("100.00"), ZERO, date(2026, 11, 2), "Train Bruxelles–Liège")],
        actor=me,
        now=at(2026, 11, 2),
    )
    assert (job.invoice.levy, job.contract.gross) == (D("65.00"), D("538.71"))
    approve_expense(expense_id=job.expenses[0].pk, on=date(2026, 11, 2), actor=adviser)

    # 3 November: with the Activity tool, 2 days × 500.00 to a second client.
    gallery = create_client(
        kind="business",
        name="Galerie du Parc",
        vat_number="BE0404616494",
        street="Rue du Parc 3",
        postal_code="5000",
        city="Namur",
        email="info@galerie.example",
        activity_id=studio.pk,
        actor=me,
    )
    draft = create_draft(
        activity_id=studio.pk,
        client_id=gallery.pk,
        lines=[LineInput("Catalogue", D(2), "day", D("500.00"))],
        delivery_date=date(2026, 11, 3),
        actor=me,
    )
    unpaid = issue_invoice(invoice_id=draft.pk, issued_on=date(2026, 11, 3), actor=me)
    assert (unpaid.total, unpaid.due_on) == (D("1210.00"), date(2026, 12, 3))

    # 10 November: she employs herself for three days of the 16th to the 18th.
    contract = create_contract(
        activity_id=studio.pk,
        person_id=nora.pk,
        contract_type="employee",
        starts_on=date(2026, 11, 16),
        ends_on=date(2026, 11, 18),
        hours=D("22.8"),
        gross=D("500.00"),
        description="Catalogue",
        place="Namur",
        actor=me,
    )
    submit_contract(contract_id=contract.pk, on=at(2026, 11, 10), actor=me)
    carry_due(tenant, gateway=office)
    for row in (job.contract, contract):
        row.refresh_from_db()
        assert row.state == "declared"

    # The day after the work, pay is computed; seven working days later it leaves.
    settle_due(on=date(2026, 11, 7), actor=CLOCKWORK)
    settle_due(on=date(2026, 11, 19), actor=CLOCKWORK)
    assert [item.net for item in (job.contract.items.get(), contract.items.get())] == [
        D("468.30"),
        D("434.65"),
    ]
    bank.says(pa, date(2026, 11, 10), pay_out(pa, "expense", date(2026, 11, 10), clerk, finance))
    bank.says(pa, date(2026, 11, 18), pay_out(pa, "wage", date(2026, 11, 18), clerk, finance))

    # 24 November: the theatre pays; the wage of the 27th leaves although the gallery has not paid.
    bank.says(
        pa,
        date(2026, 11, 24),
        BankMovement(
            D("1210.00"),
            structured_reference=job.invoice.communication,
            counterparty_name="Théâtre de la Place",
            counterparty_iban=belgian_iban(3_640_000_001),
        ),
    )
    bank.says(pa, date(2026, 11, 27), pay_out(pa, "wage", date(2026, 11, 27), clerk, finance))

    # 25 November: a share of 30.00, paid by herself.
    share = subscribe_shares(person=nora, shares=1, subscribed_on=date(2026, 11, 25), actor=me)
    bank.says(
        sc,
        date(2026, 11, 27),
        BankMovement(
            D("30.00"),
            structured_reference=share.communication,
            counterparty_name="Nora Peeters",
            counterparty_iban=nora.iban,
        ),
    )

    # 2 and 3 December: the run of November, started by one person and approved by another.
    run = start_run(month=date(2026, 11, 1), on=date(2026, 12, 2), at=at(2026, 12, 2), actor=clerk)
    work_run(tenant, run.pk)
    approve_run(run_id=run.pk, on=date(2026, 12, 3), at=at(2026, 12, 3), actor=chief)
    work_run(tenant, run.pk)
    slip = Payslip.objects.get()
    # Exit holiday of 1,038.71: 159.34, less 10.41 and 9.23, taxed 19.17 % of 139.70 = 26.78: 112.92.
    assert (slip.gross, slip.net) == (D("1198.05"), D("1015.87"))
    assert slip.content["totals"]["holiday_net"] == "112.92"
    wages = PayoutBatch.objects.get(state="draft")
    release_batch(batch_id=wages.pk, on=date(2026, 12, 3), actor=finance)
    wages.refresh_from_db()
    bank.says(pa, date(2026, 12, 4), released(wages, batch_debit))
    drain(tenant)

    # 10 December: the gallery is a week late and is reminded, once.
    assert [(r.invoice_id, r.step) for r in run_reminders(on=date(2026, 12, 10), actor=CLOCKWORK)] == [
        (unpaid.pk, 1)
    ]
    assert run_reminders(on=date(2026, 12, 10), actor=CLOCKWORK) == []

    # What stands in the books.
    for row in (job.contract, contract):
        row.refresh_from_db()
        assert row.state == "paid"
    job.invoice.refresh_from_db()
    assert job.invoice.state == "paid"
    budgets = {activity.name: Budget.objects.get(pk=activity.budget_id) for activity in (jobs, studio)}
    assert (budgets["Missions"].balance, budgets["Missions"].reserved) == (ZERO, ZERO)
    assert (budgets["Studio"].balance, budgets["Studio"].reserved) == (D("160.00"), ZERO)
    assert fund_balance(Fund.POT, pa) == D("229.60"), "levy 130.00 and margins 51.65 + 47.95"
    assert {code: account_balance(code, pa) for code in BOOKS} == {code: D(b) for code, b in BOOKS.items()}
    assert account_balance("110", sc) == D("-30.00")
    assert account_balance("550", sc) == D("10030.00")

    report = check_books()
    assert report.breaks == ()


BOOKS = {
    "400": "1210.00",
    "440": "0.00",
    "451": "-420.00",
    "453": "-26.78",
    "4540": "-457.36",
    "455": "0.00",
    "4560": "0.00",
    "4590": "-10.39",
    "550": "10094.13",
    "580": "0.00",
    "6120": "100.00",
    "6190": "130.00",
    "620": "1038.71",
    "621": "471.69",
    "6218": "99.60",
    "700": "-2000.00",
    "748": "-130.00",
    "749": "-99.60",
}
"""Debits less credits of Productions Associées on 10 December 2026."""
