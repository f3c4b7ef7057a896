"""REST doors of sending."""

from django.urls import path

from invoicing.einvoicing import api

app_name = "einvoicing-api"
urlpatterns = [
    path("invoices/send/", api.SendMany.as_view(), name="send_many"),
    path("invoices/<uuid:pk>/deliveries/", api.Deliveries.as_view(), name="deliveries"),
    path("deliveries/<uuid:pk>/handed-over/", api.HandedOver.as_view(), name="handed_over"),
    path("deliveries/<uuid:pk>/lost/", api.Lost.as_view(), name="lost"),
    path("deliveries/<uuid:pk>/set-aside/", api.SetAside.as_view(), name="set_aside"),
]
