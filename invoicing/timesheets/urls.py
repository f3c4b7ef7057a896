"""Pages of hours."""

from django.urls import path

from invoicing.timesheets import views

app_name = "timesheets"
urlpatterns = [
    path("heures/", views.hours, name="hours"),
    path("heures/nouvelles/", views.new, name="new"),
    path("heures/<uuid:pk>/", views.edit, name="edit"),
    path("heures/<uuid:pk>/supprimer/", views.delete, name="delete"),
    path("heures/facturer/<uuid:pk>/<uuid:client>/", views.invoice, name="invoice"),
]
