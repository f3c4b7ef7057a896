"""Which column says something about somebody, and in which processing of the register.

Every text, day, file and person in every table is classified. A new one fails until it is.
"""

from __future__ import annotations

from django.apps import apps
from django.db import models

from core.models import StoredFile, User
from core.privacy.processing import processing_register
from members.models import Person

M = "Membres et accompagnement"
F = "Facturation et recouvrement"
P = "Emploi et paie"
B = "Comptabilité et trésorerie"
S = "Comptes d’accès et sécurité"
X = "Extractions de listes"
NOBODY = "about nobody"

SORTS = (
    models.CharField, models.TextField, models.DateField, models.TimeField, models.JSONField,
    models.BinaryField, models.GenericIPAddressField, models.FileField,
)  # fmt: skip
"""Kinds of columns that can hold something about a person; addresses are texts, moments are days."""

POINTERS = (Person, User, StoredFile)
"""Tables to which a reference says something about a person, or may lead to it."""

NOT_OURS = {"auth", "contenttypes"}
"""Tables of Django that hold its own names."""

FIELDS: dict[str, dict[str, str]] = {
    # purchases
    "purchases.Supplier": {
        B: "name search_key vat_number legal_id endpoint country email created_at", NOBODY: "key",
    },
    "purchases.SupplierAccount": {
        B: "iban first_seen_on confirmed_on confirmed_by confirmation", NOBODY: "trust",
    },
    "purchases.SupplierDocument": {
        B: "number issued_on due_on content file received_on received_at",
        NOBODY: "origin kind currency findings digest",
    },
    "purchases.SupplierAttachment": {B: "file description"},
    "purchases.Purchase": {
        B: "number issued_on due_on iban reference text accepted_on accepted_by booked_on booked_by paid_on"
        " refused_on refused_by refusal_reason overridden_on overridden_by override_reason",
        NOBODY: "kind state category case nature rule_check broken_rules",
    },
    "purchases.PurchasePart": {B: "accepted_on accepted_by", NOBODY: "category"},
    "purchases.PurchaseHold": {},
    "purchases.PurchaseVat": {NOBODY: "case category"},
    "purchases.SetOff": {NOBODY: "on"},
    "purchases.SupplierAnswer": {
        B: "reason created_at sent_at", NOBODY: "code state error lease_until next_attempt_at",
    },
    # dues
    "dues.CreditorTerms": {B: "created_by created_at", NOBODY: "creditor valid_from iban reference source"},
    "dues.Due": {
        B: "created_by decided_by decided_on reason",
        NOBODY: "creditor kind account first last due_on reference state raised_on",
    },
    "dues.BodyStatement": {B: "created_by created_at", NOBODY: "creditor date file"},
    "dues.BodyLine": {B: "explanation explained_by", NOBODY: "date text reference state"},
    "dues.EntityParty": {},
    "dues.EntityTransfer": {
        B: "created_by decided_by reason document",
        NOBODY: "kind account on state",
    },
    # people
    "members.Office": {NOBODY: "name postal_code"},
    "members.Person": {
        M: "user first_name last_name email phone language birth_date iban street postal_code city country"
        " adviser backup_adviser joined_on search_key search_key_first",
    },
    "members.FamilySituation": {P: "person valid_from status entered_at spouse_income"},
    "members.NationalNumber": {P: "person ciphertext index masked", NOBODY: "key_id index_key_id"},
    "members.RoleGrant": {S: "person role valid_from valid_to granted_by granted_by_label granted_at"},
    "members.AdviserNote": {M: "person author kind text written_on follow_up_on written_at"},
    "members.AccessLog": {S: "at reader reader_label person what purpose"},
    "notices.Notice": {S: "person kind recipient subject body state written_at sent_at",
                       NOBODY: "lease_until error"},
    "privacy.PrivacyRequest": {M: "person kind state asked_at answered_at answer"},
    "activities.Function": {NOBODY: "code name isco"},
    "activities.Activity": {
        M: "name adviser description state review_reason refusal_reason requested_on opened_on closed_on",
        NOBODY: "tool variant",
    },
    "activities.ActivityHolder": {M: "person role"},
    "activities.Expense": {
        B: "person category text incurred_on receipt state submitted_on decided_on decided_by refusal_reason"
    },
    "governance.ShareSubscription": {M: "person category subscribed_on communication state paid_on"},
    "governance.ShareMovement": {M: "person category kind on"},
    # clients
    "invoicing.Client": {
        F: "kind name search_key vat_number enterprise_number street postal_code city country email phone"
        " language reference peppol_id person merged_on addresses_checked_on"
    },
    "invoicing.ClientContact": {F: "name function email phone language"},
    "invoicing.ClientDistinction": {NOBODY: "said_on"},
    "invoicing.ClientActivity": {},
    "vatreturns.VatReturn": {
        B: "approved_by approved_on file",
        NOBODY: "paper rhythm first last due_on state submitted_on lease_until reference answer answered_on"
        " paid_on",
    },
    "vatreturns.VatVersion": {B: "created_by created_at explanation", NOBODY: "grids accounts months"},
    "vatreturns.VatFigure": {B: "text date", NOBODY: "grid account source_type"},
    "vatreturns.ListedClient": {B: "vat_number name", NOBODY: "code corrects_first"},
    "guarantee.ClientLimit": {
        F: "valid_from reason state asked_on created_by decided_on decided_by created_at",
    },
    "registers.RegisterCheck": {
        F: "number state answered_on",
        NOBODY: "register next_attempt_at lease_until",
    },
    "registers.RegisterAnswer": {
        F: "number on at outcome name address consultation", NOBODY: "register reason source",
    },
    "invoicing.Invoice": {
        F: "state delivery_date buyer_reference note number communication issued_on due_on paid_on sent_on"
        " disputed_on dispute_reason created_at kind early_until"
    },
    "invoicing.InvoiceLine": {F: "description starts_on ends_on", NOBODY: "unit vat_code"},
    "invoicing.InvoiceAttachment": {F: "file name"},
    "invoicing.IssuedDocument": {
        F: "number issued_on reason content digest issued_at", NOBODY: "kind journal",
    },
    "invoicing.Payment": {F: "received_on text", NOBODY: "source_type"},
    "invoicing.ClientMessage": {
        F: "kind language recipient subject body document_ids written_on state sent_at",
        NOBODY: "lease_until error",
    },
    "invoicing.Reminder": {F: "sent_on", NOBODY: "law"},
    "einvoicing.Delivery": {
        F: "channel state receiver response reason requested_on sent_at settled_on created_at",
        NOBODY: "network_key reason_code lease_until next_attempt_at",
    },
    "einvoicing.DeliveryAnswer": {F: "text said_at heard_on", NOBODY: "level code reason_code"},
    "timesheets.TimeEntry": {F: "person day task text written_at"},
    "timesheets.InvoicedHours": {},
    "timesheets.TimeSheet": {F: "first_day last_day content sent_on sent_at", NOBODY: "link_until digest"},
    "timesheets.SheetHours": {},
    "timesheets.SheetAnswer": {
        F: "kind name email reason consent address user_agent answered_on answered_at",
        NOBODY: "document_digest digest",
    },
    "recurring.RecurringInvoice": {
        F: "state title lines note buyer_reference first_on ends_on next_on created_at", NOBODY: "rhythm",
    },
    "recurring.RecurringPrice": {F: "valid_from lines"},
    "recurring.Occurrence": {F: "due_on state error made_on", NOBODY: "error_code"},
    "quotes.Quote": {
        F: "state title terms buyer_reference lines valid_until sent_on answered_on reminded_on created_at",
        NOBODY: "number",
    },
    "quotes.QuoteFile": {F: "file name"},
    "quotes.SentQuote": {F: "sent_on valid_until content sent_at", NOBODY: "number link_until digest"},
    "quotes.QuoteAnswer": {
        F: "kind door name email order_reference reason consent address user_agent answered_on answered_at",
        NOBODY: "document_digest digest",
    },
    "quotes.Order": {
        F: "state title client_reference planned_from planned_to lines supplement_reason ordered_on"
        " closed_on",
        NOBODY: "number",
    },
    "quotes.OrderPart": {F: "kind freed_on", NOBODY: "amounts fractions"},
    "portal.PortalAccess": {
        F: "recipient language subject body asked_at used_at ends_at revoked_at state sent_at",
        NOBODY: "expires_at lease_until error",
    },
    "portal.StatementOfAccount": {F: "since until content digest made_on"},
    "portal.MonthlyGrouping": {F: "since"},
    "portal.GroupedInvoice": {F: "number communication month issued_on due_on content digest"},
    "portal.GroupedItem": {},
    "collection.Charge": {
        F: "claimed_on until basis paid_on waived_on waiver_reason given_back_on", NOBODY: "kind law",
    },
    "collection.Pause": {F: "from_day until reason ended_on"},
    "collection.Dispute": {F: "state reason text opened_on follow_up_on closed_on answer"},
    "collection.Plan": {F: "state agreed_on note ended_on"},
    "collection.PlanInvoice": {},
    "collection.Instalment": {F: "due_on"},
    "collection.HandOver": {F: "kind agent reference state handed_on ended_on note"},
    "collection.HandOverInvoice": {},
    "collection.AgentFee": {F: "on text"},
    "collection.WriteDown": {F: "state wanted reason asked_on doubtful_on lost_on ended_on"},
    "collection.Contact": {F: "on kind text promised_on author written_at"},
    "collection.PostedLetter": {F: "posted_on"},
    # work and pay
    "payroll.WorkerFile": {P: "person"},
    "payroll.EmploymentContract": {
        P: "contract_type joint_committee function_code person description place starts_on ends_on day_starts"
        " day_ends warnings state created_at submitted_at closed_at work_category justification signed_at"
        " reminded_at end_reason ended_by end_note"
    },
    "payroll.ContractMonth": {P: "month first_day last_day reason made_by_label worker_type origin"},
    "payroll.WithdrawnCorrection": {P: "month reason made_by_label because withdrawn_by_label withdrawn_at"},
    "payroll.ContractAmendment": {P: "made_at made_by_label reason before after"},
    "payroll.ContractTemplate": {P: "owner name terms created_at"},
    "payroll.ContractBatch": {P: "made_by_label shared created_at", NOBODY: "key"},
    "payroll.ContractBatchRow": {P: "person given state code detail"},
    "payroll.ContractSignature": {P: "side signer signer_label signed_at evidence"},
    "payroll.QuickJobExpense": {},
    "payroll.Declaration": {
        P: "kind state reference part_starts_on starts_on ends_on period_id gateway_id anomalies answer error"
        " created_at declared_at answered_at handled_at handled_by note sent_at",
        NOBODY: "next_attempt_at lease_until",
    },
    "payroll.DeclarationBatch": {P: "file made_at made_by remarks", NOBODY: "name state received_at"},
    "payroll.DeclarationAnswer": {P: "file imported_at imported_by", NOBODY: "kind sha256"},
    "payroll.DeclarationStop": {P: "lifted_at lifted_by", NOBODY: "code since"},
    "payroll.DeclarationDifference": {
        P: "person kind key period_id expected_from expected_until held_from held_until found_at seen_at"
        " closed_at closed_by note",
    },
    "payroll.PayItem": {
        P: "month person worker_type worker_code settled_at paid_on employer owed totals family"
    },
    "abroad.AbroadMission": {
        P: "person starts_on ends_on country place receiver_name receiver_vat activity_kind transport lodging"
        " other_states declared_at declared_by_label created_at",
        NOBODY: "state",
    },
    "abroad.MissionPart": {P: "first_day last_day"},
    "abroad.MissionStep": {
        P: "kind number file note done_by_label done_on",
        NOBODY: "state due_on rule",
    },
    "abroad.A1Request": {
        P: "reference state asked ticket certificate_number valid_from valid_to file code answer asked_on"
        " asked_by_label answered_at fetched_at",
        NOBODY: "next_attempt_at lease_until",
    },
    "abroad.MissionEvent": {P: "what text by_label happened_at"},
    "workers.Attestation": {
        P: "person kind level number valid_from valid_to file handed_in_by_label decided_by_label decided_on"
        " answer created_at",
        NOBODY: "state",
    },
    "workers.ElsewhereHours": {P: "person noted_on noted_by_label"},
    "workers.WorkAccident": {
        P: "person kind happened_on happened_at place text file reported_on reported_by_label declared_on"
        " insurer_reference closed_on created_at",
        NOBODY: "state",
    },
    "workers.InsuranceCover": {NOBODY: "kind insurer policy_number text valid_from valid_to"},
    "workers.HolidayCertificate": {P: "person issued_on content"},
    "deductions.Seizure": {
        P: "person kind state creditor_name creditor_iban reference notified_on file entered_by"
        " entered_by_label entered_on agreed_by agreed_by_label agreed_on ended_on answer returned"
        " created_at",
    },
    "deductions.Advance": {
        P: "person state until reason asked_by asked_by_label asked_on decided_by decided_by_label decided_on"
        " answer written_off_on written_off_by_label written_off_because created_at",
    },
    "unemployment.UnemploymentSpell": {
        P: "person month reason note paid_on made_by_label made_at",
        NOBODY: "rate_from rate_source rate_status tax_source tax_from tax_status",
    },
    "balances.Balance": {
        P: "person kind state since last_end asked_on due_on communication wait_until because proposed_by"
        " seen_on created_at",
    },
    "balances.BalanceAct": {P: "kind on until note made_by_label made_at"},
    "unemployment.UnemployedDay": {P: "person day"},
    "unemployment.SpellWithdrawal": {P: "days made_by_label made_at"},
    "payroll.HolidayBlock": {P: "person month ended_on paid_on"},
    "payroll.PayLine": {P: "kind code label account", NOBODY: "source valid_from status"},
    "payroll.PayrollRun": {
        P: "started_by started_by_label started_at approved_by approved_by_label approved_at paused_at"
        " paused_by_label",
        NOBODY: "month state on closed_on totals",
    },
    "payroll.RunShard": {P: "people", NOBODY: "phase state lease_until started_at done_at error"},
    "payroll.QuarterContribution": {P: "person quarter month paid_on family_status lines"},
    "payroll.RunLine": {P: "person"},
    "payroll.PayException": {
        P: "person month code detail first_seen last_seen resolved_at reviewed_by reviewed_by_label"
        " reviewed_at note"
    },
    "payroll.Payslip": {P: "person month number issued_on content"},
    "payroll.PayslipPart": {},
    "payroll.PayslipExtra": {NOBODY: "source_type"},
    "payroll.PayCarry": {P: "person kind label made_on", NOBODY: "source_type"},
    "payroll.PayDeduction": {P: "kind label account", NOBODY: "source_type"},
    "cdi.SalaryProposal": {
        P: "person state hours_by_day category experience_from valid_from joint_committee description place"
        " proposed_by_label answer created_at",
    },
    "cdi.ProposalMonth": {P: "month text"},
    "cdi.SalaryConsent": {P: "side person person_label given_at"},
    "cdi.OpenEndedTerms": {P: "hours_by_day category experience_from valid_from created_at"},
    "cdi.SalaryMonth": {P: "month state detail asked_by_label updated_at"},
    "cdi.SalaryWarning": {P: "month first_seen last_seen resolved_on"},
    "cdi.Absence": {
        P: "kind state first_day last_day half cause note file asked_by_label decided_by_label decided_on"
        " answer created_at",
    },
    "cdi.HolidayRight": {P: "reason given_by_label created_at"},
    "cdi.HolidayDraw": {P: "person kind on"},
    "cdi.Allowance": {P: "person kind month paid_on owed"},
    "cdi.AllowanceLine": {P: "kind code label account", NOBODY: "source valid_from status"},
    "returns.PublicReturn": {
        P: "totals problems notes file built_on built_by checked_on checked_by approved_on approved_by ticket"
        " answer answered_on error created_at",
        NOBODY: "kind first last due_on state sent_on lease_until",
    },
    "returns.ReturnRow": {P: "person data problem"},
    "returns.WorkerPaper": {P: "person kind first last issued_on content"},
    # books and bank
    "ledger.LegalEntity": {
        NOBODY: "code name vat_regime purpose enterprise_number nsso_number iban bic street postal_code city"
        " country"
    },
    "ledger.Party": {B: "kind name"},
    "ledger.Account": {NOBODY: "code name"},
    "ledger.Budget": {B: "name"},
    "ledger.Reservation": {B: "text created_at", NOBODY: "source_type"},
    "ledger.JournalEntry": {B: "date text posted_at", NOBODY: "journal source_type kind"},
    "ledger.JournalLine": {NOBODY: "account fund"},
    "ledger.Period": {B: "closed_at closed_by", NOBODY: "checklist"},
    "ledger.NumberSeries": {NOBODY: "journal"},
    "ledger.ManualEntry": {
        B: "date text reason lines receipt created_at created_by decided_at decided_by refusal",
        NOBODY: "state",
    },
    "ledger.BooksCheck": {NOBODY: "at breaks"},
    "ledger.AuditExport": {B: "asked_at asked_by", NOBODY: "since until"},
    "ledger.Seal": {NOBODY: "journal content key_id signature sealed_at"},
    "ledger.SealedEntry": {NOBODY: "journal digest"},
    "treasury.BankAccount": {NOBODY: "iban bic"},
    "treasury.BankStatement": {B: "file", NOBODY: "date imported_at format tolerated"},
    "treasury.WaitingStatement": {B: "file", NOBODY: "date expected tolerated came_at"},
    "treasury.TransactionPart": {B: "text", NOBODY: "account_code fund source_type"},
    "treasury.LineRule": {B: "iban name text made_by made_at", NOBODY: "account_code fund"},
    "treasury.BankTransaction": {
        B: "entry_date value_date bank_reference communication structured_reference end_to_end_id"
        " counterparty_name counterparty_iban return_reason matched_text",
        NOBODY: "state account_code source_type fund matched_by",
    },
    "treasury.PayoutBatch": {
        B: "created_on created_by released_on released_by file", NOBODY: "kind number state executed_on",
    },
    "treasury.Payout": {
        B: "kind payee_name iban communication due_on state paid_on return_reason",
        NOBODY: "source_type settles_account",
    },
    # the house
    "core.Cooperative": {NOBODY: "slug name country languages"},
    "core.User": {S: "password last_login email language date_joined"},
    "core.ApiToken": {S: "user name digest created_at last_used_at expires_at revoked_at", NOBODY: "scopes"},
    "core.PolicyRate": {NOBODY: "key valid_from valid_to value source status entered_at"},
    "core.AuditEvent": {S: "at actor_kind actor_label action data", NOBODY: "subject_type"},
    "core.OutboxMessage": {
        S: "payload", NOBODY: "topic subject_type state available_at lease_until error created_at done_at",
    },
    "core.StoredFile": {B: "name", NOBODY: "sha256 content_type created_at"},
    "core.DocumentJob": {B: "file", NOBODY: "kind state lease_until error created_at"},
    "core.IdempotencyRecord": {S: "key fingerprint body created_at"},
    "search.SearchWord": {M: "word", NOBODY: "kind"},
    "exports.ListExport": {
        X: "filters asked_by asked_at", NOBODY: "list form language state lease_until done_at error",
    },
    "exports.ExportPart": {X: "content"},
    "webhooks.WebhookEndpoint": {
        NOBODY: "url description events state key_id carried previous_until created_at"
    },
    "webhooks.WebhookDelivery": {
        S: "body response_start",
        NOBODY: "event state available_at lease_until error created_at delivered_at",
    },
    "programs.OAuthClient": {
        S: "owner name created_at", NOBODY: "kind scopes redirect_uris secret_digest secret_at revoked_at",
    },
    "programs.OAuthGrant": {
        S: "user created_at ends_at last_used_at revoked_at",
        NOBODY: "scopes code_digest code_challenge code_redirect_uri code_ends_at code_spent_at",
    },
    "programs.OAuthToken": {S: "created_at expires_at spent_at digest", NOBODY: "kind scopes"},
    "accounts.Attempt": {S: "knock who at"},
    "accounts.DeniedAccess": {S: "at route method"},
    "sessions.Session": {S: "session_key session_data expire_date"},
    "account.EmailAddress": {S: "user email"},
    "account.EmailConfirmation": {S: "created sent key"},
    "mfa.Authenticator": {S: "user type data created_at last_used_at"},
    "usersessions.UserSession": {S: "user created_at ip last_seen_at session_key user_agent data"},
}  # fmt: skip
"""Table → processing → its columns."""


