"""A small month of pay: twelve people of every kind in September, the last month of a quarter.

Three employees (one with three contracts, one whose work is counted again), one who loses a day of work, one
who also earned in July, two artists (one by the flat tax), a student, a salary that goes on, one without an
account, one whose contract is agreed on the way, and one who works for two employers.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.cluster import Cluster, owner_connect
from tests.kills import comparison
from tests.kills.house import House

if TYPE_CHECKING:
    from core.models import Cooperative

D = Decimal
SEPTEMBER = date(2026, 9, 1)
KINDS = (
    "employee", "three contracts", "counted again", "day without work", "two months", "artist", "flat artist",
    "student", "salary", "no account", "newcomer", "two employers",
)  # fmt: skip


def moment(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    """A moment in Belgium."""
    from core.clock import ZONE

    return datetime(year, month, day, hour, tzinfo=ZONE)


def build(cluster: Cluster) -> House:
    """The house on the first of September; the plays are made in copies."""
    house = House(cluster, f"{cluster.database}_pay", cluster.files / "pay")
    cluster.copy(house.database)
    with house.entered():
        from core.clock import set_clock
        from core.models import Cooperative

        be = Cooperative.objects.create(
            id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"]
        )
        set_clock(be, moment(9, 1))
        house.made = {name: str(value) for name, value in _furnish(be).items()}
        _declared(be)
    owner = owner_connect(cluster, house.database)
    try:
        house.before = comparison.ids(owner)
    finally:
        owner.close()
    return house


def _furnish(be: Cooperative) -> dict[str, Any]:
    from core.tenancy import tenant_scope
    from members.enums import Role
    from members.services import update_person
    from payroll.services import settle_due
    from tests.activities.builders import fund, make_activity
    from tests.factories import SYSTEM, load_cooperative, make_person

    with tenant_scope(be):
        load_cooperative()
        adviser = make_person(Role.ADVISER)
        clerk, chief = (make_person(Role.PAYROLL_ADMIN) for _ in range(2))
        payer = make_person(Role.FINANCE, user=True)
        workers = {kind: make_person(user=kind == "employee", adviser=adviser) for kind in KINDS}
        activities = {kind: make_activity(workers[kind]) for kind in KINDS}
        for kind in KINDS:
            fund(activities[kind], "30000.00" if kind in ("salary", "two months") else "4000.00")
        elsewhere = make_activity(workers["two employers"], entity_code="SC")
        fund(elsewhere, "4000.00")
        contract = _contracts(workers, activities, elsewhere)
        salary = _salary(workers["salary"], adviser, activities["salary"])
        settle_due(on=date(2026, 8, 31), actor=SYSTEM)
        update_person(person_id=workers["no account"].pk, actor=SYSTEM, iban="")
        return {
            "adviser": adviser.pk,
            "clerk": clerk.pk,
            "chief": chief.pk,
            "payer": payer.pk,
            "salary": salary.pk,
            "entity": activities["employee"].entity_id,
            **{f"contract of {kind}": row.pk for kind, row in contract.items()},
            **{f"worker {kind}": person.pk for kind, person in workers.items()},
        }


def _declared(be: Cooperative) -> None:
    """The office has every declaration, so that its numbers are the same in each play. What follows waits."""
    from core.models import OutboxMessage
    from core.tenancy import tenant_scope
    from payroll.services.declarations import carry, due_declarations

    with tenant_scope(be):
        keys = due_declarations()
    for key in keys:
        carry(be, key)
    with tenant_scope(be):
        OutboxMessage.objects.filter(state="pending").delete()


def _contracts(workers: Any, activities: Any, elsewhere: Any) -> dict[str, Any]:
    """The last contract of each; that of the newcomer is a draft."""
    made: dict[str, Any] = {}

    def contract(
        kind: str,
        first: date,
        last: date,
        gross: str,
        *,
        hours: str = "22.8",
        activity: Any = None,
        submit: bool = True,
        **more: Any,
    ) -> None:
        from payroll.services import create_contract, submit_contract
        from tests.factories import actor

        given: dict[str, Any] = {"contract_type": "employee", "place": "Bruxelles"} | more
        row = create_contract(
            activity_id=(activity or activities[kind]).pk,
            person_id=workers[kind].pk,
            starts_on=first,
            ends_on=last,
            hours=D(hours),
            gross=D(gross),
            description="Graphisme",
            actor=actor(workers[kind]),
            **given,
        )
        if submit:
            submit_contract(contract_id=row.pk, on=moment(first.month - 1, 28), actor=actor(workers[kind]))
        made[kind] = row

    def september(day: int) -> date:
        return date(2026, 9, day)

    contract("two months", date(2026, 7, 1), date(2026, 7, 24), "6000.00", hours="136.8")
    for kind in ("employee", "counted again", "two months", "no account", "two employers"):
        contract(kind, september(2), september(4), "500.00")
    contract("two employers", september(9), september(11), "450.00", activity=elsewhere)
    for day in (1, 8, 15):
        contract("three contracts", september(day), september(day + 1), "320.00", hours="15.2")
    contract("day without work", september(14), september(18), "800.00", hours="38")
    contract("artist", september(7), september(9), "600.00", contract_type="artistic")
    contract("flat artist", september(7), september(9), "600.00", contract_type="artistic", flat_tax=True)
    contract("student", september(21), september(25), "600.00", hours="38", contract_type="student")
    contract("newcomer", september(7), september(9), "480.00", submit=False)
    return made


def _salary(worker: Any, adviser: Any, activity: Any) -> Any:
    """The contract of a salary that goes on, from September, agreed in August."""
    from payroll.cdi.estimates import months_from
    from payroll.cdi.services import agree_salary, propose_salary
    from payroll.cdi.smoothing import Estimate
    from tests.factories import actor

    proposal = propose_salary(
        activity_id=activity.pk,
        person_id=worker.pk,
        valid_from=SEPTEMBER,
        hours_by_day=[D("7.6")] * 5 + [D(0), D(0)],
        estimates=[Estimate(month, D("6000.00"), D(0), "accord annuel") for month in months_from(SEPTEMBER)],
        category="B",
        place="Bruxelles",
        on=date(2026, 8, 20),
        actor=actor(adviser),
    )
    for side, person in (("worker", worker), ("adviser", adviser)):
        agree_salary(
            proposal_id=proposal.pk, side=side, person=person, as_cooperative=side == "adviser",
            on=moment(8, 21), actor=actor(person),
        )  # fmt: skip
    proposal.refresh_from_db()
    return proposal.contract
