"""REST doors of work and pay."""

from django.urls import path

from payroll.api import contracts, declarations, months, pay, quick_jobs, runs

app_name = "payroll-api"
urlpatterns = [
    path("contracts/", contracts.Contracts.as_view(), name="contracts"),
    path("contracts/bulk/", contracts.ManyContracts.as_view(), name="many_contracts"),
    path("contracts/<uuid:pk>/", contracts.OneContract.as_view(), name="contract"),
    path("contracts/<uuid:pk>/submit/", contracts.SubmitContract.as_view(), name="submit_contract"),
    path("contracts/<uuid:pk>/cancel/", contracts.CancelContract.as_view(), name="cancel_contract"),
    path("contracts/<uuid:pk>/shorten/", contracts.ShortenContract.as_view(), name="shorten_contract"),
    path("contracts/<uuid:pk>/sign/", contracts.SignContract.as_view(), name="sign_contract"),
    path("declarations/", declarations.Declarations.as_view(), name="declarations"),
    path("declarations/<uuid:pk>/retry/", declarations.RetryDeclaration.as_view(), name="retry_declaration"),
    path("pay-items/", pay.PayItems.as_view(), name="pay_items"),
    path("pay-items/<uuid:pk>/", pay.OnePayItem.as_view(), name="pay_item"),
    path("payslips/", pay.Payslips.as_view(), name="payslips"),
    path("payslips/<uuid:pk>/", pay.OnePayslip.as_view(), name="payslip"),
    path("payslips/<uuid:pk>/pdf/", pay.OnePayslipDocument.as_view(), name="payslip_document"),
    path("payroll-runs/", runs.Runs.as_view(), name="runs"),
    path("payroll-runs/<uuid:pk>/", runs.OneRun.as_view(), name="run"),
    path("payroll-runs/<uuid:pk>/compute/", runs.ComputeRun.as_view(), name="compute_run"),
    path("payroll-runs/<uuid:pk>/approve/", runs.ApproveRun.as_view(), name="approve_run"),
    path("payroll-runs/<uuid:pk>/pause/", runs.PauseRun.as_view(), name="pause_run"),
    path("payroll-runs/<uuid:pk>/resume/", runs.ResumeRun.as_view(), name="resume_run"),
    path("payroll-runs/<uuid:pk>/retry/", runs.RetryRun.as_view(), name="retry_run"),
    path("payroll-months/<str:month>/preview/", months.MonthPreview.as_view(), name="month_preview"),
    path("payroll-months/<str:month>/rates/", months.MonthRates.as_view(), name="month_rates"),
    path("pay-exceptions/<uuid:pk>/retry/", runs.RetryException.as_view(), name="retry_exception"),
    path("pay-exceptions/", runs.Exceptions.as_view(), name="exceptions"),
    path("pay-exceptions/<uuid:pk>/review/", runs.ReviewException.as_view(), name="review_exception"),
    path("quick-jobs/", quick_jobs.QuickJobs.as_view(), name="quick_jobs"),
    path("quick-jobs/<uuid:pk>/cancel/", quick_jobs.CancelQuickJob.as_view(), name="cancel_quick_job"),
    path("simulations/", quick_jobs.Simulations.as_view(), name="simulations"),
]
