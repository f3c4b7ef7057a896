"""The members app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """People, roles, offices, advisers."""

    name = "members"

    def ready(self) -> None:
        """Tell the house who people are, where their pages stand and why they need somebody."""
        from core.access import register_identity_source, register_names
        from core.accounts.second_factor import register_ordinary_roles
        from core.encryption import first_key_id
        from core.exports.sources import register_list
        from core.registry import (
            NavEntry,
            register_interest,
            register_loader,
            register_nav,
            register_portfolio_reason,
        )
        from core.rotation import KeptUnderKeys, register_kept_under_keys
        from core.search.sources import register_search_source
        from members.enums import ADVISERS, Role
        from members.lists import LISTS
        from members.portfolio import follow_up_reasons, missing_paper_reasons
        from members.search import PEOPLE
        from members.selectors import (
            identity_of_user,
            names_by_id,
            numbers_by_key,
            numbers_under_old_keys,
            own_parties,
        )
        from members.services import load_offices, rotate_national_numbers

        register_search_source(PEOPLE)
        register_list(*LISTS)
        register_identity_source(identity_of_user)
        register_ordinary_roles(Role.MEMBER, Role.CLIENT_CONTACT)
        register_names(names_by_id)
        register_loader(20, load_offices)
        register_interest(own_parties)
        register_portfolio_reason(follow_up_reasons)
        register_portfolio_reason(missing_paper_reasons)
        register_kept_under_keys(
            KeptUnderKeys(
                "national_numbers",
                "FIELD_KEYS",
                numbers_by_key,
                lambda: numbers_under_old_keys(first_key_id()).count(),
                lambda actor, most: rotate_national_numbers(actor=actor, most=most),
            )
        )
        watchers = frozenset({Role.COOP_ADMIN, Role.AUDITOR})
        for key, label, roles, order, icon in (
            ("portfolio", _("My portfolio"), ADVISERS, 5, "portfolio"),
            ("policies", _("Policies"), watchers, 9, "settings"),
            ("people", _("People and roles"), watchers, 91, "people"),
            ("audit", _("Audit"), watchers, 92, "shield"),
            ("profile", _("My profile"), frozenset[Role](), 95, "user"),
        ):
            personal = key == "profile"
            place = NavEntry(
                f"members.{key}", label, f"members:{key}", frozenset(roles), order, icon, personal=personal
            )
            register_nav(place)
