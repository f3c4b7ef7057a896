"""The app of returns to public bodies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReturnsConfig(AppConfig):
    """Quarterly declaration, tax, slips, individual accounts, ends of contracts."""

    name = "payroll.returns"
    label = "returns"

    def ready(self) -> None:
        """Render papers, hold declarations against the books, keep what the law says, stand in the menu."""
        from core import registry
        from core.privacy.registry import register_duty, register_personal_data, register_retention
        from ledger.treasury.dues.registry import register_declared
        from members.enums import Role
        from payroll.returns import privacy
        from payroll.returns.checks import declarations_equal_books
        from payroll.returns.dues import declared_by
        from payroll.returns.enums import PublicReturnKind
        from payroll.returns.rendering import render_paper
        from payroll.returns.services.papers import KIND

        register_declared("withholding_tax", declared_by(PublicReturnKind.WITHHOLDING))
        for kind in ("onss_advance", "onss_balance"):
            register_declared(kind, declared_by(PublicReturnKind.DMFA))
        registry.register_document(KIND, render_paper, _("Paper of a worker"))
        registry.register_ledger_check(declarations_equal_books)
        register_personal_data(*privacy.PARTS)
        register_duty(privacy.duties)
        register_retention(*privacy.RULES)
        keepers = frozenset({Role.PAYROLL_ADMIN, Role.AUDITOR})
        registry.register_nav(
            registry.NavEntry(
                "payroll.returns", _("Returns"), "returns:returns", keepers, 8, "file", _("Payroll")
            )
        )
        registry.register_nav(
            registry.NavEntry(
                "payroll.papers",
                _("My papers"),
                "returns:papers",
                frozenset({Role.MEMBER}),
                42,
                "file",
                under="payroll.my_pay",
            )
        )
