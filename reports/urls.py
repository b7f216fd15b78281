"""This room's addresses: the public form, the desk, and the API."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import pgettext_lazy
from django.views.generic import RedirectView

from . import api
from .views import (
    files,
    importing,
    operations,
    petitions,
    public,
    requests,
    rules,
    status,
    tellings,
    verifying,
)

# The words of public addresses are those of the reader's language.
steps: list[URLPattern | URLResolver] = [
    path("", public.start, name="start"),
    path("2/", public.reason, name="reason"),
    path("3/", public.identity, name="identity"),
    path(pgettext_lazy("address", "erase/"), public.erase, name="erase"),
    path(pgettext_lazy("address", "sent/"), public.sent, name="sent"),
    path(pgettext_lazy("address", "status/"), status.status, name="status"),
    path(pgettext_lazy("address", "status/add/"), status.add, name="add"),
    path(pgettext_lazy("address", "status/answer/"), status.answer, name="answer"),
]
public_urls: list[URLPattern | URLResolver] = [
    path(pgettext_lazy("address", "report/"), include(steps)),
    # Whoever changes nothing but the language in an address arrives all the same.
    re_path("^(?:lapor|report)/$", RedirectView.as_view(pattern_name="reports_public:start")),
    re_path(
        "^(?:lapor|report)/status/$", RedirectView.as_view(pattern_name="reports_public:status")
    ),
]

urls = [
    path("requests/", requests.requests, name="requests"),
    path("requests/new/", requests.request_edit, name="request_new"),
    path("requests/<int:pk>/", requests.request_edit, name="request_edit"),
    path("requests/<int:pk>/submit/", requests.request_submit, name="request_submit"),
    path("requests/<int:pk>/return/", requests.request_return, name="request_return"),
    path("new/", tellings.new, name="new"),
    path("mine/", tellings.mine, name="mine"),
    path("mine/accounts/", tellings.accounts, name="accounts"),
    path("questions/<int:pk>/", tellings.answer, name="answer"),
    path("<int:pk>/", tellings.report, name="report"),
    path("<int:pk>/attach/", tellings.attach, name="attach"),
    path("verify/", verifying.verify, name="verify"),
    path("verify/<int:pk>/", verifying.finding, name="finding"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.rule, name="rule_new"),
    path("rules/<int:pk>/", rules.rule, name="rule"),
    path("rules/<int:pk>/off/", rules.rule_off, name="rule_off"),
    path("rules/<int:pk>/on/", rules.rule_on, name="rule_on"),
    path("needs-info/", verifying.needs_info, name="needs_info"),
    path("needs-info/<int:pk>/", verifying.mend, name="mend"),
    path("import/", importing.import_file, name="import"),
    path("import/<int:pk>/", importing.job, name="job"),
    path("import/<int:pk>/problems.csv", importing.job_errors, name="job_errors"),
    path("evidence/<int:pk>/", files.open_evidence, name="evidence"),
    path("evidence/<int:pk>/picture/", files.picture, name="picture"),
    path("evidence/<int:pk>/redact/", files.redact, name="redact"),
    path("operations/", operations.operations, name="operations"),
    path("operations/new/", operations.operation_new, name="operation_new"),
    path("operations/<int:pk>/correct/", operations.operation_correct, name="operation_correct"),
    path("petitions/", petitions.petitions, name="petitions"),
    path("petitions/new/", petitions.petition_new, name="petition_new"),
    path("petitions/<int:pk>/", petitions.petition, name="petition"),
    path("petitions/<int:pk>/sign/", petitions.petition_sign, name="petition_sign"),
    path("petitions/<int:pk>/return/", petitions.petition_return, name="petition_return"),
    path("petitions/<int:pk>/identity/", petitions.petition_identity, name="petition_identity"),
    path("petitions/<int:pk>/letter.pdf", petitions.petition_letter, name="petition_letter"),
]

api_urls = [
    path("reports/", api.Reports.as_view(), name="reports"),
    path("reports/<str:number>/", api.ReportStatus.as_view(), name="report_status"),
    path("completeness/", api.Completeness.as_view(), name="completeness"),
]
