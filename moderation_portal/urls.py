"""Every address of the portal. What is not on the public list of `middleware` wants a sign-in."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from cases import urls as cases
from reports import urls as reports

from . import (
    change_views,
    dead_letter_views,
    letter_views,
    news_views,
    policy_views,
    standstill_views,
    views,
)

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("language", views.set_language, name="set_language"),
    path("news/", news_views.mine, name="news"),
    path("dead-letters/", dead_letter_views.index, name="dead_letters"),
    path("dead-letters/<int:place>/", dead_letter_views.act, name="dead_letter"),
    path("standstills/", standstill_views.index, name="standstills"),
    path("standstills/release/", standstill_views.release, name="standstill_release"),
    path("changes/", change_views.waiting, name="changes"),
    path("changes/<int:pk>/", change_views.decide, name="change"),
    path("policy/categories/", policy_views.categories, name="categories"),
    path("policy/letters/", letter_views.index, name="letter_texts"),
    path("policy/letters/<int:pk>/end/", letter_views.take_back, name="letter_text_end"),
    path("policy/letters/<slug:code>/<slug:language>/", letter_views.text, name="letter_text"),
    path(
        "policy/letters/<slug:code>/<slug:language>/letter.pdf",
        letter_views.as_pdf,
        name="letter_text_pdf",
    ),
    path(
        "policy/letters/<slug:code>/<slug:language>/mail/",
        letter_views.as_mail,
        name="letter_text_mail",
    ),
    path("account/email/", views.account_page_closed),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("admin/login/", views.admin_sign_in, name="admin_sign_in"),
    path("admin/", admin.site.urls),
    path("reports/", include((reports.urls, "reports"))),
    path("cases/", include((cases.urls, "cases"))),
    path("", include(cases.search_urls)),
    path("api/v1/", include((reports.api_urls + cases.api_urls, "api"))),
]
urlpatterns += i18n_patterns(
    path("", views.home, name="front"),
    path("", include((reports.public_urls, "reports_public"))),
    path("a/", include((cases.link_urls, "answer_link"))),
    path("", include((cases.check_urls, "letter_check"))),
    path("", include((cases.appeal_urls, "appeal_public"))),
    prefix_default_language=True,
)

if settings.IS_DEMO:
    urlpatterns.append(path("demo/sign-in", views.demo_sign_in, name="demo_sign_in"))
