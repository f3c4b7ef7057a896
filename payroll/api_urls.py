"""REST doors of work and pay."""

from django.urls import path

from payroll.api import (
    contract_acts,
    contract_batches,
    contracts,
    declarations,
    months,
    pay,
    quick_jobs,
    runs,
)

app_name = "payroll-api"
urlpatterns = [
    path("contracts/", contracts.Contracts.as_view(), name="contracts"),
    path("contracts/bulk/", contracts.ManyContracts.as_view(), name="many_contracts"),
    path("contracts/<uuid:pk>/", contracts.OneContract.as_view(), name="contract"),
    path("contracts/<uuid:pk>/submit/", contracts.SubmitContract.as_view(), name="submit_contract"),
    path("contracts/<uuid:pk>/cancel/", contracts.CancelContract.as_view(), name="cancel_contract"),
    path("contracts/<uuid:pk>/shorten/", contracts.ShortenContract.as_view(), name="shorten_contract"),
    path("contracts/<uuid:pk>/sign/", contract_acts.SignContract.as_view(), name="sign_contract"),
    path("contracts/<uuid:pk>/paper/", contract_acts.ContractPaper.as_view(), name="contract_paper"),
    path("contracts/<uuid:pk>/amend/", contract_acts.AmendContract.as_view(), name="amend_contract"),
    path("contracts/<uuid:pk>/no-show/", contract_acts.ReportNoShow.as_view(), name="no_show_contract"),
    path("contracts/<uuid:pk>/copy/", contract_acts.CopyContract.as_view(), name="copy_contract"),
    path("contracts/<uuid:pk>/split/", contract_acts.SplitContract.as_view(), name="split_contract"),
    path("contract-months/<uuid:pk>/correct/", contract_acts.CorrectMonth.as_view(), name="correct_month"),
    path(
        "contract-months/<uuid:pk>/withdraw/",
        contract_acts.WithdrawCorrection.as_view(),
        name="withdraw_correction",
    ),
    path("contract-templates/", contract_acts.Templates.as_view(), name="contract_templates"),
    path("contract-templates/<uuid:pk>/", contract_acts.OneTemplate.as_view(), name="contract_template"),
    path("contract-batches/", contract_batches.Batches.as_view(), name="contract_batches"),
    path("contract-batches/preview/", contract_batches.BatchPreview.as_view(), name="preview_batch"),
    path("contract-batches/<uuid:pk>/", contract_batches.OneBatch.as_view(), name="contract_batch"),
    path("contract-batches/<uuid:pk>/submit/", contract_batches.SubmitBatch.as_view(), name="submit_batch"),
    path("declarations/", declarations.Declarations.as_view(), name="declarations"),
    path("declarations/<uuid:pk>/retry/", declarations.RetryDeclaration.as_view(), name="retry_declaration"),
    path(
        "declarations/<uuid:pk>/settle/", declarations.SettleDeclaration.as_view(), name="settle_declaration"
    ),
    path(
        "declaration-differences/",
        declarations.DeclarationDifferences.as_view(),
        name="declaration_differences",
    ),
    path("declaration-files/", declarations.MakeDeclarationFiles.as_view(), name="make_declaration_files"),
    path(
        "declaration-answers/",
        declarations.ReadDeclarationAnswers.as_view(),
        name="read_declaration_answers",
    ),
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
