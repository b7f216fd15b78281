"""Addresses of the desk, the platform's pages, and the signed link."""

from django.urls import path

from . import api
from .views import (
    amends,
    bulk,
    case,
    link,
    looking,
    notices,
    objection,
    platform,
    queue,
    undelivered,
    verbs,
)

urls = [
    path("", queue.show, name="queue"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("<int:pk>/", case.show, name="case"),
    path("<int:pk>/note/", case.note, name="note"),
    path("<int:pk>/tick/", case.tick, name="tick"),
    path("<int:pk>/record/", case.record, name="record"),
    path("<int:pk>/observe/", looking.observe, name="observe"),
    path("<int:pk>/weigh/", amends.weigh, name="weigh"),
    path("<int:pk>/send/", amends.send_now, name="send_now"),
    path("<int:pk>/restore/", amends.restore, name="restore"),
    path("<int:pk>/do/<slug:name>/", verbs.verb, name="verb"),
    path("notices/", notices.index, name="notices"),
    path("undelivered/", undelivered.index, name="undelivered"),
    path("notices/<int:pk>/again/", undelivered.send_again, name="send_again"),
    path("notices/<int:pk>/", notices.show, name="notice"),
    path("notices/<int:pk>/sign/", notices.sign, name="sign"),
    path("notices/<int:pk>/correct/", amends.correct, name="correct"),
    path("notices/<int:pk>/approve/", amends.approve_correction, name="approve_correction"),
    path("notices/<int:pk>/due/", notices.override, name="override"),
    path("notices/<int:pk>/letter.pdf", notices.letter, name="letter"),
    path("platform/", platform.home, name="platform_home"),
    path("platform/<int:pk>/", platform.answer, name="answer"),
    path("platform/<int:pk>/letter.pdf", notices.letter, name="answer_letter"),
]
link_urls = [
    path("objection/", objection.show, name="objection"),
    path("<str:token>/", link.show, name="show"),
    path("<str:token>/letter.pdf", link.letter, name="letter"),
]
api_urls = [
    path("cases/", api.Cases.as_view(), name="cases"),
    path("cases/<int:pk>/", api.OneCase.as_view(), name="case"),
    path("cases/<int:pk>/<slug:verb>/", api.DoVerb.as_view(), name="case_verb"),
]
