"""People: staff and members sign up, Activities are asked for and opened, expenses handed in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from activities.enums import ActivityState, ExpenseState, Tool
from activities.models import Activity, Expense
from activities.services import (
    approve_activity,
    approve_expense,
    refuse_expense,
    request_activity,
    submit_expense,
)
from core.files import store_file
from core.models import User
from core.money import r
from core.types import Actor
from governance.enums import ShareCategory
from governance.services import subscribe_shares
from members.enums import Role
from members.models import Office
from members.services import grant_role, join_cooperative, place_in_office, register_person
from smart.demo import cast
from smart.demo.receipts import receipt_pdf
from smart.demo.stage import Stage

FIRST_WAVE = Decimal("0.4")
"""Share of the members who sign up on the first day; the others follow over a week."""
WAVES = 6
EXPENSES = (
    ("travel", "Train Bruxelles-Liège, répétition", "38.40", "0.06"),
    ("material", "Cordes, papier et encres", "121.00", "0.21"),
    ("office", "Abonnement logiciel", "30.25", "0.21"),
    ("lodging", "Nuitée, tournée à Namur", "92.00", "0.06"),
    ("services", "Location de matériel son", "326.70", "0.21"),
    ("restaurant", "Repas avec le client", "64.50", "0.12"),
    ("car", "Essence, transport du décor", "58.60", "0.21"),
    ("other", "Petites fournitures", "18.15", "0.21"),
)
"""What is spent: category, text, amount including VAT, rate of the VAT in it."""


def open_the_house(stage: Stage) -> None:
    """The staff of the first day: an administrator, who gives every other role, and the advisers' offices."""
    system = Actor.system("installation")
    administrator, *others = sorted(cast.STAFF, key=lambda member: "coop_admin" not in member.roles)
    offices = {office.name: office for office in Office.objects.all()}
    for member in (administrator, *others):
        person = register_person(
            first_name=member.first_name,
            last_name=member.last_name,
            email=member.email,
            user=account(member.email),
            joined_on=stage.today,
            actor=system,
            street="Rue Émile Féron 70",
            postal_code="1060",
            city="Bruxelles",
        )
        giver = system if member is administrator else stage.actor(administrator.email)
        for role in member.roles:
            grant_role(person=person, role=Role(role), valid_from=stage.today, actor=giver)
        place_in_office(person=person, office=offices[member.office], actor=giver)
        subscribe_shares(
            person=person,
            shares=1,
            subscribed_on=stage.today,
            actor=stage.actor(member.email),
            category=ShareCategory.B,
        )


def account(email: str) -> User:
    """An account that signs in with the printed password, its e-mail address verified."""
    user: User = User.objects.create_user(email)
    user.password = encoded_password()
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@cache
def encoded_password() -> str:
    """The demonstration's password as kept: one Argon2 run serves every account."""
    return make_password(cast.PASSWORD)


def newcomers(stage: Stage) -> list[cast.Member]:
    """Who signs up today: two in five on the first day, the others in waves."""
    if not stage.is_working:
        return []
    first = int(len(stage.members) * FIRST_WAVE) or 1
    if stage.index == 0:
        return stage.members[:first]
    return stage.members[first:][stage.index - 1 :: WAVES] if stage.index <= WAVES else []


def sign_up(stage: Stage) -> None:
    """Members join and say who they are; most subscribe to shares."""
    for member in newcomers(stage):
        user = account(member.email)
        person = join_cooperative(
            user=user,
            joined_on=stage.today,
            actor=Actor("user", member.email, user.pk),
            first_name=member.first_name,
            last_name=member.last_name,
            national_number=member.national_number,
            iban=member.iban,
            street=member.street,
            postal_code=member.postal_code,
            city=member.city,
            phone=f"+32 470 {stage.members.index(member) + 10:02} 12 34",
            family_status=member.family_status,
            children=member.children,
            single_parent=member.single_parent and bool(member.children) and member.family_status == "single",
        )
        if member.shares:
            subscribe_shares(
                person=person,
                shares=member.shares,
                subscribed_on=stage.today,
                actor=stage.actor(member.email),
            )


