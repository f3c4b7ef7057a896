"""Pages of invoicing."""

from django.urls import path, register_converter

from invoicing.views import clients, editor, invoice, lists


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
    path("factures/", lists.invoices, name="invoices"),
    path("factures/nouvelle/", editor.new, name="new"),
    path("factures/total/<uuid:pk>/", editor.totals, name="totals"),
    path("factures/<uuid:pk>/", invoice.invoice, name="invoice"),
    path("factures/<uuid:pk>/modifier/", editor.edit, name="edit"),
    path("factures/<uuid:pk>/apercu/", editor.preview, name="preview"),
    path("factures/<uuid:pk>/emettre/", editor.issue, name="issue"),
    path("factures/<uuid:pk>/envoyer/", invoice.send, name="send"),
    path("factures/<uuid:pk>/supprimer/", editor.delete, name="delete"),
    path("factures/<uuid:pk>/credit/", invoice.credit, name="credit"),
    path("factures/<uuid:pk>/litige/", invoice.dispute, name="dispute"),
    path("factures/<uuid:pk>/reprise/", invoice.resume, name="resume"),
    path("documents/<uuid:pk>.<document_format:kind>", invoice.document, name="document"),
    path("factures/en-retard/", lists.late, name="late"),
]
