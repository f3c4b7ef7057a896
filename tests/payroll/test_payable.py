"""What others take of a net: an advance given back, a seizure that pays somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.errors import DomainError
from core.types import Actor
from core.uuid7 import uuid7
from payroll.payable import Deduction, Payable, Taking, register_deduction, unregister_deduction

SYSTEM = Actor.system("settlement")
D = Decimal
ADVANCE = UUID("00000000-0000-7000-8000-000000000001")


class NoTable(DomainError):
    """A table that is not loaded."""

    code = "no_table"
    message = "No table."


@dataclass
class Source:
    """Takes what it is told of everybody, and remembers what was taken."""

    amount: Decimal = D("100.00")
    payee: Any = None
    account: str = "416"
    refuses: frozenset[UUID] = frozenset()
    noted: dict[Deduction, UUID] = field(default_factory=dict)

    def asked(self, payables: Sequence[Payable]) -> Taking:
        """The same of each."""
        return Taking(
            [
                Deduction(
                    payable_id=row.id,
                    kind="advance",
                    label="Avance sur salaire",
                    amount=min(self.amount, row.left),
                    source_type="test.advance",
                    source_id=ADVANCE,
                    account="455" if self.payee else self.account,
                    party_id=row.party_id,
                    payee=self.payee,
                )
                for row in payables
                if row.person_id not in self.refuses
            ],
            {row.id: NoTable() for row in payables if row.person_id in self.refuses},
        )

    def taken(self, deductions: Mapping[Deduction, UUID]) -> None:
        """Remember."""
        self.noted.update(deductions)


@pytest.fixture
def sources() -> Iterator[Any]:
    """Registers sources for one test."""
    names = []

    def add(source: Source, rank: int = 10) -> Source:
        names.append(f"test {len(names)}")
        register_deduction(names[-1], source, rank=rank)
        return source

    yield add
    for name in names:
        unregister_deduction(name)


def settle() -> Any:
    from payroll.services import settle_due

    return settle_due(on=date(2026, 12, 1), actor=SYSTEM)


def clean() -> None:
    """The checks of payroll hold."""
    from payroll import checks

    assert [*checks.unpaid_wages_equal_account(), *checks.owed_equals_books()] == []


def test_an_advance_is_given_back_out_of_the_net(world: Any, sources: Any) -> None:
    """434.65 net: 100.00 goes against the claim, 334.65 is paid."""
    from ledger.treasury.models import Payout
    from payroll.models import PayDeduction, PayItem

    source = sources(Source())
    world.submit(world.contract())
    settle()

    item = PayItem.objects.get()
    assert (item.net, item.payable) == (D("434.65"), D("434.65"))
    assert Payout.objects.get().amount == D("334.65")
    row = PayDeduction.objects.get()
    assert (row.item_id, row.amount, row.account, row.source_id) == (item.pk, D("100.00"), "416", ADVANCE)
    assert world.lines(source_type="payroll.paydeduction") == [
        ("455", D("100.00"), D(0), ""),
        ("416", D(0), D("100.00"), ""),
    ]
    assert list(source.noted.values()) == [row.pk]
    clean()


def test_a_seizure_pays_somebody_else(world: Any, sources: Any) -> None:
    """The creditor is owed and paid on 455 in the worker's place."""
    from core.identifiers import belgian_iban
    from ledger.models import JournalLine, Party
    from ledger.treasury.models import Payout
    from payroll.payable import Payee

    bailiff = Party.objects.create(id=uuid7(), kind="firm", name="Étude Janssens")
    sources(Source(D("50.00"), Payee(bailiff.pk, bailiff.name, belgian_iban(3_631_234_567), "Dossier 12")))
    world.submit(world.contract())
    settle()

    paid = {row.party_id: (row.kind, row.amount) for row in Payout.objects.all()}
    assert paid == {
        bailiff.pk: ("supplier", D("50.00")),
        world.worker.party_id: ("wage", D("384.65")),
    }
    owed = JournalLine.objects.filter(account="455", party=bailiff).get()
    assert (owed.debit, owed.credit) == (D("0.00"), D("50.00"))
    clean()


def test_the_lower_rank_takes_first_and_the_next_sees_what_is_left(world: Any, sources: Any) -> None:
    from ledger.treasury.models import Payout
    from payroll.models import PayDeduction

    sources(Source(D("9999.00")), rank=20)
    sources(Source(D("400.00")), rank=10)
    world.submit(world.contract())
    settle()

    assert list(PayDeduction.objects.values_list("amount", flat=True)) == [D("400.00"), D("34.65")]
    assert not Payout.objects.exists()
    clean()


def test_what_cannot_be_judged_is_an_exception_and_the_others_are_paid(world: Any, sources: Any) -> None:
    from payroll.models import PayException, PayItem
    from tests.factories import make_person

    other = make_person()
    sources(Source(refuses=frozenset({world.worker.pk})))
    mine = world.submit(world.contract())
    world.submit(world.contract(person_id=other.pk))

    done = settle()

    assert done.exceptions == 1
    assert [item.person_id for item in PayItem.objects.all()] == [other.pk]
    row = PayException.objects.get()
    assert (row.code, row.contract_month.contract_id) == ("no_table", mine.pk)
    clean()


def test_more_than_is_left_is_a_defect_of_the_source(world: Any, sources: Any) -> None:
    from payroll.models import PayItem

    class Greedy(Source):
        """Takes one cent too much."""

        def asked(self, payables: Sequence[Payable]) -> Taking:
            """More than there is."""
            self.amount = payables[0].left + 1
            return Taking(
                [Deduction(payables[0].id, "advance", "x", self.amount, "test", ADVANCE, account="416")]
            )

    sources(Greedy())
    world.submit(world.contract())
    with pytest.raises(ValueError, match="takes"):
        settle()
    assert not PayItem.objects.exists()


def test_a_balance_is_taken_along_once(world: Any) -> None:
    """A quarter still owes 20.00: the next pay is 414.65, and the one after is whole."""
    from ledger.enums import Journal
    from ledger.services import post_entry
    from ledger.types import Entry, cr, dr
    from payroll.models import PayCarry, PayItem

    key = uuid7()
    party = world.worker.party_id
    post_entry(
        Entry(
            world.activity.entity_id,
            date(2026, 11, 1),
            Journal.PAY,
            "test.quarter",
            key,
            "settlement",
            "regularisation",
            (dr("455", D("20.00"), party=party), cr("4540", D("20.00"))),
        )
    )
    carry = PayCarry.objects.create(
        entity_id=world.activity.entity_id,
        person=world.worker,
        kind="quarter",
        label="Régularisation",
        amount=D("-20.00"),
        made_on=date(2026, 11, 1),
        source_type="test.quarter",
        source_id=key,
    )
    world.submit(world.contract())
    world.submit(world.contract(starts_on=date(2026, 11, 9), ends_on=date(2026, 11, 11)))

    settle()

    first, second = PayItem.objects.order_by("settled_at", "id")
    assert (first.carried_in, first.payable) == (D("-20.00"), first.net - 20)
    assert (second.carried_in, second.payable) == (D("0.00"), second.net)
    carry.refresh_from_db()
    assert carry.item_id == first.pk
    assert [row.label for row in first.lines.filter(code="carried_along")] == ["Régularisation"]
