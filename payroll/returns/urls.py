"""Pages of returns and of workers' papers."""

from django.urls import path

from payroll.returns import views

app_name = "returns"
urlpatterns = [
    path("declarations-publiques/", views.returns, name="returns"),
    path("declarations-publiques/faire/", views.build, name="build"),
    path("declarations-publiques/fins/<uuid:pk>/", views.end_contract, name="end_contract"),
    path("declarations-publiques/<uuid:pk>/", views.one_return, name="return"),
    path("declarations-publiques/<uuid:pk>/avancement/", views.progress, name="progress"),
    path("declarations-publiques/<uuid:pk>/fichier/", views.file, name="file"),
    path("declarations-publiques/<uuid:pk>/verifier/", views.check, name="check"),
    path("declarations-publiques/<uuid:pk>/approuver/", views.approve, name="approve"),
    path("declarations-publiques/<uuid:pk>/envoyer/", views.send, name="send"),
    path("declarations-publiques/<uuid:pk>/renvoyer/", views.retry, name="retry"),
    path("declarations-publiques/personnes/<uuid:pk>/", views.worker, name="worker"),
    path("mes-documents/", views.papers, name="papers"),
    path("mes-documents/fin-de-contrat/<uuid:pk>/", views.ask_end, name="ask_end"),
    path("mes-documents/<uuid:pk>/", views.paper, name="paper"),
    path("mes-documents/<uuid:pk>/pdf/", views.paper_pdf, name="paper_pdf"),
]
