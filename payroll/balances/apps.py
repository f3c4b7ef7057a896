"""The room of balances that stay."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BalancesConfig(AppConfig):
    """Pay taken back of people who may never earn here again."""

    name = "payroll.balances"
    label = "balances"

    def ready(self) -> None:
        """Take part in the checks of the books, know money that comes back, stand on others' pages."""
        from activities.home import register_need
        from activities.panels import register_source
        from core.exports.sources import register_list
        from core.privacy.registry import register_personal_data, register_retention
        from core.registry import NavEntry, register_nav
        from ledger.treasury.matching import register_matcher
        from members.notices import wording
        from payroll.balances import notices, panels, privacy, roles, selectors
        from payroll.balances.lists import LISTS
        from payroll.balances.matching import BalanceMatcher
        from payroll.balances.types import ACT
        from payroll.extras import register_extra_pay, register_holiday_draws
        from payroll.waiting import register_waiting

        register_extra_pay(selectors.LIFTED)
        register_holiday_draws(selectors.draws)
        register_matcher(BalanceMatcher())
        register_source(ACT, panels.act_links)
        register_need(panels.balances_need_me)
        register_waiting(panels.waiting)
        register_list(*LISTS)
        register_personal_data(*privacy.PARTS)
        register_retention(*privacy.RULES)
        wording.KINDS.update(notices.KINDS)
        register_nav(
            NavEntry(
                "balances",
                _("Balances that stay"),
                "balances:balances",
                roles.READERS,
                53,
                "pay",
                _("Payroll"),
            )
        )
