"""The controller's pages: each act from its form to what it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.collection.models import (
    Charge,
    Contact,
    Dispute,
    HandOver,
    Pause,
    Plan,
    PostedLetter,
    WriteDown,
)
from invoicing.collection.services import claim_charges, run_reminders
from invoicing.models import ClientMessage, Invoice, Reminder
from members.enums import Role
from members.models import Person
from tests.activities.builders import make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.invoicing.collection.stories import ISSUED

TODAY = date(2026, 11, 20)


class House:
    """A late client and those who follow it."""

    def __init__(self, cooperative: Cooperative) -> None:
        self.cooperative = cooperative
        load_cooperative()
        self.member = make_person(user=True)
        self.controller = make_person(Role.CREDIT_CONTROLLER, user=True)
        self.finance, self.other = (make_person(Role.FINANCE, user=True) for _ in range(2))
        self.activity = make_activity(self.member)
        self.client = make_client(self.activity, name="Grand Théâtre")
        self.invoice = make_invoice(self.activity, self.client, issued_on=ISSUED)

    def browser(self, person: Person) -> Browser:
        browser = Browser()
        assert person.user is not None
        browser.force_login(person.user)
        return browser


@pytest.fixture
def house(cooperative_be: Cooperative, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    with tenant_scope(cooperative_be):
        made = House(cooperative_be)
    yield made


def act(house: House, url: str, by: Person | None = None, **data: Any) -> None:
    answer = house.browser(by or house.controller).post(url, data)
    assert (answer.status_code, answer.headers.get("Location")) == (
        302,
        f"/be/recouvrement/{house.client.pk}/",
    ), answer.content.decode()[:3000]


def test_the_desk_and_the_file_show_what_is_at_stake(house: House) -> None:
    browser = house.browser(house.controller)
    desk = browser.get("/be/factures/en-retard/").content.decode()
    assert "Grand Théâtre" in desk and "1\u202f210,00" in desk
    for query in ("q=grand", "kind=business", "step=0", "situation=open", "at_least=1000"):
        assert "Grand Théâtre" in browser.get(f"/be/factures/en-retard/?{query}").content.decode(), query
    for query in ("q=petit", "kind=consumer", "step=2", "situation=held", "at_least=5000"):
        assert "Grand Théâtre" not in browser.get(f"/be/factures/en-retard/?{query}").content.decode(), query
    assert house.invoice.number in browser.get(f"/be/recouvrement/{house.client.pk}/").content.decode()
    assert house.browser(house.member).get("/be/factures/en-retard/").status_code == 403


def test_a_reminder_is_read_before_it_is_sent(house: House) -> None:
    url = f"/be/recouvrement/{house.client.pk}/rappel/"
    page = house.browser(house.controller).get(url).content.decode()
    assert "Rappel : 1 facture(s) en attente de paiement" in page and house.invoice.number in page
    with tenant_scope(house.cooperative):
        assert not Reminder.objects.exists()

    act(house, url)

    with tenant_scope(house.cooperative):
        [letter] = ClientMessage.objects.filter(kind="reminder")
        assert letter.subject in page
        assert [row.step for row in Reminder.objects.all()] == [1]
    assert "Grand Théâtre" in house.browser(house.controller).get(url).content.decode()


def test_pause_plan_hand_over_and_note(house: House) -> None:
    base = f"/be/recouvrement/{house.client.pk}"
    invoices = [str(house.invoice.pk)]
    act(house, f"{base}/pause/", invoices=invoices, until="2026-11-30", reason="Vacances")
    act(house, f"/be/factures/{house.invoice.pk}/fin-de-pause/")
    act(house, f"{base}/contact/", kind="phone", text="Paiera", promised_on="2026-11-25", promised="500,00")
    act(house, f"{base}/plan/", invoices=invoices, count="3", first_on="2026-12-01", interest_free="on")
    with tenant_scope(house.cooperative):
        assert Pause.objects.get().ended_on == TODAY
        assert Contact.objects.get().promised == Decimal("500.00")
        plan = Plan.objects.get()
        assert [(row.due_on, row.amount) for row in plan.instalments.all()] == [
            (date(2026, 12, 1), Decimal("403.33")),
            (date(2027, 1, 1), Decimal("403.33")),
            (date(2027, 2, 1), Decimal("403.34")),
        ]
    act(house, f"/be/recouvrement/plans/{plan.pk}/fin/", reason="Le client renonce")
    act(house, f"{base}/confier/", invoices=invoices, kind="collector", agent="Agence Nord", claim="on")
    with tenant_scope(house.cooperative):
        file = HandOver.objects.get()
        assert file.reference == "PA-REC-2026-0001"
        assert Charge.objects.count() == 2
    page = house.browser(house.controller).get(f"/be/recouvrement/dossiers/{file.pk}/").content.decode()
    assert house.invoice.number in page
    act(house, f"/be/recouvrement/dossiers/{file.pk}/frais/", amount="85,00", text="Sommation")
    act(house, f"/be/recouvrement/dossiers/{file.pk}/retour/", reason="Payé en partie")
    page = house.browser(house.controller).get(f"{base}/").content.decode()
    assert "PA-REC-2026-0001" in page and "Agence Nord" in page and "Paiera" in page


def test_charges_are_claimed_and_waived(house: House) -> None:
    act(house, f"/be/factures/{house.invoice.pk}/interets/")
    act(house, f"/be/factures/{house.invoice.pk}/frais/", amount="50,00", text="Sommation")
    with tenant_scope(house.cooperative):
        charges = list(Charge.objects.order_by("pk"))
        # 1,210.00 × 10.5 % × 50 / 365
        assert [row.amount for row in charges] == [Decimal("17.40"), Decimal("40.00"), Decimal("50.00")]
    act(house, f"/be/recouvrement/frais/{charges[1].pk}/renoncer/", reason="Geste")
    with tenant_scope(house.cooperative):
        assert Charge.objects.get(pk=charges[1].pk).waived == Decimal("40.00")
    page = house.browser(house.member).get(f"/be/factures/{house.invoice.pk}/").content.decode()
    assert "17,40" in page and "L. 2/8/2002" in page


def test_a_dispute_goes_from_hand_to_hand(house: House) -> None:
    url = f"/be/factures/{house.invoice.pk}/litige/"
    act(house, url, kind="quality", reason="Travail refusé", follow_up_on="2026-12-01")
    act(house, f"{url}suite/", to="with_legal", text="Avis demandé")
    refused = house.browser(house.controller).post(
        f"/be/factures/{house.invoice.pk}/reprise/", {"conceded": "no"}
    )
    assert refused.status_code == 422
    with tenant_scope(house.cooperative):
        assert Dispute.objects.get().state == "with_legal"
        lawyer = make_person(Role.LEGAL, user=True)
    act(house, f"/be/factures/{house.invoice.pk}/reprise/", lawyer, conceded="no", answer="Contrat signé")
    with tenant_scope(house.cooperative):
        assert Dispute.objects.get().state == "upheld"
        assert Invoice.objects.get().disputed_on is None


def test_a_write_down_needs_two_people_and_comes_back(house: House) -> None:
    url = f"/be/factures/{house.invoice.pk}/reduction/"
    assert house.browser(house.controller).post(url, {"reason": "x"}).status_code == 403
    act(house, url, house.finance, reason="Faillite")
    with tenant_scope(house.cooperative):
        row = WriteDown.objects.get()
    desk = house.browser(house.other).get("/be/factures/en-retard/").content.decode()
    assert f"/be/recouvrement/reductions/{row.pk}/accord/" in desk
    act(house, f"/be/recouvrement/reductions/{row.pk}/accord/", house.finance)
    with tenant_scope(house.cooperative):
        assert WriteDown.objects.get().state == "proposed", "nobody agrees with themselves"
    act(house, f"/be/recouvrement/reductions/{row.pk}/accord/", house.other)
    act(house, url, house.other, reason="Clôture")
    act(house, f"/be/recouvrement/reductions/{row.pk}/refus/", house.finance)
    act(house, f"/be/recouvrement/reductions/{row.pk}/reprise/", house.finance, reason="Accord")
    with tenant_scope(house.cooperative):
        row.refresh_from_db()
        assert (row.state, row.standing, row.ended_on) == ("doubtful", 0, TODAY)


def test_a_letter_without_address_is_noted_as_posted(house: House) -> None:
    with tenant_scope(house.cooperative):
        nobody = make_client(house.activity, name="Sans adresse", email="")
        make_invoice(house.activity, nobody, issued_on=ISSUED)
        run_reminders(on=TODAY, actor=SYSTEM)
        [letter] = ClientMessage.objects.filter(client=nobody)
    page = house.browser(house.controller).get(f"/be/recouvrement/{nobody.pk}/").content.decode()
    assert f"/poste/{letter.pk}/" in page
    house.browser(house.controller).post(f"/be/recouvrement/{nobody.pk}/poste/{letter.pk}/")
    with tenant_scope(house.cooperative):
        assert PostedLetter.objects.get().posted_on == TODAY


def test_the_member_reads_how_a_client_pays_and_nothing_of_others(house: House) -> None:
    from tests.invoicing.collection.stories import come_in

    with tenant_scope(house.cooperative):
        other = make_activity()
        paid = make_invoice(other, house.client, issued_on=ISSUED)
        come_in(house.cooperative, paid, "1210.00", date(2026, 10, 13))
        claim_charges(invoice_id=paid.pk, on=TODAY, actor=SYSTEM)
        type(house.client).objects.filter(pk=house.client.pk).update(payment_term_days=90)
    page = house.browser(house.member).get(f"/be/clients/{house.client.pk}/").content.decode()
    assert "90 jours" in page and "60 jours" in page
    assert "12" in page and paid.number not in page and other.name not in page


def test_the_habits_of_the_client_stand_beside_the_forms_in_which_it_is_chosen(house: House) -> None:
    from tests.invoicing.collection.stories import come_in

    with tenant_scope(house.cooperative):
        come_in(house.cooperative, house.invoice, "1210.00", date(2026, 10, 13))
        jobs = make_activity(house.member, tool="contract")
        known = make_client(jobs, name="Grand Théâtre")
        paid = make_invoice(jobs, known, issued_on=ISSUED)
        come_in(house.cooperative, paid, "1210.00", date(2026, 10, 13))
    browser, words = house.browser(house.member), "12 jours de retard"
    activity, client = house.activity.pk, house.client.pk
    editor = f"/be/factures/nouvelle/?activity={activity}&client={client}"
    assert words in browser.get(editor).content.decode()
    totals, head = f"/be/factures/total/{activity}/", {"line-TOTAL_FORMS": "0", "line-INITIAL_FORMS": "0"}
    assert words in browser.post(totals, head | {"client": str(client)}).content.decode()
    assert words not in browser.post(totals, head).content.decode()
    estimate = reverse("payroll:quick_job_estimate", kwargs={"cooperative": "be"})
    asked = {"activity": str(jobs.pk), "client": str(known.pk)}
    assert words in browser.get(estimate, asked).content.decode()


@pytest.mark.parametrize("size", [1, 3])
def test_the_desk_asks_as_often_for_three_clients_as_for_one(
    house: House, size: int, django_assert_max_num_queries: Any
) -> None:
    with tenant_scope(house.cooperative):
        for _ in range(size - 1):
            make_invoice(house.activity, make_client(house.activity), issued_on=ISSUED)
    browser = house.browser(house.controller)
    browser.get("/be/factures/en-retard/")
    with django_assert_max_num_queries(32):
        browser.get("/be/factures/en-retard/")
