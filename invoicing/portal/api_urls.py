"""REST doors of a client's account."""

from django.urls import path

from invoicing.portal import api

app_name = "portal-api"
urlpatterns = [
    path("clients/<uuid:pk>/statement/", api.Statement.as_view(), name="statement"),
    path("clients/<uuid:pk>/grouped-invoices/", api.GroupedInvoices.as_view(), name="grouped_invoices"),
    path("clients/<uuid:pk>/send-link/", api.SendLink.as_view(), name="send_link"),
    path("clients/<uuid:pk>/revoke-links/", api.RevokeLinks.as_view(), name="revoke_links"),
    path("clients/<uuid:pk>/grouping/", api.Grouping.as_view(), name="grouping"),
]
