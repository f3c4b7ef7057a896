"""REST doors of open-ended contracts."""

from django.urls import path

from payroll.cdi import api

app_name = "cdi-api"
urlpatterns = [
    path("open-ended-contracts/", api.OpenEndedContracts.as_view(), name="contracts"),
    path("open-ended-contracts/<uuid:pk>/", api.OneOpenEndedContract.as_view(), name="contract"),
    path("open-ended-contracts/<uuid:pk>/days/", api.WorkDays.as_view(), name="days"),
    path("open-ended-contracts/<uuid:pk>/end/", api.EndContract.as_view(), name="end"),
    path("open-ended-contracts/<uuid:pk>/allowances/", api.PayAllowance.as_view(), name="allowance"),
    path("salary-months/<uuid:pk>/lend/", api.LendSalary.as_view(), name="lend"),
    path("salary-proposals/", api.Proposals.as_view(), name="proposals"),
    path("salary-proposals/<uuid:pk>/", api.OneProposal.as_view(), name="proposal"),
    path("salary-proposals/<uuid:pk>/agree/", api.AgreeProposal.as_view(), name="agree"),
    path("salary-proposals/<uuid:pk>/refuse/", api.RefuseProposal.as_view(), name="refuse"),
    path("absences/", api.Absences.as_view(), name="absences"),
    path("absences/<uuid:pk>/", api.OneAbsence.as_view(), name="absence"),
    path("absences/<uuid:pk>/decide/", api.DecideAbsence.as_view(), name="decide"),
    path("absences/<uuid:pk>/cancel/", api.CancelAbsence.as_view(), name="cancel"),
]
