"""Pages of sending."""

from django.urls import path

from invoicing.einvoicing import views

app_name = "einvoicing"
urlpatterns = [
    path("envois/", views.desk, name="desk"),
    path("envois/document/<uuid:pk>/", views.send, name="send"),
    path("envois/<uuid:pk>/<slug:act>/", views.act, name="act"),
]
