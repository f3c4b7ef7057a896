"""Pages of invoicing."""

from django.urls import path, register_converter

from invoicing.views import clients, contacts, credits, duplicates, editor, invoice, lists, overpaid


class DocumentFormat:
    """Which copy of a document."""

    regex = "pdf|xml"

    def to_python(self, value: str) -> str:
        """As it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands in the address."""
        return value


register_converter(DocumentFormat, "document_format")

app_name = "invoicing"
urlpatterns = [
    path("clients/", clients.clients, name="clients"),
    path("clients/nouveau/", clients.new_client, name="new_client"),
    path("clients/<uuid:pk>/", clients.client, name="client"),
    path("clients/<uuid:pk>/modifier/", clients.edit_client, name="edit_client"),
    path("clients/<uuid:pk>/membre/", clients.link_member, name="link_member"),
    path("clients/<uuid:pk>/contacts/nouveau/", contacts.new_contact, name="new_contact"),
    path("clients/contacts/<uuid:pk>/", contacts.edit_contact, name="edit_contact"),
    path("clients/contacts/<uuid:pk>/retirer/", contacts.remove_contact, name="remove_contact"),
    path("clients/credits/", credits.credits, name="credits"),
    path("clients/credits/remboursements/<uuid:pk>/annuler/", credits.cancel, name="cancel_refund"),
    path("clients/doublons/", duplicates.duplicates, name="duplicates"),
    path("clients/<uuid:pk>/fusionner/", duplicates.merge, name="merge"),
    path("clients/<uuid:pk>/distinguer/", duplicates.tell_apart, name="tell_apart"),
    path("factures/", lists.invoices, name="invoices"),
    path("factures/nouvelle/", editor.new, name="new"),
    path("factures/total/<uuid:pk>/", editor.totals, name="totals"),
    path("factures/<uuid:pk>/", invoice.invoice, name="invoice"),
    path("factures/<uuid:pk>/modifier/", editor.edit, name="edit"),
    path("factures/<uuid:pk>/apercu/", editor.preview, name="preview"),
    path("factures/<uuid:pk>/emettre/", editor.issue, name="issue"),
    path("factures/<uuid:pk>/envoyer/", invoice.send, name="send"),
    path("factures/<uuid:pk>/supprimer/", editor.delete, name="delete"),
    path("factures/<uuid:pk>/copier/", invoice.duplicate, name="duplicate"),
    path("factures/<uuid:pk>/joindre/", invoice.attach, name="attach"),
    path("pieces-jointes/<uuid:pk>/", invoice.attachment, name="attachment"),
    path("pieces-jointes/<uuid:pk>/retirer/", invoice.detach, name="detach"),
    path("factures/<uuid:pk>/credit/", invoice.credit, name="credit"),
    path("factures/<uuid:pk>/trop-percu/", overpaid.overpaid, name="overpaid"),
    path("documents/<uuid:pk>.<document_format:kind>", invoice.document, name="document"),
]
