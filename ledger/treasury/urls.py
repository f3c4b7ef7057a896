"""Pages of the treasury."""

from django.urls import path

from ledger.treasury import views

app_name = "treasury"
urlpatterns = [
    path("banque/", views.statements, name="statements"),
    path("banque/extraits/<uuid:pk>/", views.statement, name="statement"),
    path("banque/a-identifier/", views.queue, name="queue"),
    path("banque/lignes/<uuid:pk>/", views.line, name="line"),
    path("banque/lignes/<uuid:pk>/identifier/", views.identify, name="identify"),
    path("paiements/", views.batches, name="batches"),
    path("paiements/nouveau/", views.new_batch, name="new_batch"),
    path("paiements/<uuid:pk>/", views.batch, name="batch"),
    path("paiements/<uuid:pk>/liberer/", views.release, name="release"),
    path("paiements/<uuid:pk>/annuler/", views.cancel, name="cancel"),
    path("paiements/<uuid:pk>/fichier/", views.batch_file, name="batch_file"),
    path("paiements/retours/<uuid:pk>/", views.mend, name="mend"),
]
