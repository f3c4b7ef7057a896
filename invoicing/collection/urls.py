"""Pages of collection."""

from django.urls import path

from invoicing.collection.views import agreements, client, desk, invoice

app_name = "collection"
urlpatterns = [
    path("factures/en-retard/", desk.late, name="late"),
    path("recouvrement/<uuid:pk>/", client.file, name="file"),
    path("recouvrement/<uuid:pk>/rappel/", client.remind, name="remind"),
    path("recouvrement/<uuid:pk>/pause/", client.pause, name="pause"),
    path("recouvrement/<uuid:pk>/plan/", client.plan, name="plan"),
    path("recouvrement/<uuid:pk>/confier/", client.hand_over, name="hand_over"),
    path("recouvrement/<uuid:pk>/contact/", client.contact, name="contact"),
    path("recouvrement/<uuid:pk>/poste/<uuid:letter>/", client.posted, name="posted"),
    path("recouvrement/plans/<uuid:pk>/fin/", agreements.cancel_plan, name="cancel_plan"),
    path("recouvrement/dossiers/<uuid:pk>/", agreements.handed, name="handed"),
    path("recouvrement/dossiers/<uuid:pk>/frais/", agreements.fee, name="fee"),
    path("recouvrement/dossiers/<uuid:pk>/retour/", agreements.take_back, name="take_back"),
    path("recouvrement/dossiers/<uuid:pk>/dossier.pdf", agreements.dossier, name="dossier"),
    path("recouvrement/frais/<uuid:pk>/renoncer/", invoice.waive, name="waive"),
    path("recouvrement/reductions/<uuid:pk>/accord/", invoice.agree, name="agree"),
    path("recouvrement/reductions/<uuid:pk>/refus/", invoice.refuse, name="refuse"),
    path("recouvrement/reductions/<uuid:pk>/reprise/", invoice.undo, name="undo"),
    path("factures/<uuid:pk>/litige/", invoice.dispute, name="dispute"),
    path("factures/<uuid:pk>/litige/suite/", invoice.pass_dispute, name="pass_dispute"),
    path("factures/<uuid:pk>/reprise/", invoice.resume, name="resume"),
    path("factures/<uuid:pk>/fin-de-pause/", invoice.end_pause, name="end_pause"),
    path("factures/<uuid:pk>/interets/", invoice.claim, name="claim"),
    path("factures/<uuid:pk>/frais/", invoice.costs, name="costs"),
    path("factures/<uuid:pk>/reduction/", invoice.write_down, name="write_down"),
]
