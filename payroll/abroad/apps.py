"""The room of work abroad."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AbroadConfig(AppConfig):
    """Contracts that are worked wholly or partly outside the cooperative's country."""

    name = "payroll.abroad"
    label = "abroad"

    def ready(self) -> None:
        """Stand on contracts, in what needs members and advisers, in the menu; follow contracts."""
        from activities.home import register_need
        from core import registry
        from core.exports.sources import register_list
        from core.privacy.registry import register_personal_data, register_retention
        from members.notices import wording
        from payroll.abroad import listeners, notices, panels, privacy, roles, selectors
        from payroll.abroad.lists import LISTS
        from payroll.contract_offers import ContractAct, register_contract_act, register_contract_panel
        from payroll.contract_warnings import register_contract_warning
        from payroll.waiting import register_waiting

        register_contract_act(
            ContractAct(
                50, _("Part of the work is abroad"), "abroad:declare", roles.WRITERS, selectors.may_be_abroad
            )
        )
        register_contract_panel(20, panels.contract_panel)
        register_contract_warning(panels.WITHOUT_A1, selectors.contract_warnings)
        register_need(panels.needs_me)
        register_waiting(panels.waiting)
        registry.register_portfolio_reason(panels.adviser_reasons)
        wording.KINDS.update(notices.KINDS)
        for topic in ("contract.submitted", "contract.amended", "contract.shortened", "contract.cancelled"):
            registry.subscribe(topic, listeners.contract_moved)
        register_personal_data(*privacy.PARTS)
        register_retention(*privacy.RULES)
        register_list(*LISTS)
        registry.register_nav(
            registry.NavEntry(
                "abroad",
                _("Work abroad"),
                "abroad:queue",
                roles.STAFF,
                53,
                "send",
                _("Payroll"),
            )
        )
