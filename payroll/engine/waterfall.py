"""From what a client pays to what the worker receives, step by step, and back (DOMAIN §5).

`invoice_to_net` follows the Contract tool: levy, expenses, then the whole rest becomes salary.
`net_to_invoice` finds the smallest invoice that gives at least a wanted net.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import CENT, ZERO, in_cents, r
from payroll.engine.employer import EmploymentCost, employment_cost, largest_gross
from payroll.engine.errors import BudgetTooSmall, InvalidAmount, NetOutOfReach
from payroll.engine.inversion import Point, pieces, smallest_at_least
from payroll.engine.month import Settlement, gross_to_net
from payroll.engine.statutory import Figures
from payroll.engine.types import LineKind, PayInput, Situation, WorkerType

HIGHEST_INVOICE = Decimal("10000000.00")
"""The inverse looks no further than this invoice amount."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a waterfall depends on beside the amount: policies in force, contract, hours, family, dates.

    `levy_rate` and `multiplier` are the cooperative's policies; `hours` the paid hours of the contract,
    alone in its month; `vat_rate` only adds the steps above the amount excluding VAT.
    """

    levy_rate: Decimal
    multiplier: Decimal
    worker_type: WorkerType
    hours: Decimal
    work_month: date
    paid_on: date
    situation: Situation = Situation()
    flat_tax: bool = False
    vat_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the waterfall. `kind` says whether it is taken away or is a level that is reached.

    `to` names who gets it: state, pot, insurer, holiday, expenses, budget, worker; empty for a level.
    """

    code: str
    label: str
    amount: Decimal
    kind: LineKind = LineKind.EXPLAINS
    to: str = ""
    base: Decimal | None = None
    rate: Decimal | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """An invoice amount all the way down: `amount = levy + expenses + left_over + employment_budget`.

    `budget` is the amount less the levy. `left_over` are the cents that no gross could use.
    """

    amount: Decimal
    levy: Decimal
    budget: Decimal
    expenses: Decimal
    cost: EmploymentCost
    pay: Settlement
    left_over: Decimal
    steps: tuple[Step, ...]

    @property
    def gross(self) -> Decimal:
        """Gross salary."""
        return self.cost.gross

    @property
    def employment_budget(self) -> Decimal:
        """What the gross costs the Activity."""
        return self.cost.budget

    @property
    def margin(self) -> Decimal:
        """Part of the employment budget that goes to the common pot."""
        return self.cost.margin

    @property
    def net(self) -> Decimal:
        """What the worker receives."""
        return self.pay.amounts.net


def invoice_to_net(amount: Decimal, expenses: Decimal, terms: Terms, figures: Figures) -> Waterfall:
    """The waterfall of an amount excluding VAT: 1,000.00 with 100.00 of expenses gives a net of 468.30.

    Raises `BudgetTooSmall` when levy and expenses leave nothing for a salary, and the refusals of the pay.
    """
    if amount <= 0:
        raise InvalidAmount(value=amount, field="amount")
    if expenses < 0:
        raise InvalidAmount(value=expenses, field="expenses")
    levy = r(amount * terms.levy_rate)
    budget = amount - levy
    if budget - expenses <= 0:
        raise BudgetTooSmall(budget=budget - expenses)
    gross = largest_gross(budget - expenses, terms.multiplier)
    cost = employment_cost(terms.worker_type, gross, terms.multiplier, terms.work_month, figures)
    pay = gross_to_net(
        terms.worker_type,
        gross,
        terms.hours,
        work_month=terms.work_month,
        paid_on=terms.paid_on,
        situation=terms.situation,
        figures=figures,
        flat_tax=terms.flat_tax,
    )
    left_over = budget - expenses - cost.budget
    steps = (
        *_invoice_steps(amount, levy, budget, expenses, left_over, terms),
        *_cost_steps(cost),
        *_pay_steps(pay),
    )
    return Waterfall(amount, levy, budget, expenses, cost, pay, left_over, steps)


def net_to_invoice(net: Decimal, expenses: Decimal, terms: Terms, figures: Figures) -> Waterfall:
    """The waterfall of the smallest invoice whose net is at least the wanted one, also where a table has a
    step (`payroll.engine.inversion`).

    Raises `InvalidAmount`, `NetOutOfReach` and the refusals of the pay.
    """
    if net <= 0:
        raise InvalidAmount(value=net, field="net")
    item = PayInput(terms.worker_type, ZERO, terms.hours, terms.work_month, terms.paid_on, terms.flat_tax)
    piece_of = pieces(item, terms.situation, figures)

    def at(cents: int) -> Point:
        try:
            found = invoice_to_net(CENT * cents, expenses, terms, figures)
        except BudgetTooSmall:
            return Point(-CENT, None)
        return Point(found.net, piece_of(found.pay))

    limit = in_cents(HIGHEST_INVOICE)
    low = max(1, min(in_cents(net + expenses) - 1, limit))
    high = min(2 * low + 100, limit)
    while at(high).value < net:
        if high == limit:
            raise NetOutOfReach(net=net, limit=HIGHEST_INVOICE)
        high = min(2 * high, limit)
    cents = smallest_at_least(at, net, low, high)
    assert cents is not None  # the upper end gives the net
    return invoice_to_net(CENT * cents, expenses, terms, figures)


def _invoice_steps(
    amount: Decimal, levy: Decimal, budget: Decimal, expenses: Decimal, left_over: Decimal, terms: Terms
) -> Sequence[Step]:
    steps = []
    taken = LineKind.WITHHELD
    if terms.vat_rate is not None:
        vat = r(amount * terms.vat_rate)
        steps.append(Step("paid_by_client", "Payé par le client, TVA comprise", amount + vat))
        steps.append(Step("vat", "TVA", vat, taken, "state", amount, terms.vat_rate))
    steps.append(Step("amount", "Montant facturé hors TVA", amount))
    steps.append(Step("levy", "Prélèvement mutualisé", levy, taken, "pot", amount, terms.levy_rate))
    steps.append(Step("budget", "Budget de l'Activité", budget))
    if expenses:
        steps.append(Step("expenses", "Frais", expenses, taken, "expenses"))
    if left_over:
        steps.append(Step("left_over", "Centimes laissés dans le budget", left_over, taken, "budget"))
    return steps


def _cost_steps(cost: EmploymentCost) -> Sequence[Step]:
    steps = [
        Step(
            "employment_budget",
            "Budget emploi",
            cost.budget,
            base=cost.gross,
            rate=cost.multiplier,
        )
    ]
    recipients = {"onss": "state", "onva": "holiday", "exit_holiday": "holiday", "insurer": "insurer"}
    steps += [
        Step(
            line.code,
            line.label,
            line.amount,
            LineKind.WITHHELD,
            recipients[line.creditor],
            line.base,
            line.rate,
            line.source,
        )
        for line in cost.lines
    ]
    margin = "Marge du coefficient, au pot commun"
    steps.append(Step("margin", margin, cost.margin, LineKind.WITHHELD, "pot"))
    return steps


def _pay_steps(pay: Settlement) -> Sequence[Step]:
    shown = ("gross", "onss", "work_bonus_a", "work_bonus_b", "taxable", "withholding_tax")
    steps = []
    for line in pay.lines:
        if line.code in (*shown, "special_contribution", "net"):
            level = line.code in ("gross", "taxable", "net")
            kind = LineKind.EXPLAINS if level else line.kind
            to = "" if level else ("worker" if kind is LineKind.ADDS else "state")
            steps.append(
                Step(line.code, line.label, line.amount, kind, to, line.base, line.rate, line.source)
            )
    return steps
