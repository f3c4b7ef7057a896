"""What happened in the play, counted from the books and the rows, told in French."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from activities.enums import ActivityState, ExpenseState
from activities.models import Activity, Expense
from core.models import Cooperative, DocumentJob, OutboxMessage
from core.money import ZERO
from core.tenancy import tenant_scope
from governance.selectors import register_totals
from invoicing.enums import OPEN_STATES, DocumentKind, InvoiceState
from invoicing.models import Client, Invoice, IssuedDocument, Reminder
from ledger.checks import check_books
from ledger.enums import Fund
from ledger.models import Budget
from ledger.selectors import account_balance, fund_balance
from ledger.treasury.enums import MatchState, PayoutKind, PayoutState
from ledger.treasury.models import BankStatement, BankTransaction, Payout
from members.enums import Role
from members.models import Person, RoleGrant
from payroll.enums import ContractState, ContractType, DeclarationState
from payroll.models import Declaration, EmploymentContract, PayException, PayItem, Payslip
from smart.demo import cast

LOG_INS = (
    ("membre", "member"),
    ("conseillère", "adviser"),
    ("responsable de conseil", "adviser_lead"),
    ("gestion de la paie", "payroll_admin"),
    ("gestion de la paie, second regard", "payroll_admin"),
    ("finances", "finance"),
    ("finances, second regard", "finance"),
    ("recouvrement", "credit_controller"),
    ("administration", "coop_admin"),
    ("contrôle, en lecture seule", "auditor"),
    ("une cliente", "client_contact"),
)
"""Who signs in, in French, with the role; the second of a role is the colleague."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """An account of the demonstration: who it is, the role that it holds, how it signs in."""

    who: str
    role: str
    email: str
    password: str


def log_ins() -> list[LogIn]:
    """One account per role, and a colleague where a second person is needed."""
    found = []
    for place, (who, role) in enumerate(LOG_INS):
        colleagues = [member.email for member in (*cast.STAFF, cast.CONTACT) if role in member.roles]
        nth = sum(other == role for _who, other in LOG_INS[:place])
        email = cast.members(1, 1)[0].email if role == Role.MEMBER else colleagues[nth]
        found.append(LogIn(who, role, email, cast.PASSWORD))
    return found


def summary(cooperative: Cooperative, until: date) -> list[str]:
    """The lines of the summary, as of a day."""
    with tenant_scope(cooperative):
        lines = [
            f"{cooperative.name}, jusqu'au {until:%d/%m/%Y}",
            *_people(),
            *_sales(until),
            *_budgets(),
            *_work(),
            *_bank(),
        ]
    report = check_books()
    verdict = "en ordre" if report.ok else f"{len(report.breaks)} ANOMALIES"
    lines.append(
        _line(
            "Contrôle des livres",
            f"{verdict}: {report.entries} écritures, {report.lines} lignes, {report.budgets} budgets",
        )
    )
    lines += [
        f"  ! {slug} {broken.code} {broken.subject}: {broken.detail}" for slug, broken in report.breaks[:10]
    ]
    return lines


def _people() -> list[str]:
    members, contacts = (
        RoleGrant.objects.filter(role=role).values("person").distinct().count()
        for role in (Role.MEMBER, Role.CLIENT_CONTACT)
    )
    activities = _by_state(Activity.objects.all())
    register = register_totals()
    capital = -account_balance("110")
    return [
        _line("Membres", f"{members}, et {Person.objects.count() - members - contacts} permanent·es"),
        _line(
            "Activités",
            f"{sum(activities.values())}, dont {activities.get(ActivityState.OPEN, 0)} ouvertes et "
            f"{activities.get(ActivityState.REQUESTED, 0)} à valider",
        ),
        _line(
            "Parts sociales",
            f"{register['shares']} parts, {register['holders']} sociétaires, "
            f"{euro(Decimal(register['amount']))} au registre, "
            f"{euro(capital)} au compte 110",
        ),
    ]


def _sales(until: date) -> list[str]:
    issued = IssuedDocument.objects.filter(kind=DocumentKind.INVOICE)
    given_back = IssuedDocument.objects.filter(kind=DocumentKind.CREDIT_NOTE)
    turnover = _sum(issued, F("net")) - _sum(given_back, F("net"))
    levy = _sum(issued, F("levy")) - _sum(given_back, F("levy"))
    drafts = Invoice.objects.filter(state=InvoiceState.DRAFT).count()
    disputed = Invoice.objects.filter(disputed_on__isnull=False).count()
    open_now = Invoice.objects.filter(state__in=OPEN_STATES)
    late = open_now.filter(due_on__lt=until)
    left = F("total") - F("credited") - F("paid")
    return [
        _line("Client·es", f"{Client.objects.count()}"),
        _line(
            "Factures",
            f"{issued.count()} émises, {given_back.count()} notes de crédit, {drafts} brouillons, "
            f"{disputed} contestée",
        ),
        _line("Chiffre d'affaires", f"{euro(turnover)} hors TVA"),
        _line("Prélèvement mutualisé", euro(levy)),
        _line(
            "Créances",
            f"{open_now.count()} factures ouvertes, {euro(_sum(open_now, left))}, "
            f"dont {late.count()} en retard, {euro(_sum(late, left))}",
        ),
        _line("Rappels", f"{Reminder.objects.count()}"),
    ]


def _budgets() -> list[str]:
    budgets = Budget.objects.exclude(balance=0)
    held, set_aside = _sum(budgets, F("balance")), _sum(budgets, F("reserved"))
    expenses = Expense.objects.filter(state=ExpenseState.APPROVED)
    waiting = Expense.objects.filter(state=ExpenseState.SUBMITTED).count()
    return [
        _line("Marge du coefficient", euro(_sum(PayItem.objects.all(), F("margin")))),
        _line("Pot commun", euro(fund_balance(Fund.POT))),
        _line(
            "Budgets",
            f"{euro(held)} sur {budgets.count()} Activités, dont {euro(set_aside)} réservés",
        ),
        _line(
            "Frais", f"{expenses.count()} acceptés, {euro(_sum(expenses, F('amount')))}; {waiting} à valider"
        ),
    ]


def _work() -> list[str]:
    contracts = EmploymentContract.objects.all()
    kinds = _counts(contracts, "contract_type")
    states = _by_state(contracts)
    declarations = _by_state(Declaration.objects.all())
    items = PayItem.objects.aggregate(
        n=Count("pk"), gross=Sum("gross", default=ZERO), net=Sum("net", default=ZERO)
    )
    slips = Payslip.objects.values("month").annotate(n=Count("pk"), net=Sum("net")).order_by("month")
    return [
        _line(
            "Contrats",
            f"{contracts.count()} ({_words(kinds, ContractType)}): {_words(states, ContractState)}",
        ),
        _line(
            "Déclarations DIMONA", f"{sum(declarations.values())}: {_words(declarations, DeclarationState)}"
        ),
        _line("Décomptes", f"{items['n']}, brut {euro(items['gross'])}, net {euro(items['net'])}"),
        _line("Exceptions de paie", f"{PayException.objects.filter(resolved_at=None).count()}"),
        *(
            _line(f"Fiches de paie {slip['month']:%m/%Y}", f"{slip['n']}, net {euro(slip['net'])}")
            for slip in slips
        ),
    ]


def _bank() -> list[str]:
    wages = Payout.objects.filter(kind=PayoutKind.WAGE)
    paid, open_now = wages.filter(state=PayoutState.PAID), wages.filter(state=PayoutState.OPEN)
    unknown = BankTransaction.objects.filter(state=MatchState.UNIDENTIFIED)
    jobs = _by_state(DocumentJob.objects.all())
    dead = OutboxMessage.objects.filter(state="dead").count()
    return [
        _line(
            "Salaires versés",
            f"{paid.count()}, {euro(_sum(paid, F('amount')))}; à venir: {open_now.count()}, "
            f"{euro(_sum(open_now, F('amount')))}",
        ),
        _line(
            "Banque",
            f"{BankStatement.objects.count()} extraits, solde {euro(account_balance('550'))}, "
            f"{unknown.count()} lignes à identifier, "
            f"{Payout.objects.filter(state=PayoutState.RETURNED).count()} virement retourné",
        ),
        _line(
            "Documents",
            f"{sum(jobs.values())} demandés, {jobs.get('done', 0)} rendus, les autres en arrière-plan",
        ),
        _line("Nouvelles en échec", f"{dead}"),
    ]


def euro(amount: Decimal) -> str:
    """An amount as French readers write it: 1 234,56 €."""
    return f"{amount:,.2f} €".replace(",", " ").replace(".", ",")


def _line(label: str, text: str) -> str:
    return f"  {label:<26}{text}"


def _by_state(rows: QuerySet[Any]) -> dict[str, int]:
    return _counts(rows, "state")


def _counts(rows: QuerySet[Any], field: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(field).annotate(n=Count("pk")))


def _words(counts: dict[str, int], names: Any) -> str:
    """Counts with the words of their closed list, in its order."""
    return ", ".join(f"{counts[name.value]} {name.label}" for name in names if counts.get(name.value))


def _sum(rows: QuerySet[Any], expression: Any) -> Decimal:
    total: Decimal = rows.aggregate(total=Sum(expression, default=ZERO))["total"]
    return total
