"""Pages of invoicing."""

from django.urls import path, register_converter

from invoicing import views


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
    path("clients/", views.clients, name="clients"),
    path("clients/nouveau/", views.new_client, name="new_client"),
    path("clients/<uuid:pk>/", views.client, name="client"),
    path("clients/<uuid:pk>/modifier/", views.edit_client, name="edit_client"),
    path("factures/", views.invoices, name="invoices"),
    path("factures/nouvelle/", views.new, name="new"),
    path("factures/total/<uuid:pk>/", views.totals, name="totals"),
    path("factures/<uuid:pk>/", views.invoice, name="invoice"),
    path("factures/<uuid:pk>/modifier/", views.edit, name="edit"),
    path("factures/<uuid:pk>/apercu/", views.preview, name="preview"),
    path("factures/<uuid:pk>/emettre/", views.issue, name="issue"),
    path("factures/<uuid:pk>/envoyer/", views.send, name="send"),
    path("factures/<uuid:pk>/supprimer/", views.delete, name="delete"),
    path("factures/<uuid:pk>/credit/", views.credit, name="credit"),
    path("factures/<uuid:pk>/litige/", views.dispute, name="dispute"),
    path("factures/<uuid:pk>/reprise/", views.resume, name="resume"),
    path("documents/<uuid:pk>.<document_format:kind>", views.document, name="document"),
    path("factures/en-retard/", views.late, name="late"),
]
