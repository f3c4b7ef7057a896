"""Who sees the exposure, and who sets limits."""

from invoicing.roles import CONTROLLERS
from members.enums import Role

SEE = (*CONTROLLERS, Role.AUDITOR)
ACT = CONTROLLERS
