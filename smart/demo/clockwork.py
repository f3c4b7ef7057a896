"""What the product does by itself each day: recurring invoices, plans and quotes that are over, months."""

from __future__ import annotations

from core.types import Actor
from invoicing.collection.services import credit_surcharges_back, follow_plans
from invoicing.portal.services import group_months
from invoicing.quotes.services import expire_quotes, remind_quotes
from invoicing.recurring.services import run_recurring
from smart.demo.stage import Stage


def strike(stage: Stage) -> None:
    """The daily work that the beat of a running product rings for."""
    run_recurring(on=stage.today, actor=Actor.system("recurring invoices"))
    quotes, collection = Actor.system("quotes"), Actor.system("collection")
    expire_quotes(on=stage.today, actor=quotes)
    remind_quotes(on=stage.today, actor=quotes)
    follow_plans(on=stage.today, actor=collection)
    credit_surcharges_back(on=stage.today, actor=collection)
    group_months(on=stage.today, actor=Actor.system("portal"))
