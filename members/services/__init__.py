"""The only writers of people, roles, offices, notes and national numbers, by noun."""

from members.disclosure import log_access, reveal_national_number
from members.services.accompaniment import assign_adviser, hand_over, write_note, write_notes
from members.services.numbers import rotate_national_numbers, set_national_number
from members.services.offices import load_offices, place_in_office
from members.services.people import (
    join_cooperative,
    register_person,
    set_family_situation,
    update_person,
)
from members.services.roles import end_role, grant_role

__all__ = [
    "assign_adviser",
    "end_role",
    "grant_role",
    "hand_over",
    "join_cooperative",
    "load_offices",
    "log_access",
    "place_in_office",
    "register_person",
    "reveal_national_number",
    "rotate_national_numbers",
    "set_family_situation",
    "set_national_number",
    "update_person",
    "write_note",
    "write_notes",
]
