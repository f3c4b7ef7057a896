"""The treasury app."""

from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    """Bank accounts, statements, payouts."""

    name = "ledger.treasury"
    label = "treasury"

    def ready(self) -> None:
        """Recognise the lines of our own payments; bring the entities' own accounts in."""
        from core.registry import register_ledger_check, register_loader
        from ledger.treasury.checks import check_bank, check_batches
        from ledger.treasury.loaders import load_bank_accounts
        from ledger.treasury.matching import register_matcher
        from ledger.treasury.own_lines import BatchDebit, PayoutLine

        register_matcher(BatchDebit())
        register_matcher(PayoutLine())
        register_loader(11, load_bank_accounts)
        register_ledger_check(check_bank)
        register_ledger_check(check_batches)
