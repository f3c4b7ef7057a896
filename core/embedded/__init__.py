"""The PostgreSQL cluster and the broker that the product brings along.

A fresh machine has neither. This package finds their programs (installed by the system, else shipped as
wheels), keeps their files under ``var/``, runs them for as long as some command uses them, and stops them
after the last one. It knows nothing of Django, so ``manage.py`` can call it before the settings are read.
"""

from core.embedded.environment import Environment, open_environment
from core.embedded.errors import EmbeddedError
from core.embedded.layout import Layout
from core.embedded.services import Services

__all__ = ["EmbeddedError", "Environment", "Layout", "Services", "open_environment"]
