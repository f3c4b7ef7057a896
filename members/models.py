"""People of a cooperative, what they may do there, and who accompanies them."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from core.fields import TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from ledger.models import Party
from members.enums import Disclosed, FamilyStatus, Language, NoteKind, Role, SpouseIncome
from members.types import MOST_PEOPLE


class Office(TenantModel):
    """A place where advisers receive members."""

    name = models.CharField(max_length=60)
    postal_code = models.CharField(max_length=10)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="members_office_name"),)

    def __str__(self) -> str:
        return self.name


class Person(TenantModel):
    """A human registered in the cooperative: the same row whether member, worker, shareholder, adviser or
    client.

    `user` is the account that signs in as this person (one person per account and cooperative). Roles are
    dated rows of `RoleGrant`, the family situation dated rows of `FamilySituation`, the national number
    stands apart, encrypted. `search_key` and `search_key_first` are the name without accents and case, in
    both orders.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    party = TenantOneToOneField(Party)
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.FR)
    birth_date = models.DateField(null=True)
    iban = models.CharField(max_length=34, blank=True)
    street = models.CharField(max_length=80, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, default="BE")
    adviser = TenantForeignKey("members.Person", null=True, db_index=False)
    backup_adviser = TenantForeignKey("members.Person", null=True, db_index=False)
    office = TenantForeignKey(Office, null=True)
    joined_on = models.DateField()
    search_key = models.CharField(max_length=121, db_collation="C")
    search_key_first = models.CharField(max_length=121, db_collation="C")

    class Meta:
        ordering = ("search_key", "id")
        constraints = (
            models.UniqueConstraint(fields=["tenant", "user"], name="members_person_user"),
            models.CheckConstraint(
                condition=~Q(adviser=F("id")) & ~Q(backup_adviser=F("id")),
                name="members_person_not_own_adviser",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "search_key"], name="members_person_name"),
            models.Index(fields=["tenant", "search_key_first"], name="members_person_first"),
            models.Index(fields=["tenant", "adviser", "search_key"], name="members_person_adviser"),
            models.Index(fields=["tenant", "backup_adviser"], name="members_person_backup"),
        )

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def address(self) -> str:
        """Street, postal code and city on one line."""
        return ", ".join(filter(None, (self.street, f"{self.postal_code} {self.city}".strip())))

    @cached_property
    def latest_family_situation(self) -> FamilySituation | None:
        """The situation entered for the latest day. What counts for tax is
        `selectors.family_situation(person, on)`.
        """
        return FamilySituation.objects.filter(person=self).order_by("-valid_from", "-id").first()

    @property
    def family_status(self) -> str:
        """Status of the latest situation; single where none was given."""
        latest = self.latest_family_situation
        return latest.status if latest else FamilyStatus.SINGLE

    @property
    def children(self) -> int:
        """Children in charge in the latest situation."""
        latest = self.latest_family_situation
        return latest.children if latest else 0

    @property
    def single_parent(self) -> bool:
        """Whether the latest situation is that of a single parent."""
        latest = self.latest_family_situation
        return latest.single_parent if latest else False


class FamilySituation(TenantModel):
    """A person's family situation from a day on. Never changed: the row entered last for the latest start
    wins, so that pay computed before a correction keeps its reason. Columns: see `members.types.Family`.
    """

    append_only = True

    person = TenantForeignKey(Person, db_index=False)
    valid_from = models.DateField()
    status = models.CharField(max_length=20, choices=FamilyStatus.choices)
    children = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_PEOPLE)])
    single_parent = models.BooleanField(default=False)
    disabled_children = models.SmallIntegerField(default=0, db_default=0)
    disabled = models.BooleanField(default=False, db_default=False)
    spouse_disabled = models.BooleanField(default=False, db_default=False)
    aged_dependants = models.SmallIntegerField(default=0, db_default=0)
    other_dependants = models.SmallIntegerField(default=0, db_default=0)
    spouse_income = models.CharField(
        max_length=10, choices=SpouseIncome.choices, default=SpouseIncome.NOT_SMALL, db_default=""
    )
    spouse_net = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(single_parent=False) | (Q(status=FamilyStatus.SINGLE) & Q(children__gt=0)),
                name="members_family_single_parent",
            ),
            models.CheckConstraint(
                condition=Q(
                    disabled_children__gte=0,
                    disabled_children__lte=F("children"),
                    aged_dependants__gte=0,
                    other_dependants__gte=0,
                ),
                name="members_family_dependants",
            ),
            models.CheckConstraint(
                condition=Q(spouse_disabled=False) | ~Q(status=FamilyStatus.SINGLE),
                name="members_family_spouse",
            ),
            models.CheckConstraint(
                condition=Q(spouse_income=SpouseIncome.NOT_SMALL, spouse_net__isnull=True)
                | Q(
                    ~Q(spouse_income=SpouseIncome.NOT_SMALL),
                    status=FamilyStatus.MARRIED_TWO_INCOMES,
                    spouse_net__gte=0,
                ),
                name="members_family_spouse_income",
            ),
        )
        indexes = (models.Index(fields=["tenant", "person", "-valid_from"], name="members_family_person"),)

    def __str__(self) -> str:
        return f"{self.status} from {self.valid_from}"


