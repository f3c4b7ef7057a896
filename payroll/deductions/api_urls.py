"""REST doors of deductions."""

from django.urls import path

from payroll.deductions import api

app_name = "deductions-api"
urlpatterns = [
    path("seizures/", api.Seizures.as_view(), name="seizures"),
    path("seizures/new/", api.EnterSeizure.as_view(), name="enter_seizure"),
    path("seizures/<uuid:pk>/", api.OneSeizure.as_view(), name="seizure"),
    path("seizures/<uuid:pk>/agree/", api.AgreeSeizure.as_view(), name="agree_seizure"),
    path("seizures/<uuid:pk>/suspend/", api.SuspendSeizure.as_view(), name="suspend"),
    path("seizures/<uuid:pk>/resume/", api.ResumeSeizure.as_view(), name="resume"),
    path("seizures/<uuid:pk>/lift/", api.LiftSeizure.as_view(), name="lift"),
    path("seizures/<uuid:pk>/creditor/", api.CorrectCreditor.as_view(), name="creditor"),
    path("advances/", api.Advances.as_view(), name="advances"),
    path("advances/new/", api.AskAdvance.as_view(), name="ask"),
    path("advances/<uuid:pk>/", api.OneAdvance.as_view(), name="advance"),
    path("advances/<uuid:pk>/agree/", api.AgreeAdvance.as_view(), name="agree_advance"),
    path("advances/<uuid:pk>/refuse/", api.RefuseAdvance.as_view(), name="refuse"),
    path("advances/<uuid:pk>/withdraw/", api.WithdrawAdvance.as_view(), name="withdraw"),
    path("advances/<uuid:pk>/write-off/", api.WriteOffAdvance.as_view(), name="write_off"),
]
