"""Pages of work abroad."""

from django.urls import path

from payroll.abroad import views

app_name = "abroad"
urlpatterns = [
    path("travail-etranger/", views.queue, name="queue"),
    path("contrats/<uuid:pk>/etranger/", views.declare, name="declare"),
    path("travail-etranger/<uuid:pk>/", views.mission, name="mission"),
    path("travail-etranger/<uuid:pk>/modifier/", views.change, name="change"),
    path("travail-etranger/<uuid:pk>/confirmer/", views.confirm, name="confirm"),
    path("travail-etranger/<uuid:pk>/annuler/", views.cancel, name="cancel"),
    path("travail-etranger/<uuid:pk>/retirer/", views.retract, name="retract"),
    path("travail-etranger/<uuid:pk>/attestation/", views.certificate, name="certificate"),
    path("travail-etranger/etapes/<uuid:pk>/envoyer/", views.send, name="send"),
    path("travail-etranger/etapes/<uuid:pk>/faite/", views.done, name="done"),
    path("travail-etranger/etapes/<uuid:pk>/inutile/", views.not_needed, name="not_needed"),
    path("travail-etranger/etapes/<uuid:pk>/rouvrir/", views.reopen, name="reopen"),
    path("travail-etranger/etapes/<uuid:pk>/preuve/", views.evidence, name="evidence"),
]
