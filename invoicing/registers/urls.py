"""Pages of the registers."""

from django.urls import path

from invoicing.registers import views

app_name = "registers"
urlpatterns = [path("clients/<uuid:pk>/registres/", views.ask, name="ask")]
