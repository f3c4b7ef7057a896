"""Pages of hours, and the page that clients open by their link."""

from django.urls import path

from invoicing.timesheets import client_views, views

app_name = "timesheets"
urlpatterns = [
    path("heures/", views.hours, name="hours"),
    path("heures/nouvelles/", views.new, name="new"),
    path("heures/<uuid:pk>/", views.edit, name="edit"),
    path("heures/<uuid:pk>/supprimer/", views.delete, name="delete"),
    path("heures/facturer/<uuid:pk>/<uuid:client>/", views.invoice, name="invoice"),
    path("heures/approbation/<uuid:pk>/<uuid:client>/", views.send, name="send"),
    path("heures/releves/<uuid:pk>/", views.sheet, name="sheet"),
    path("heures/releves/<uuid:pk>/reprendre/", views.withdraw, name="withdraw"),
    path("releve/<str:token>/", client_views.approval, name="approval"),
    path("releve/<str:token>/approuver/", client_views.approve, name="approve"),
    path("releve/<str:token>/renvoyer/", client_views.send_back, name="send_back"),
]
