"""What REST clients see and send."""

from rest_framework import serializers

from governance.models import ShareMovement, ShareSubscription
from governance.services import MOST_SHARES


class SubscriptionInput(serializers.Serializer):  # type: ignore[type-arg]
    """How many shares."""

    shares = serializers.IntegerField(min_value=1, max_value=MOST_SHARES)


class SubscriptionOutput(serializers.ModelSerializer):  # type: ignore[type-arg]
    """A subscription with what is needed to pay it."""

    iban = serializers.CharField(source="entity.iban")

    class Meta:
        model = ShareSubscription
        fields = (
            *("id", "shares", "price", "amount", "category", "subscribed_on"),
            *("state", "paid_on", "communication", "iban"),
        )
        read_only_fields = fields


class ShareholdingOutput(serializers.Serializer):  # type: ignore[type-arg]
    """What the person holds."""

    shares = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    covered_until = serializers.DateField(allow_null=True)


class MovementOutput(serializers.ModelSerializer):  # type: ignore[type-arg]
    """A line of the register of members."""

    person_name = serializers.CharField(source="person.__str__")

    class Meta:
        model = ShareMovement
        fields = ("id", "number", "person", "person_name", "category", "kind", "shares", "amount", "on")
        read_only_fields = fields
