"""The only writer of purchases: receiving, giving to an Activity, accepting, paying."""

from invoicing.purchases.services.receiving import Received, receive_document

__all__ = ["Received", "receive_document"]
