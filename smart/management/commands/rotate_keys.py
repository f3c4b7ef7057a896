"""`manage.py rotate_keys`"""

from typing import Any

from core.commands import JsonCommand
from core.models import Cooperative
from core.rotation import Rotation, rotate_keys
from core.types import Actor

ACTOR = Actor.system("key rotation")


class Command(JsonCommand):
    """Bring everything that is encrypted under the first key, while people work; exits 1 when rows are left
    because somebody holds them: start it again.
    """

    help = "Encrypt everything anew with the first key of SMART_FIELD_KEYS; may be killed and started again."

    def answer(self, **options: Any) -> dict[str, Any]:
        """By cooperative, and for what is shared, by kind: rows written anew, rows still pending, rows by the
        key that they need; whether all is done; which keys nothing needs any more. Raises `KeyMissing`.
        """
        return _told(rotate_keys(Cooperative.objects.order_by("pk"), actor=ACTOR))

    def exit_status(self, answer: Any) -> int:
        """1 while something is left under an older key."""
        return 0 if answer["complete"] else 1


def _told(rotation: Rotation) -> dict[str, Any]:
    return {
        "complete": rotation.complete,
        "shared": rotation.shared,
        "cooperatives": rotation.cooperatives,
        "unused_keys": rotation.unused(),
    }
