"""Receivers of the network that behave as receivers do: the pages of sending have something to tell."""

from __future__ import annotations

from invoicing.einvoicing.access_point.chosen import simulator
from invoicing.einvoicing.access_point.simulator import Behaviour
from invoicing.einvoicing.enums import Channel, SendingState
from invoicing.einvoicing.models import Delivery
from smart.demo.stage import Stage

STORIES = (
    Behaviour.REFUSES,
    Behaviour.PAYS,
    Behaviour.UNKNOWN,
    Behaviour.APPROVES,
    Behaviour.QUERIES,
    Behaviour.REJECTED,
)


def teach_network(stage: Stage) -> None:
    """The last morning: some of the clients that are being sent something answer, each in its own way."""
    del stage
    waiting = Delivery.objects.filter(channel=Channel.PEPPOL, state=SendingState.PENDING)
    receivers = dict.fromkeys(waiting.order_by("-pk").values_list("receiver", flat=True)[:60])
    network = simulator()
    for receiver, behaviour in zip(receivers, STORIES, strict=False):
        network.teach(receiver, behaviour)
