"""REST doors of work and pay."""

from django.urls import path

from payroll import api

app_name = "payroll-api"
urlpatterns = [
    path("contracts/", api.Contracts.as_view(), name="contracts"),
    path("contracts/bulk/", api.ManyContracts.as_view(), name="many_contracts"),
    path("contracts/<uuid:pk>/", api.OneContract.as_view(), name="contract"),
    path("contracts/<uuid:pk>/submit/", api.SubmitContract.as_view(), name="submit_contract"),
    path("contracts/<uuid:pk>/cancel/", api.CancelContract.as_view(), name="cancel_contract"),
    path("contracts/<uuid:pk>/shorten/", api.ShortenContract.as_view(), name="shorten_contract"),
    path("contracts/<uuid:pk>/sign/", api.SignContract.as_view(), name="sign_contract"),
    path("declarations/", api.Declarations.as_view(), name="declarations"),
    path("declarations/<uuid:pk>/retry/", api.RetryDeclaration.as_view(), name="retry_declaration"),
    path("pay-items/", api.PayItems.as_view(), name="pay_items"),
    path("pay-items/<uuid:pk>/", api.OnePayItem.as_view(), name="pay_item"),
    path("payslips/", api.Payslips.as_view(), name="payslips"),
    path("payslips/<uuid:pk>/", api.OnePayslip.as_view(), name="payslip"),
    path("payroll-runs/", api.Runs.as_view(), name="runs"),
    path("payroll-runs/<uuid:pk>/", api.OneRun.as_view(), name="run"),
    path("payroll-runs/<uuid:pk>/compute/", api.ComputeRun.as_view(), name="compute_run"),
    path("payroll-runs/<uuid:pk>/approve/", api.ApproveRun.as_view(), name="approve_run"),
    path("pay-exceptions/", api.Exceptions.as_view(), name="exceptions"),
    path("pay-exceptions/<uuid:pk>/review/", api.ReviewException.as_view(), name="review_exception"),
    path("quick-jobs/", api.QuickJobs.as_view(), name="quick_jobs"),
    path("quick-jobs/<uuid:pk>/cancel/", api.CancelQuickJob.as_view(), name="cancel_quick_job"),
    path("simulations/", api.Simulations.as_view(), name="simulations"),
]
