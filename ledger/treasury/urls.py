"""Pages of the treasury."""

from django.urls import path

from ledger.treasury.forecast import views as forecast
from ledger.treasury.views import payments, queue, statements

app_name = "treasury"
urlpatterns = [
    path("tresorerie/", forecast.overview, name="forecast"),
    path("tresorerie/<str:day>/", forecast.one_day, name="forecast_day"),
    path("banque/", statements.statements, name="statements"),
    path("banque/extraits/<uuid:pk>/", statements.statement, name="statement"),
    path("banque/en-attente/<uuid:pk>/abandonner/", statements.forget_waiting, name="forget_waiting"),
    path("banque/refuses/relire/", statements.read_refused, name="read_refused"),
    path("banque/a-identifier/", queue.queue, name="queue"),
    path("banque/a-identifier/accepter/", queue.accept, name="accept"),
    path("banque/regles/", queue.rules, name="rules"),
    path("banque/regles/<uuid:pk>/oublier/", queue.forget_rule, name="forget_rule"),
    path("banque/lignes/<uuid:pk>/", queue.line, name="line"),
    path("banque/lignes/<uuid:pk>/identifier/", queue.identify, name="identify"),
    path("banque/lignes/<uuid:pk>/chercher/", queue.find, name="find"),
    path("banque/lignes/<uuid:pk>/annuler/", queue.undo, name="undo"),
    path("paiements/", payments.batches, name="batches"),
    path("paiements/nouveau/", payments.new_batch, name="new_batch"),
    path("paiements/<uuid:pk>/", payments.batch, name="batch"),
    path("paiements/<uuid:pk>/liberer/", payments.release, name="release"),
    path("paiements/<uuid:pk>/annuler/", payments.cancel, name="cancel"),
    path("paiements/<uuid:pk>/fichier/", payments.batch_file, name="batch_file"),
    path("paiements/retours/<uuid:pk>/", payments.mend, name="mend"),
]
