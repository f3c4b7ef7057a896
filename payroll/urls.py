"""Pages of work and pay."""

from django.urls import path

from payroll.views import contracts, declarations, month, payslips, quick_jobs

app_name = "payroll"
urlpatterns = [
    path("simulateur/", quick_jobs.simulator, name="simulator"),
    path("mission/", quick_jobs.quick_job, name="quick_job"),
    path("mission/estimation/", quick_jobs.quick_job_estimate, name="quick_job_estimate"),
    path("mission/<uuid:pk>/", quick_jobs.quick_job_done, name="quick_job_done"),
    path("contrats/", contracts.contracts, name="contracts"),
    path("contrats/nouveau/", contracts.contract_new, name="contract_new"),
    path("contrats/<uuid:pk>/", contracts.contract, name="contract"),
    path("contrats/<uuid:pk>/modifier/", contracts.contract_edit, name="contract_edit"),
    path("contrats/<uuid:pk>/soumettre/", contracts.contract_submit, name="contract_submit"),
    path("contrats/<uuid:pk>/annuler/", contracts.contract_cancel, name="contract_cancel"),
    path("contrats/<uuid:pk>/raccourcir/", contracts.contract_shorten, name="contract_shorten"),
    path("contrats/<uuid:pk>/absence/", contracts.contract_no_show, name="contract_no_show"),
    path("contrats/<uuid:pk>/signer/", contracts.contract_sign, name="contract_sign"),
    path("declarations/", declarations.declarations, name="declarations"),
    path("declarations/<uuid:pk>/reprendre/", declarations.declaration_retry, name="declaration_retry"),
    path("paie/", payslips.my_pay, name="my_pay"),
    path("paie/decomptes/<uuid:pk>/", payslips.pay_item, name="pay_item"),
    path("paie/fiches/<uuid:pk>/", payslips.payslip, name="payslip"),
    path("paie/fiches/<uuid:pk>/pdf/", payslips.payslip_pdf, name="payslip_pdf"),
    path("cycle-de-paie/", month.month, name="month"),
    path("cycle-de-paie/fiches/", payslips.payslips, name="payslips"),
    path("cycle-de-paie/lancer/", month.run_start, name="run_start"),
    path("cycle-de-paie/<uuid:pk>/recalculer/", month.run_compute, name="run_compute"),
    path("cycle-de-paie/<uuid:pk>/approuver/", month.run_approve, name="run_approve"),
    path("cycle-de-paie/<uuid:pk>/avancement/", month.run_progress, name="run_progress"),
    path("cycle-de-paie/exceptions/<uuid:pk>/", month.exception_review, name="exception_review"),
]
