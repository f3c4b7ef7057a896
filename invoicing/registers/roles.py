"""Who may have a register asked."""

from invoicing.roles import CONTROLLERS
from members.enums import Role

ASK = frozenset({Role.MEMBER, *CONTROLLERS})
