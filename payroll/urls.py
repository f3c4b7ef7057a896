"""Pages of work and pay."""

from django.urls import path

from payroll.views import (
    contract_acts,
    contract_batches,
    contract_entry,
    contract_signing,
    contracts,
    declarations,
    month,
    payslips,
    quick_jobs,
)

app_name = "payroll"
urlpatterns = [
    path("simulateur/", quick_jobs.simulator, name="simulator"),
    path("mission/", quick_jobs.quick_job, name="quick_job"),
    path("mission/estimation/", quick_jobs.quick_job_estimate, name="quick_job_estimate"),
    path("mission/<uuid:pk>/", quick_jobs.quick_job_done, name="quick_job_done"),
    path("contrats/", contracts.contracts, name="contracts"),
    path("contrats/nouveau/", contract_entry.contract_new, name="contract_new"),
    path("contrats/ensemble/", contract_batches.contract_batch, name="contract_batch"),
    path("contrats/ensemble/<uuid:pk>/", contract_batches.contract_batch_done, name="contract_batch_done"),
    path(
        "contrats/ensemble/<uuid:pk>/encore/",
        contract_batches.contract_batch_again,
        name="contract_batch_again",
    ),
    path("contrats/modeles/", contract_entry.contract_templates, name="contract_templates"),
    path("contrats/modeles/<uuid:pk>/oublier/", contract_entry.template_drop, name="template_drop"),
    path("contrats/mois/<uuid:pk>/corriger/", contract_acts.month_correct, name="month_correct"),
    path("contrats/<uuid:pk>/", contracts.contract, name="contract"),
    path("contrats/<uuid:pk>/modifier/", contract_entry.contract_edit, name="contract_edit"),
    path("contrats/<uuid:pk>/soumettre/", contract_entry.contract_submit, name="contract_submit"),
    path("contrats/<uuid:pk>/annuler/", contract_acts.contract_cancel, name="contract_cancel"),
    path("contrats/<uuid:pk>/raccourcir/", contract_acts.contract_shorten, name="contract_shorten"),
    path("contrats/<uuid:pk>/absence/", contract_acts.contract_no_show, name="contract_no_show"),
    path("contrats/<uuid:pk>/signer/", contract_signing.contract_sign, name="contract_sign"),
    path("contrats/<uuid:pk>/document/", contract_signing.contract_paper, name="contract_paper"),
    path("contrats/<uuid:pk>/avenant/", contract_acts.contract_amend, name="contract_amend"),
    path("contrats/<uuid:pk>/scinder/", contract_entry.contract_split, name="contract_split"),
    path("contrats/<uuid:pk>/modele/", contract_entry.contract_keep, name="contract_keep"),
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