def columns(model: type[models.Model]) -> set[str]:
    """Columns of a table that must be classified."""
    return {
        field.name
        for field in model._meta.local_concrete_fields
        if isinstance(field, SORTS) or (field.is_relation and field.related_model in POINTERS)
    }


def tables() -> dict[str, type[models.Model]]:
    """Every table of the product, and those of its libraries that hold accounts."""
    return {model._meta.label: model for model in apps.get_models() if model._meta.app_label not in NOT_OURS}


def test_every_table_is_classified() -> None:
    assert set(FIELDS) == set(tables())


def test_every_column_is_classified_once() -> None:
    amiss = {}
    for label, model in tables().items():
        listed = [name for names in FIELDS.get(label, {}).values() for name in names.split()]
        wanted = columns(model)
        if sorted(listed) != sorted(wanted):
            amiss[label] = {"missing": sorted(wanted - set(listed)), "too many": sorted(set(listed) - wanted)}
    assert amiss == {}


def test_a_reference_to_a_person_is_never_about_nobody() -> None:
    for label, model in tables().items():
        nobody = FIELDS.get(label, {}).get(NOBODY, "").split()
        people = {f.name for f in model._meta.local_concrete_fields if f.related_model in (Person, User)}
        assert not people & set(nobody), label


def test_every_processing_is_in_the_register_and_holds_something() -> None:
    used = {name for categories in FIELDS.values() for name in categories} - {NOBODY}
    assert used == {entry["name"] for entry in processing_register()}
