"""The treasury app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TreasuryConfig(AppConfig):
    """Bank accounts, statements, payouts."""

    name = "ledger.treasury"
    label = "treasury"

    def ready(self) -> None:
        """Recognise the lines of our own payments; bring the entities' own accounts in."""
        from core.exports.sources import register_list
        from core.registry import (
            NavEntry,
            register_closing_check,
            register_ledger_check,
            register_loader,
            register_nav,
            register_source_links,
        )
        from core.search.sources import register_search_source
        from ledger.treasury import checks, sources
        from ledger.treasury.closing import treasury_points
        from ledger.treasury.forecast import register_flows
        from ledger.treasury.forecast.bodies import body_flows
        from ledger.treasury.forecast.payouts import payout_flows, payout_totals
        from ledger.treasury.lists import LISTS
        from ledger.treasury.loaders import load_bank_accounts
        from ledger.treasury.matching import register_matcher
        from ledger.treasury.own_lines import BankCharge, BatchDebit, PayoutLine, TaughtLine
        from ledger.treasury.roles import SEE, SEE_PAYMENTS
        from ledger.treasury.search import LINES

        register_search_source(LINES)
        register_list(*LISTS)
        for matcher in (BatchDebit(), PayoutLine(), TaughtLine(), BankCharge()):
            register_matcher(matcher)
        register_loader(11, load_bank_accounts)
        for check in (
            checks.check_bank,
            checks.check_batches,
            checks.check_statements,
            checks.check_unidentified,
            checks.check_parts,
        ):
            register_ledger_check(check)
        register_closing_check(treasury_points)
        register_source_links("treasury.payout", sources.payout_links)
        register_source_links("treasury.banktransaction", sources.line_links)
        register_flows(payout_flows, payout_totals)
        register_flows(body_flows)
        money = _("Money")
        for place in (
            NavEntry("bank", _("Bank"), "treasury:statements", SEE, 7, "bank", money),
            NavEntry("queue", _("Lines to identify"), "treasury:queue", SEE, 7, under="bank"),
            NavEntry("rules", _("Rules"), "treasury:rules", SEE, 8, under="bank"),
            NavEntry("forecast", _("Treasury"), "treasury:forecast", SEE, 9, "chart", money),
            NavEntry("payments", _("Payments"), "treasury:batches", SEE_PAYMENTS, 12, "send", money),
        ):
            register_nav(place)
