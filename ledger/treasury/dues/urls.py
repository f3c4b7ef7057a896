"""Pages of dues."""

from django.urls import path

from ledger.treasury.dues.views import bodies, dues, entities

app_name = "dues"
urlpatterns = [
    path("dues/", dues.dues, name="dues"),
    path("dues/batch/", dues.new_batch, name="new_batch"),
    path("dues/creditors/", dues.creditors, name="creditors"),
    path("dues/statements/", bodies.statements, name="statements"),
    path("dues/statements/<uuid:pk>/", bodies.statement, name="statement"),
    path("dues/lines/<uuid:pk>/explain/", bodies.explain, name="explain"),
    path("dues/entities/", entities.entities, name="entities"),
    path("dues/transfers/<uuid:pk>/agree/", entities.agree, name="agree_transfer"),
    path("dues/transfers/<uuid:pk>/refuse/", entities.refuse, name="refuse_transfer"),
    path("dues/<uuid:pk>/", dues.due, name="due"),
    path("dues/<uuid:pk>/agree/", dues.agree, name="agree"),
    path("dues/<uuid:pk>/correct/", dues.correct, name="correct"),
]
