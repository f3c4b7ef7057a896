"""Refusals about people, roles and portfolios."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, StaleVersion


class AlreadyRegistered(DomainError):
    """The account has a person in this cooperative."""

    code = "already_registered"
    kind = "conflict"
    message = _("You are registered in this cooperative already: open your profile.")


class UnknownPerson(DomainError):
    """No such person, or not one whom the reader may see."""

    code = "unknown_person"
    kind = "not_found"
    message = _("There is no such person here.")


class NationalNumberRefused(DomainError):
    """The check digits or the form do not hold. The text never repeats the number."""

    code = "national_number_refused"
    message = _("This national number is not right: copy the 11 digits from the back of the identity card.")


class NationalNumberTaken(DomainError):
    """Somebody in this cooperative holds the number already."""

    code = "national_number_taken"
    kind = "conflict"
    message = _(
        "Somebody is registered with this national number already: "
        "sign in with your first account or call us."
    )


class NationalNumberMissing(DomainError):
    """No national number was given yet."""

    code = "national_number_missing"
    kind = "conflict"
    message = _("%(name)s has not given a national number yet: ask for it before declaring work.")


class IbanRefused(DomainError):
    """The account number does not hold."""

    code = "iban_refused"
    message = _("This account number is not right: copy the IBAN from a statement of your bank.")


class PurposeMissing(DomainError):
    """Staff read personal data only for a reason that is written down."""

    code = "purpose_missing"
    message = _("Say why you need to read this: the person will see it.")


class RoleToSelf(DomainError):
    """Nobody gives themselves a role."""

    code = "role_to_self"
    kind = "forbidden"
    message = _("Nobody gives themselves a role: ask another administrator.")


class RoleHeldAlready(DomainError):
    """The role is held on some of those days already."""

    code = "role_held_already"
    kind = "conflict"
    message = _("%(name)s holds this role already: end it first, or choose later dates.")


class RoleDatesWrong(DomainError):
    """A role starts before it ends, and never in the past."""

    code = "role_dates_wrong"
    message = _("These dates do not hold: a role starts today at the earliest and ends after it starts.")


class UnknownRole(DomainError):
    """No such role of anybody."""

    code = "unknown_role"
    kind = "not_found"
    message = _("Nobody here holds this role.")


class RoleEnded(DomainError):
    """The role ended already."""

    code = "role_ended"
    kind = "conflict"
    message = _("This role ended already.")


class LastAdministrator(DomainError):
    """A cooperative keeps an administrator."""

    code = "last_administrator"
    kind = "conflict"
    message = _("This is the last administrator: give the role to somebody else first.")


class NotAnAdviser(DomainError):
    """Only an adviser has a portfolio."""

    code = "not_an_adviser"
    kind = "conflict"
    message = _("%(name)s is not an adviser on that day: give the role first.")


class OwnAdviser(DomainError):
    """Nobody advises themselves."""

    code = "own_adviser"
    kind = "forbidden"
    message = _("Nobody is their own adviser: choose somebody else.")


class FamilySituationWrong(DomainError):
    """A situation that contradicts itself."""

    code = "family_situation_wrong"
    message = _(
        "This family situation does not hold: a single parent is not married and has a child in charge."
    )


class FamilyCountWrong(FamilySituationWrong):
    """A number of people in charge that nobody has."""

    code = "family_count_wrong"
    message = _("A number of people in charge lies between 0 and %(most)s.")


class DisabledChildrenWrong(FamilySituationWrong):
    """Disabled children are counted among the children."""

    code = "disabled_children_wrong"
    message = _("There are more children with a disability than children: count them among the children too.")


class SpouseUnknown(FamilySituationWrong):
    """Something is said of a partner whom the situation does not have."""

    code = "spouse_unknown"
    message = _(
        "Nothing is said of a partner by somebody single: choose a situation with a partner, or leave it out."
    )


class SpouseIncomeWrong(FamilySituationWrong):
    """A small income of the partner that does not go with the rest."""

    code = "spouse_income_wrong"
    message = _(
        "What your partner has a month counts when both have an income: choose that situation, say what it is"
        " and its net amount, or leave both empty."
    )


class NoteEmpty(DomainError):
    """A note says something."""

    code = "note_empty"
    message = _("Write something in the note.")


class FollowUpClosed(DomainError):
    """The follow-up was closed before, or is about somebody else."""

    code = "follow_up_closed"
    kind = "conflict"
    message = _("This follow-up is closed already.")


class FamilyInThePast(DomainError):
    """The past was paid with what was known then."""

    code = "family_in_the_past"
    message = _("A family situation starts today at the earliest: ask your adviser for a correction.")


class EditConflict(StaleVersion):
    """Somebody changed it meanwhile."""

    code = "edit_conflict"
    kind = "conflict"
    message = _("Somebody changed this meanwhile: read it again, then change it.")
