"""From nothing to the environment variables that the settings read.

* ``SMART_APP_DATABASE_URL``: role ``smart_app``; when it is set beforehand everything exists (production);
* ``SMART_OWNER_DATABASE_URL``: role ``smart_owner``, for migrations and backup;
* ``SMART_BOOTSTRAP_DATABASE_URL``: a superuser, for the few commands that make roles and databases;
* ``DATABASE_URL`` (read only): a superuser of an existing server, on which roles and database are made;
* ``REDIS_URL``: the broker;
* ``SMART_SECRET_KEY``: Django's signing key;
* ``SMART_FIELD_KEY``: key of the encrypted fields, 32 bytes in base64;
* ``SMART_SEAL_KEY``: key of the seals of the books, 32 bytes in base64;
* ``SMART_VAR``: directory of all that the product keeps.

Each may be given as a file instead: ``SMART_SECRET_KEY_FILE=/run/secrets/secret_key``.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from core.embedded import broker, postgres
from core.embedded.errors import EmbeddedError
from core.embedded.given import given
from core.embedded.layout import Layout
from core.embedded.locks import exclusive
from core.embedded.provisioning import APP, DATABASE, OWNER, database_url, is_provisioned, provision
from core.embedded.services import Services
from core.embedded.vault import load_secrets


@dataclass(frozen=True)
class Environment:
    """Where everything is. ``managed`` says that roles, database and schema are ours to keep up to date."""

    variables: Mapping[str, str]
    bootstrap_url: str | None
    managed: bool


@contextmanager
def open_environment(layout: Layout) -> Iterator[Environment]:
    """Have database, broker and keys for the length of the block."""
    with ExitStack() as stack:
        exists = bool(given("SMART_APP_DATABASE_URL"))
        names: tuple[str, ...] = ()
        if not exists and not given("DATABASE_URL"):
            names += (postgres.NAME,)
        if not given("REDIS_URL"):
            names += (broker.NAME,)
        variables = {"SMART_VAR": str(layout.root)}
        services = stack.enter_context(Services(layout, names=names)) if names else None
        if services is not None and broker.NAME in names:
            variables["REDIS_URL"] = services.redis_url
        bootstrap = None
        if exists:
            for names_of_key in (
                ("SMART_SECRET_KEY",),
                ("SMART_FIELD_KEY", "SMART_FIELD_KEYS"),
                ("SMART_SEAL_KEY", "SMART_SEAL_KEYS"),
            ):
                if not any(given(name) for name in names_of_key):
                    wanted = " or ".join(names_of_key)
                    raise EmbeddedError("key_missing", f"SMART_APP_DATABASE_URL is set; set {wanted} too.")
        else:
            secrets = load_secrets(layout)
            embedded = services is not None and postgres.NAME in names
            bootstrap = services.postgres_url if services and embedded else given("DATABASE_URL")
            if not is_provisioned(bootstrap, secrets):
                with exclusive(layout.run / "provision.lock"):
                    provision(bootstrap, secrets)
            variables |= {
                "SMART_APP_DATABASE_URL": role_url(bootstrap, APP, secrets),
                "SMART_OWNER_DATABASE_URL": role_url(bootstrap, OWNER, secrets),
                "SMART_SECRET_KEY": given("SMART_SECRET_KEY") or secrets["secret_key"],
                "SMART_FIELD_KEY": given("SMART_FIELD_KEY") or secrets["field_key"],
                "SMART_SEAL_KEY": given("SMART_SEAL_KEY") or secrets["seal_key"],
            }
        yield Environment(variables=variables, bootstrap_url=bootstrap, managed=not exists)


def role_url(server_url: str, role: str, secrets: Mapping[str, str], database: str = DATABASE) -> str:
    """The URL of one of our two roles."""
    return database_url(server_url, role=role, password=secrets[role], database=database)