class NationalNumber(TenantModel):
    """A person's national number, encrypted with the key `key_id`. `index` finds duplicates inside the
    tenant; it comes from the key `index_key_id` (empty: from before it was noted). `masked` may be shown.
    """

    person = TenantOneToOneField(Person)
    key_id = models.CharField(max_length=20)
    ciphertext = models.BinaryField()
    index = models.CharField(max_length=64)
    index_key_id = models.CharField(max_length=20, default="", db_default="")
    masked = models.CharField(max_length=20)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "index"], name="members_nationalnumber_index"),
        )

    def __str__(self) -> str:
        return self.masked


class RoleGrant(TenantModel):
    """A role that a person holds from `valid_from` until the day before `valid_to` (empty: until ended).

    Given by somebody else, always; `granted_by` is empty when the product gave it (joining, loading).
    """

    person = TenantForeignKey(Person, db_index=False)
    role = models.CharField(max_length=20, choices=Role.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    granted_by = TenantForeignKey(Person, null=True, db_index=False)
    granted_by_label = models.CharField(max_length=120)
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-valid_from", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="members_rolegrant_dates",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("person")),
                name="members_rolegrant_by_another",
            ),
            models.UniqueConstraint(
                fields=["tenant", "person", "role"],
                condition=Q(valid_to__isnull=True),
                name="members_rolegrant_one_open",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "person", "role"], name="members_role_person"),
            models.Index(fields=["tenant", "role", "valid_from"], name="members_role_role"),
        )

    def __str__(self) -> str:
        return f"{self.role} from {self.valid_from}"

    def holds_on(self, day: date) -> bool:
        """Whether the role is held on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class AdviserNote(TenantModel):
    """What an adviser wrote about a member, and what to come back to. Append-only.

    `follow_up_on` asks to come back on a day; a later note that `closes` this one says that it is done.
    """

    append_only = True

    person = TenantForeignKey(Person, db_index=False)
    author = TenantForeignKey(Person, db_index=False)
    kind = models.CharField(max_length=10, choices=NoteKind.choices, default=NoteKind.NOTE)
    text = models.TextField(max_length=4000)
    written_on = models.DateField()
    follow_up_on = models.DateField(null=True)
    closes = TenantForeignKey("members.AdviserNote", null=True, db_index=False)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant", "closes"], name="members_note_closed_once"),)
        indexes = (
            models.Index(fields=["tenant", "person", "-id"], name="members_note_person"),
            models.Index(
                fields=["tenant", "author", "follow_up_on"],
                condition=Q(follow_up_on__isnull=False),
                name="members_note_follow_up",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.written_on}"


class AccessLog(TenantModel):
    """A read of a national number or a payslip by staff: who, of whom, what, why. Append-only; the person
    sees it.
    """

    append_only = True

    at = models.DateTimeField(default=timezone.now)
    reader = TenantForeignKey(Person, null=True, db_index=False)
    reader_label = models.CharField(max_length=120)
    reader_user_id = models.BigIntegerField(null=True)
    person = TenantForeignKey(Person, db_index=False)
    what = models.CharField(max_length=20, choices=Disclosed.choices)
    source_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=200)

    class Meta:
        indexes = (
            models.Index(fields=["tenant", "person", "-id"], name="members_access_person"),
            models.Index(fields=["tenant", "-id"], name="members_access_recent"),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"
