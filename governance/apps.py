"""The governance app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    """Shares and their register; one member, one vote begins here."""

    name = "governance"

    def ready(self) -> None:
        from core.exports.sources import register_list
        from core.privacy.registry import register_duty, register_personal_data
        from core.registry import NavEntry, register_ledger_check, register_nav
        from governance import checks, matching, privacy
        from governance.lists import LISTS
        from ledger.treasury.matching import register_matcher
        from members.enums import Role

        register_list(*LISTS)
        register_personal_data(*privacy.PARTS)
        register_duty(privacy.duties)
        register_matcher(matching.ShareMatcher())
        register_ledger_check(checks.register_equals_account)
        register_nav(
            NavEntry("shares", _("My shares"), "governance:my_shares", frozenset({Role.MEMBER}), 60, "shares")
        )
        register_nav(
            NavEntry(
                "register",
                _("Register of members"),
                "governance:register",
                frozenset({Role.COOP_ADMIN, Role.BOARD, Role.AUDITOR, Role.FINANCE}),
                61,
                "people",
            )
        )
