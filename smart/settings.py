"""Settings, read once from the environment. `manage.py` fills in what the embedded services provide."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from core.embedded.given import given
from core.observability.configuration import configuration as log_configuration

BASE_DIR = Path(__file__).resolve().parent.parent


def _text(name: str, default: str = "") -> str:
    return given(name, default)  # or what the file in `<name>_FILE` holds


def _flag(name: str, default: bool) -> bool:
    return _text(name, "1" if default else "0").lower() in ("1", "true", "yes", "on")


def mail_backend(name: str) -> str:
    """Who takes letters: `files` (the default: each is a file under var), `smtp`, or a class by its name."""
    kept = {"": "filebased", "files": "filebased", "smtp": "smtp", "console": "console"}
    return f"django.core.mail.backends.{kept[name]}.EmailBackend" if name in kept else name


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    # sslmode, sslrootcert, options, application_name…: libpq knows them, and refuses what it does not know
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "smart",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": options.pop("port", "") or str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }


VAR = Path(_text("SMART_VAR", str(BASE_DIR / "var")))
DEBUG = _flag("SMART_DEBUG", False)
PRODUCTION = _flag("SMART_PRODUCTION", False)
SECRET_KEY = _text("SMART_SECRET_KEY") or (
    "" if PRODUCTION else "for commands that keep no secret " + "-" * 30
)
# Keys of before, with commas: what they signed (log-ins, links in letters) still counts.
SECRET_KEY_FALLBACKS = [key for key in _text("SMART_SECRET_KEY_FALLBACKS").split(",") if key]
FIELD_KEYS = _text("SMART_FIELD_KEYS") or _text("SMART_FIELD_KEY")  # "id:base64,…"; the first one encrypts
SEAL_KEYS = _text("SMART_SEAL_KEYS") or _text("SMART_SEAL_KEY")  # the same form; the first one signs
ALLOWED_HOSTS = [h for h in _text("SMART_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in _text("SMART_ORIGINS").split(",") if o]
SITE_URL = _text("SMART_SITE_URL", "http://127.0.0.1:8000").rstrip("/")  # how letters name this house

INSTALLED_APPS = [
    "smart.apps.SmartConfig",
    "governance",
    "payroll.abroad",
    "payroll.cdi",
    "payroll.returns",
    "payroll.deductions",
    "payroll.balances",
    "payroll.unemployment",
    "payroll.workers",
    "payroll",
    "invoicing.portal",
    "invoicing.einvoicing",
    "invoicing.quotes",
    "invoicing.timesheets",
    "invoicing.recurring",
    "invoicing.purchases",
    "invoicing.registers",
    "invoicing.vatreturns",
    "invoicing.guarantee",
    "invoicing.collection",
    "invoicing",
    "activities",
    "members.privacy",
    "members.notices",
    "members",
    "ledger.treasury.dues",
    "ledger.treasury",
    "ledger",
    "core",
    "core.observability",
    "core.search",
    "core.exports",
    "core.webhooks",
    "core.programs",
    "core.operations",
    "core.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "core.observability.middleware.RequestMiddleware",
    "core.middleware.SecurityHeadersMiddleware",
    "core.programs.middleware.RestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.accounts.middleware.LastSeenMiddleware",
    "core.accounts.middleware.DeniedMiddleware",
    "core.middleware.TenantMiddleware",
]

ROOT_URLCONF = "smart.urls"
WSGI_APPLICATION = "smart.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "core.context.layout",
            ],
        },
    },
]

# smart_app sees only its tenant's rows; smart_owner owns the tables and is used by migrations alone.
DATABASES: dict[str, dict[str, Any]] = {
    "default": _database(_text("SMART_APP_DATABASE_URL", "postgresql://smart_app@127.0.0.1/smart")),
    "owner": _database(_text("SMART_OWNER_DATABASE_URL", "postgresql://smart_owner@127.0.0.1/smart")),
}
DATABASE_ROUTERS = ["core.routers.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# Only where an address must be confirmed can sign-up hide who has an account.
ACCOUNT_EMAIL_VERIFICATION = _text("SMART_EMAIL_VERIFICATION", "mandatory" if PRODUCTION else "optional")
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "core.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "core.accounts.forms.NewAccountForm",
    "reset_password": "core.accounts.forms.ForgottenPasswordForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # core.accounts counts them, in the database
ALLAUTH_TRUSTED_PROXY_COUNT = int(_text("SMART_PROXIES", "1" if PRODUCTION else "0"))
ACCOUNT_EMAIL_NOTIFICATIONS = True  # who changes a password or a factor is told by mail
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds for which a log-in or a confirmation opens dangerous acts
# "required": whoever works for a cooperative shows a second factor. "offered": whoever wants to.
SECOND_FACTOR = _text("SMART_SECOND_FACTOR", "required" if PRODUCTION else "offered")
MFA_ADAPTER = "core.accounts.adapters.FactorAdapter"
MFA_FORMS = {
    "authenticate": "core.accounts.forms.CodeForm",
    "reauthenticate": "core.accounts.forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Smart"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost, for trials

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("nl", "Nederlands"), ("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(_text("SMART_STATIC", str(VAR / "static")))
MEDIA_ROOT = VAR / "media"
BACKUP_DIR = _text("SMART_BACKUP_DIR")  # every night a dated backup goes there; none without it
SEAL_ANCHORS = Path(_text("SMART_SEAL_ANCHORS", str(VAR / "anchors")))
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

EMAIL_BACKEND = mail_backend(_text("SMART_EMAIL_BACKEND"))  # "files", "smtp", or a class
EMAIL_FILE_PATH = str(VAR / "mail")
EMAIL_HOST = _text("SMART_SMTP_HOST", "localhost")
EMAIL_PORT = int(_text("SMART_SMTP_PORT", "25"))
EMAIL_HOST_USER = _text("SMART_SMTP_USER")
EMAIL_HOST_PASSWORD = _text("SMART_SMTP_PASSWORD")
EMAIL_USE_TLS = _flag("SMART_SMTP_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _text("SMART_FROM_EMAIL", "Smart <no-reply@smart.example>")

REDIS_URL = _text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "core.cache.HouseCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "core.cache.tenant_key",
        "KEY_PREFIX": "smart",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}
if _text("SMART_CACHE") == "memory":  # one process with nothing to share: a test
    CACHES["default"] |= {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "",
        "OPTIONS": {},
    }

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "core.render_documents": {"queue": "documents"},
    "exports.make": {"queue": "documents"},
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "documents": {"task": "core.sweep_documents", "schedule": 60.0},
    "exports": {"task": "exports.sweep", "schedule": 60.0},
    "reminders": {"task": "collection.remind_everywhere", "schedule": 900.0},
    "plans": {"task": "collection.follow_everywhere", "schedule": 3600.0},
    "registers": {"task": "registers.carry_everywhere", "schedule": 60.0},
    "old answers of registers": {"task": "registers.recheck_everywhere", "schedule": 21_600.0},
    "webhooks": {"task": "webhooks.carry_everywhere", "schedule": 10.0},
    "retention": {"task": "privacy.retain_everywhere", "schedule": 86_400.0},
    "quotes": {"task": "quotes.follow_everywhere", "schedule": 900.0},
    "links of clients": {"task": "portal.send_everywhere", "schedule": 30.0},
    "grouped invoices": {"task": "portal.group_everywhere", "schedule": 3600.0},
    "recurring": {"task": "recurring.run_everywhere", "schedule": 900.0},
    "letters": {"task": "invoicing.send_everywhere", "schedule": 60.0},
    "vat_returns": {"task": "vatreturns.carry_everywhere", "schedule": 300.0},
    "sending": {"task": "einvoicing.carry_everywhere", "schedule": 30.0},
    "notices": {"task": "notices.send_everywhere", "schedule": 60.0},
    "documents of suppliers": {"task": "purchases.fetch_everywhere", "schedule": 120.0},
    "declarations": {"task": "payroll.sweep_declarations", "schedule": 60.0},
    "periods of the office": {"task": "payroll.compare_everywhere", "schedule": 86_400.0},
    "returns": {"task": "returns.sweep", "schedule": 60.0},
    "certificates abroad": {"task": "abroad.sweep", "schedule": 60.0},
    "balances that stay": {"task": "balances.find_everywhere", "schedule": 21_600.0},
    "ends of contracts": {"task": "returns.end_contracts_everywhere", "schedule": 3600.0},
    "settlement": {"task": "payroll.settle_all", "schedule": 900.0},
    "signatures": {"task": "payroll.remind_unsigned", "schedule": 3600.0},
    "open-ended contracts": {"task": "cdi.follow_everywhere", "schedule": 3600.0},
    "payroll runs": {"task": "payroll.sweep_runs", "schedule": 60.0},
    "holiday certificates": {"task": "workers.sweep_certificates", "schedule": 3600.0},
    "dues": {"task": "dues.raise_everywhere", "schedule": 21_600.0},
    "daily batches": {"task": "treasury.propose_everywhere", "schedule": 1800.0},
    "statements": {"task": "treasury.watch_everywhere", "schedule": 60.0},
    "seals": {"task": "ledger.seal_everywhere", "schedule": 180.0},
    "books": {"task": "ledger.check_everywhere", "schedule": 600.0},
    **{
        f"pulse of {queue}": {
            "task": "core.pulse",
            "schedule": 30.0,
            "args": [queue],
            "options": {"queue": queue, "expires": 60},
        }
        for queue in ("default", "documents")
    },
    "files": {"task": "core.check_files_everywhere", "schedule": 600.0},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.rest.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.rest.HasRole"],
    "DEFAULT_THROTTLE_CLASSES": ["core.programs.throttles.ShareThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.StrictJSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_PAGINATION_CLASS": "core.rest.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["core.rest.KnownFilters"],
    "DEFAULT_SCHEMA_CLASS": "core.openapi.DoorSchema",
    "EXCEPTION_HANDLER": "core.api.problem_details",
    "COERCE_DECIMAL_TO_STRING": True,
}
API_RATES = {
    "known": _text("SMART_API_RATE", "1200/min"),
    "unknown": _text("SMART_API_RATE_UNKNOWN", "120/min"),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Smart",
    "DESCRIPTION": "The back office of a shared enterprise.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        f"{name}Enum": f"{app}.enums.{name}"
        for app, names in {
            "core.exports": ("ExportForm",),
            "core": ("RateStatus", "DocumentState"),
            "core.webhooks": ("EndpointState", "DeliveryState"),
            "core.programs": ("ProgramKind",),
            "members.privacy": ("RequestKind", "RequestState"),
            "ledger": ("Journal", "Fund", "ManualState"),
            "invoicing.purchases": ("PurchaseState", "AccountTrust", "RuleCheck"),
            "ledger.treasury.dues": ("DueState", "BodyLineState", "TransferKind", "TransferState"),
            "ledger.treasury": ("PayoutKind", "PayoutState", "BatchState", "MatchState"),
            "members": ("FamilyStatus", "Language", "NoteKind", "Role", "SpouseIncome"),
            "activities": (
                *("Tool", "Variant", "ActivityState", "HolderRole"),
                *("ExpenseState", "ExpenseCategory"),
            ),
            "invoicing.vatreturns": ("Paper", "ReturnState"),
            "invoicing.timesheets": ("Grouping",),
            "invoicing.recurring": ("Rhythm", "TemplateState", "OccurrenceState"),
            "invoicing.quotes": ("QuoteState", "AnswerKind", "AnswerDoor", "OrderState", "PartKind"),
            "invoicing.collection": (
                *("ChargeKind", "PlanState", "AgentKind", "HandOverState", "WriteDownState"),
                *("DisputeState", "DisputeReason", "ContactKind"),
            ),
            "invoicing": ("ClientKind", "InvoiceState", "InvoiceKind", "Unit", "DocumentKind"),
            "invoicing.einvoicing": ("Channel", "SendingState", "AnswerLevel", "AnswerCode"),
            "payroll.abroad": ("MissionState", "ActivityKind", "StepKind", "StepState", "RequestState"),
            "payroll.cdi": (
                *("ProposalState", "ConsentSide", "SalaryState", "Category", "AbsenceKind", "AbsenceState"),
                *("HalfDay", "StaffAllowance"),
            ),
            "payroll": (
                *("ContractType", "ContractState", "DeclarationKind", "DeclarationState", "RunState"),
                *("BatchState", "DifferenceKind", "EndReason", "EndedBy", "UnemploymentReason"),
            ),
            "payroll.returns": ("PublicReturnKind", "PublicReturnState", "PaperKind"),
            "payroll.deductions": ("SeizureKind", "SeizureState", "AdvanceState"),
            "payroll.balances": ("BalanceKind", "BalanceState", "BalanceActKind"),
            "payroll.workers": (
                *("AttestationKind", "ArtsLevel", "AttestationState", "AccidentKind", "AccidentState"),
                "CoverKind",
            ),
            "governance": ("ShareCategory", "SubscriptionState", "MovementKind"),
        }.items()
        for name in names
    },
    "SCHEMA_PATH_PREFIX": r"/\{cooperative\}/api/v1",
}

# Outside bodies: each is a port; the simulator is the default until a contract with the real body exists.
DIMONA_GATEWAY = _text("SMART_DIMONA_GATEWAY", "simulator")  # "rest", or "rest-simulation" for trials
DIMONA_CLIENT_ID = _text("SMART_DIMONA_CLIENT_ID")
DIMONA_KEY = _text("SMART_DIMONA_KEY")  # file of the RSA key with which the office's tokens are asked for
RETURNS_GATEWAY = _text("SMART_RETURNS_GATEWAY", "simulator")
# The office of A1 certificates: "by_hand" where people ask for them on its site and note the answers.
A1_OFFICE = _text("SMART_A1_OFFICE", "by_hand" if PRODUCTION else "simulator")
SCANNER = _text("SMART_SCANNER", "simulator")
# The tax office: "by_hand" where a person carries the files and notes the answers.
INTERVAT_GATEWAY = _text("SMART_INTERVAT", "by_hand" if PRODUCTION else "simulator")
VIES = _text("SMART_VIES", "simulator")
PEPPOL_DIRECTORY = _text("SMART_PEPPOL_DIRECTORY", "simulator")
PEPPOL = _text("SMART_PEPPOL", "simulator")  # or "rest": an access point at this address, with this token
PEPPOL_URL = _text("SMART_PEPPOL_URL")
PEPPOL_TOKEN = _text("SMART_PEPPOL_TOKEN")
# Receivers that the simulator lets misbehave: "0208:0403019261=refuses,0208:0123456749=unknown".
PEPPOL_SIMULATOR = _text("SMART_PEPPOL_SIMULATOR")
# Webhooks to this machine or without TLS: for tests and trials, never in production.
WEBHOOKS_MAY_STAY_HERE = _flag("SMART_WEBHOOKS_MAY_STAY_HERE", False) and not PRODUCTION
SIMULATORS = VAR / "simulators"
# Where files of the bank land by themselves: one folder per cooperative, by its short name.
STATEMENTS_DIR = _text("SMART_STATEMENTS_DIR", str(VAR / "statements"))

# Seen from outside: log lines, slow queries, metrics, crash reports.
LOGGING = log_configuration(
    style=_text("SMART_LOG_FORMAT", "json" if PRODUCTION else "text"),
    level=_text("SMART_LOG_LEVEL", "WARNING"),
)
SLOW_QUERY_MS = float(_text("SMART_SLOW_QUERY_MS", "500"))
METRICS_TOKEN = _text("SMART_METRICS_TOKEN")  # without one, metrics are for this machine alone
SENTRY_DSN = _text("SMART_SENTRY_DSN")
