"""Pages of worker files."""

from django.urls import path

from payroll.workers import views
from payroll.workers.views import accidents, attestations, covers

app_name = "workers"
urlpatterns = [
    path("mon-dossier/", views.own, name="own"),
    path("mon-dossier/attestations/nouvelle/", attestations.hand_in, name="hand_in"),
    path("mon-dossier/heures-ailleurs/", views.elsewhere, name="elsewhere"),
    path("mon-dossier/accidents/nouveau/", accidents.report, name="report"),
    path("travailleurs/<uuid:pk>/", views.person, name="person"),
    path("travailleurs/<uuid:pk>/accident/", accidents.report_for, name="report_for"),
    path("attestations/", attestations.attestations, name="attestations"),
    path("attestations/<uuid:pk>/", attestations.attestation, name="attestation"),
    path("attestations/<uuid:pk>/fichier/", attestations.paper, name="paper"),
    path("attestations/<uuid:pk>/valider/", attestations.check, name="check"),
    path("attestations/<uuid:pk>/refuser/", attestations.refuse, name="refuse"),
    path("accidents/", accidents.accidents, name="accidents"),
    path("accidents/<uuid:pk>/", accidents.accident, name="accident"),
    path("accidents/<uuid:pk>/fichier/", accidents.paper, name="accident_paper"),
    path("accidents/<uuid:pk>/declarer/", accidents.declare, name="declare"),
    path("accidents/<uuid:pk>/cloturer/", accidents.close, name="close"),
    path("assurances/", covers.covers, name="covers"),
    path("assurances/nouvelle/", covers.add, name="add_cover"),
    path("assurances/<uuid:pk>/fin/", covers.end, name="end_cover"),
    path("attestations-de-vacances/<uuid:pk>/pdf/", views.certificate_pdf, name="certificate_pdf"),
]
