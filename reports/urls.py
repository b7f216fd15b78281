"""This room's addresses: the public form, the desk, and the API."""

from django.urls import path

from . import api
from .views import files, importing, petitions, public, requests, tellings, verifying

public_urls = [
    path("", public.start, name="start"),
    path("2/", public.reason, name="reason"),
    path("3/", public.identity, name="identity"),
    path("sent/", public.sent, name="sent"),
    path("status/", public.status, name="status"),
]

urls = [
    path("requests/", requests.requests, name="requests"),
    path("requests/new/", requests.request_edit, name="request_new"),
    path("requests/<int:pk>/", requests.request_edit, name="request_edit"),
    path("requests/<int:pk>/submit/", requests.request_submit, name="request_submit"),
    path("requests/<int:pk>/return/", requests.request_return, name="request_return"),
    path("new/", tellings.new, name="new"),
    path("mine/", tellings.mine, name="mine"),
    path("<int:pk>/", tellings.report, name="report"),
    path("verify/", verifying.verify, name="verify"),
    path("verify/<int:pk>/", verifying.finding, name="finding"),
    path("needs-info/", verifying.needs_info, name="needs_info"),
    path("needs-info/<int:pk>/", verifying.mend, name="mend"),
    path("import/", importing.import_file, name="import"),
    path("import/<int:pk>/", importing.job, name="job"),
    path("import/<int:pk>/problems.csv", importing.job_errors, name="job_errors"),
    path("evidence/<int:pk>/", files.open_evidence, name="evidence"),
    path("petitions/", petitions.petitions, name="petitions"),
    path("petitions/new/", petitions.petition_new, name="petition_new"),
    path("petitions/<int:pk>/", petitions.petition, name="petition"),
]

api_urls = [
    path("reports/", api.Reports.as_view(), name="reports"),
    path("reports/<str:number>/", api.ReportStatus.as_view(), name="report_status"),
    path("completeness/", api.Completeness.as_view(), name="completeness"),
]