def ask_for_activities(stage: Stage) -> None:
    """The first Activity on the day of joining, a second one five working days later."""
    for member in stage.members:
        person = stage.person(member.email)
        if person is None:
            continue
        joined = person.joined_on
        for place, (name, tool) in enumerate(member.activities):
            if _asked_on(stage, joined, place) == stage.today:
                request_activity(
                    person=person,
                    name=name,
                    tool=Tool(tool),
                    function_code=member.function,
                    entity_code="FA" if member.function == "formation" else "PA",
                    requested_on=stage.today,
                    actor=stage.actor(member.email),
                )


def leave_something_to_do(stage: Stage) -> None:
    """The last morning: an Activity and expenses above the threshold wait for an adviser."""
    ready = stage.open_activities()
    it = ready[0]
    request_activity(
        person=it.person,
        name="Résidence d'hiver",
        tool=Tool.ACTIVITY,
        function_code=it.member.function,
        entity_code="PA",
        requested_on=stage.today,
        actor=it.actor,
    )
    able = [it for it in ready if it.activity.budget.available > 400]
    for it in able[:3]:
        total = Decimal("302.50") + it.place
        vat = r(total * 21 / 121)
        content = receipt_pdf("Location d'une salle", total, vat, stage.today)
        submit_expense(
            activity_id=it.activity_id,
            person=it.person,
            category="services",
            amount_incl_vat=total,
            vat_amount=vat,
            incurred_on=stage.today,
            text="Location d'une salle",
            actor=it.actor,
            today=stage.today,
            receipt=store_file(content, name="salle.pdf", content_type="application/pdf"),
        )


def _asked_on(stage: Stage, joined: date, place: int) -> date:
    return stage.working_day(stage.script.working_days.index(joined) + 5 * place)


def answer_requests(stage: Stage) -> None:
    """Advisers open what was asked for on an earlier day; what came today waits in their queue."""
    for activity in Activity.objects.filter(
        state=ActivityState.REQUESTED, requested_on__lt=stage.today
    ).order_by("pk"):
        adviser = stage.staff("adviser", 1) if activity.adviser_id is None else None
        if adviser is None:
            adviser = _adviser(stage, activity)
        approve_activity(activity_id=activity.pk, on=stage.today, actor=adviser)


def _adviser(stage: Stage, activity: Activity) -> Actor:
    person = next(
        person
        for person in (stage.person(member.email) for member in cast.STAFF)
        if person is not None and person.pk == activity.adviser_id
    )
    return stage.actor(person.email)


def hand_in_expenses(stage: Stage) -> None:
    """Two members a day hand in what they spent, with a receipt; small amounts are paid at once."""
    draw = stage.draw("expenses")
    chosen = [it for it in stage.open_activities() if it.activity.tool == Tool.ACTIVITY]
    draw.shuffle(chosen)
    handed_in = 0
    for it in chosen:
        category, text, amount, rate = draw.choice(EXPENSES)
        total = Decimal(amount) + draw.randint(0, 30)
        vat = r(total * Decimal(rate) / (1 + Decimal(rate)))
        if it.activity.budget.available < total * 3:
            continue
        content = receipt_pdf(text, total, vat, stage.today)
        submit_expense(
            activity_id=it.activity_id,
            person=it.person,
            category=category,
            amount_incl_vat=total,
            vat_amount=vat,
            incurred_on=stage.today,
            text=text,
            actor=it.actor,
            today=stage.today,
            receipt=store_file(content, name=f"recu-{stage.today}.pdf", content_type="application/pdf"),
        )
        it.activity.budget.refresh_from_db()
        handed_in += 1
        if handed_in == 2:
            return


def answer_expenses(stage: Stage) -> None:
    """Advisers look at the expenses above the threshold of earlier days: one in five is sent back."""
    draw = stage.draw("answers")
    waiting = Expense.objects.filter(state=ExpenseState.SUBMITTED, submitted_on__lt=stage.today)
    for expense in waiting.order_by("pk"):
        adviser = stage.staff("adviser", 2)
        if draw.random() < 0.2:
            reason = "Le reçu ne montre pas le nom du fournisseur: demandez une facture."
            refuse_expense(expense_id=expense.pk, on=stage.today, reason=reason, actor=adviser)
        else:
            approve_expense(expense_id=expense.pk, on=stage.today, actor=adviser)
