"""REST doors of collection."""

from django.urls import path

from invoicing.collection import api, file_api, loss_api

app_name = "collection-api"
urlpatterns = [
    path("late-clients/", api.LateClients.as_view(), name="late"),
    path("late-clients/<uuid:pk>/reminder/", api.Remind.as_view(), name="remind"),
    path("late-clients/<uuid:pk>/pause/", api.PauseReminders.as_view(), name="pause"),
    path("late-clients/<uuid:pk>/plan/", api.AgreePlan.as_view(), name="plan"),
    path("late-clients/<uuid:pk>/hand-over/", api.OpenFile.as_view(), name="hand_over"),
    path("late-clients/<uuid:pk>/contact/", api.NoteContact.as_view(), name="contact"),
    path("payment-plans/<uuid:pk>/", api.OnePlan.as_view(), name="one_plan"),
    path("payment-plans/<uuid:pk>/cancel/", api.CancelPlan.as_view(), name="cancel_plan"),
    path("late-clients/<uuid:pk>/letters/<uuid:letter>/posted/", file_api.Posted.as_view(), name="posted"),
    path("invoices/<uuid:pk>/end-pause/", file_api.EndPause.as_view(), name="end_pause"),
    path("collection-files/<uuid:pk>/", file_api.OneFile.as_view(), name="handed"),
    path("collection-files/<uuid:pk>/dossier/", file_api.Dossier.as_view(), name="dossier"),
    path("collection-files/<uuid:pk>/take-back/", api.TakeBack.as_view(), name="take_back"),
    path("collection-files/<uuid:pk>/fee/", api.Fee.as_view(), name="fee"),
    path("invoices/<uuid:pk>/charges/", api.Claim.as_view(), name="claim"),
    path("invoices/<uuid:pk>/costs/", api.ClaimCosts.as_view(), name="costs"),
    path("invoices/<uuid:pk>/dispute/", api.Dispute.as_view(), name="dispute"),
    path("invoices/<uuid:pk>/dispute/pass/", api.PassDispute.as_view(), name="pass_dispute"),
    path("invoices/<uuid:pk>/resume/", api.Resume.as_view(), name="resume"),
    path("invoices/<uuid:pk>/write-down/", loss_api.WriteDown.as_view(), name="write_down"),
    path("charges/<uuid:pk>/waive/", api.Waive.as_view(), name="waive"),
    path("write-downs/<uuid:pk>/lost/", loss_api.DeclareLost.as_view(), name="lost"),
    path("write-downs/<uuid:pk>/agree/", loss_api.AgreeWriteDown.as_view(), name="agree"),
    path("write-downs/<uuid:pk>/refuse/", loss_api.RefuseWriteDown.as_view(), name="refuse"),
    path("write-downs/<uuid:pk>/undo/", loss_api.UndoWriteDown.as_view(), name="undo"),
]
