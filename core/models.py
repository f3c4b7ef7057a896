"""The house's own tables: tenants and accounts (global), and what every tenant's rows lean on."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.base import ModelState
from django.db.models.signals import class_prepared
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.enums import DocumentState, OutboxState, RateStatus
from core.fields import AppendOnly, RowSecurity, TenantForeignKey, TenantOneToOneField, TenantReference
from core.tenancy import current_tenant_id
from core.uuid7 import uuid7


class Cooperative(models.Model):
    """A tenant: one country's shared enterprise. Global; `slug` is the first segment of every address.

    `clock_offset` is added to the real time to give the cooperative's own time (zero in production).
    """

    id = models.SmallIntegerField(primary_key=True)
    slug = models.SlugField(max_length=8, unique=True)
    name = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    languages = models.JSONField(default=list)
    clock_offset = models.DurationField(default=timedelta)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Accounts are found and made by e-mail address, in lower case."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """Make an account; without a password it can only be entered through a reset link."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        """Make an account that may read the administration pages."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """An account that signs in. Global: what is known of the human stands on Person, per cooperative."""

    email = models.EmailField(unique=True)
    language = models.CharField(max_length=2, default="fr")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email


class ApiToken(models.Model):
    """A personal access token for REST. Global; of one account in one cooperative, kept as a digest."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    scopes = models.JSONField(default=list, db_default=[])

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(text: str) -> str:
        """How the text of a token is kept: its SHA-256."""
        return hashlib.sha256(text.encode()).hexdigest()


class TenantModel(models.Model):
    """Base of every table that belongs to a tenant.

    Subclasses get row-level security, the key (tenant, id) and tenant-wide foreign keys without asking:
    a table cannot be forgotten. `append_only = True` also refuses every later change.
    """

    append_only: ClassVar[bool] = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(
        Cooperative,
        on_delete=models.PROTECT,
        default=current_tenant_id,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        abstract = True

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs know an argument of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """A row that was read, made without the constructor, which looks at each column in turn: five times
        as fast. Columns that were not read are read when asked for, as ever; no tenant table waits for
        `post_init`.
        """
        row = cls.__new__(cls)
        row._state = ModelState()
        row._state.adding, row._state.db = False, db
        row.__dict__.update(zip(field_names, values, strict=True))
        return row


@receiver(class_prepared)
def add_tenant_constraints(sender: type[models.Model], **_: Any) -> None:
    """Give each concrete tenant table its wall, as constraints that migrations carry."""
    if not issubclass(sender, TenantModel) or sender._meta.abstract:
        return
    meta = sender._meta
    table = meta.db_table
    extra: list[models.BaseConstraint] = [
        RowSecurity(name=f"{table}_tenant"),
        models.UniqueConstraint(fields=["tenant", "id"], name=f"{table}_tenant_key"),
    ]
    extra += [
        TenantReference(field=field.name, name=f"{table}_{field.name}_ref")
        for field in meta.local_fields
        if isinstance(field, TenantForeignKey | TenantOneToOneField)
    ]
    if sender.append_only:
        extra.append(AppendOnly(name=f"{table}_append_only"))
    meta.constraints = [*meta.constraints, *extra]
    meta.original_attrs["constraints"] = meta.constraints


class PolicyRate(TenantModel):
    """A dated policy of the cooperative (levy, multiplier, pay delay, …): the latest start on or before a
    date wins.

    Never changed once entered: another value gets another start. `valid_to` ends a policy without a
    successor.
    """

    append_only = True

    key = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    value = models.JSONField()
    source = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=RateStatus.choices)
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "key", "valid_from"], name="core_policyrate_one_start"),
        )

    def __str__(self) -> str:
        return f"{self.key} from {self.valid_from}"


class AuditEvent(TenantModel):
    """Who did what to which row, and when. Append-only; `data` holds references, codes and amounts."""

    append_only = True

    at = models.DateTimeField(default=timezone.now)
    actor_kind = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=120)
    user_id = models.BigIntegerField(null=True)
    person_id = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    data = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["tenant", "subject_id", "at"], name="core_audit_subject"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type}"


class OutboxMessage(TenantModel):
    """News of a committed act, to be carried to whoever subscribed to its topic, at least once, in order per
    subject.
    """

    topic = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=OutboxState.choices, default=OutboxState.PENDING)
    attempt = models.PositiveIntegerField(default=0)
    available_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["tenant", "id"],
                condition=models.Q(state__in=("pending", "sent")),
                name="core_outbox_open",
            ),
            models.Index(
                fields=["tenant", "subject_id", "id"],
                condition=models.Q(state__in=("pending", "sent")),
                name="core_outbox_subject",
            ),
            models.Index(fields=["tenant", "-id"], condition=models.Q(state="dead"), name="core_outbox_dead"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.subject_id}"


class StoredFile(TenantModel):
    """A file kept by content: the bytes lie at <media>/<tenant>/<sha256>."""

    append_only = True

    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["tenant", "sha256"], name="core_file_sha"),)

    def __str__(self) -> str:
        return self.name


class DocumentJob(TenantModel):
    """A document to render (a PDF, an XML) and, once done, the file: one row per kind and source, ever.

    `lease_until`: while being made, how long nobody else takes it; while waiting, not before then.
    """

    kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=DocumentState.choices, default=DocumentState.PENDING)
    attempt = models.PositiveIntegerField(default=0)
    urgent = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True)
    file = TenantForeignKey(StoredFile, null=True)
    error = models.CharField(max_length=500, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "kind", "source_id"], name="core_documentjob_once"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "-urgent", "id"],
                condition=models.Q(state__in=("pending", "running")),
                name="core_document_open",
            ),
            models.Index(
                fields=["tenant", "-id"], condition=models.Q(state="failed"), name="core_document_dead"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}"


class IdempotencyRecord(TenantModel):
    """The first answer to a REST request that carried an Idempotency-Key, given again to each repeat."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64, verbose_name=_("hash of method, path and body"))
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "user_id", "key"], name="core_idempotency_key"),
        )

    def __str__(self) -> str:
        return self.key
