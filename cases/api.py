"""The staff's API: the queue, a case with everything that was decided, and every verb of the table.

With a session; the person's role decides, as on the pages. Keys are for machines and open no case.
A case that is hidden and one that is not there answer alike.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation_portal import clock, policy
from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import STAFF
from moderation_portal.tokens import SignedIn, SignedInCall, allows, idempotent
from platforms.models import Platform
from reports.models import Panel

from . import decisions, grounds, permissions, queue
from .checklists import LONGEST_REASON
from .filters import CaseFilter
from .models import BEFORE_DECISION, Advice, Case, Decision, Target
from .panels import Said
from .table import VERBS as TABLE_VERBS
from .verbs import VERBS
from .views import numbers

TARGETS_A_PAGE = 500
LONGEST_TEXT = 4000


class VoiceBody(serializers.Serializer):
    """What one member of a panel said: a conflict of interest, or advice with its reasons."""

    member = serializers.IntegerField(min_value=1)
    conflict = serializers.CharField(max_length=LONGEST_TEXT, default="", allow_blank=True)
    advice = serializers.ChoiceField(choices=Advice.choices, default="", allow_blank=True)
    reasons = serializers.CharField(max_length=LONGEST_TEXT, default="", allow_blank=True)

    def to_internal_value(self, data: Any) -> Said:
        return Said(**super().to_internal_value(data))


class Body(serializers.Serializer):
    """What a verb is told; its fields are the verb's own parameters, and no others are taken."""

    def __init__(self, names: Iterable[str], **given: Any) -> None:
        super().__init__(**given)
        self.names = tuple(names)

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: FIELDS[name]() for name in self.names}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        strangers = set(self.initial_data) - set(self.fields)
        if strangers:
            said = _("This field is not known here.")
            raise serializers.ValidationError(dict.fromkeys(sorted(strangers), said))
        return attrs


FIELDS: Mapping[str, Callable[[], serializers.Field]] = {
    "reason": lambda: serializers.CharField(max_length=LONGEST_TEXT),
    "unit": lambda: serializers.CharField(max_length=40),
    "is_preservation_wanted": lambda: serializers.BooleanField(default=True),
    "owner": lambda: serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(role__in=STAFF, is_active=True)
    ),
    "text": lambda: serializers.CharField(max_length=LONGEST_TEXT),
    "lines": lambda: serializers.ListField(
        child=serializers.CharField(max_length=40), allow_empty=False
    ),
    "is_ticked": lambda: serializers.BooleanField(default=True),
    "skipped_because": lambda: serializers.CharField(
        max_length=LONGEST_REASON, required=False, allow_blank=True
    ),
    "into": lambda: serializers.IntegerField(min_value=1),
    "to": lambda: serializers.IntegerField(min_value=1, required=False, allow_null=True),
    "targets": lambda: serializers.ListField(
        child=serializers.IntegerField(min_value=1), allow_empty=False
    ),
    "bases": lambda: serializers.ListField(
        child=serializers.CharField(max_length=60), allow_empty=False
    ),
    "test": lambda: serializers.DictField(child=serializers.CharField(max_length=2000)),
    "reasons": lambda: serializers.CharField(max_length=LONGEST_TEXT),
    "departure": lambda: serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True
    ),
    "ticked": lambda: serializers.ListField(
        child=serializers.CharField(max_length=40), required=False
    ),
    "skipped": lambda: serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_REASON), required=False
    ),
    "panel": lambda: serializers.PrimaryKeyRelatedField(
        queryset=Panel.objects.filter(is_active=True)
    ),
    "held_on": lambda: serializers.DateField(),
    "voices": lambda: VoiceBody(many=True, allow_empty=False),
}


class PersonLine(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ("id", "name")


class CaseLine(serializers.ModelSerializer):
    """A case as the queue shows it."""

    platform: serializers.SlugRelatedField[Platform] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True
    )
    owner = PersonLine()

    class Meta:
        model = Case
        fields = (
            "id",
            "number",
            "title",
            "platform",
            "category",
            "urgency",
            "handling",
            "state",
            "outcome",
            "owner",
            "source",
            "is_formal",
            "target_count",
            "report_count",
            "opened_at",
            "ours_due_at",
            "due_at",
            "met_at",
            "preservation_asked_at",
            "closed_at",
        )
        read_only_fields = fields


class TargetLine(serializers.ModelSerializer):
    """An account of a case, and what became of it."""

    kind = serializers.CharField(source="account.kind")
    canonical = serializers.CharField(source="account.canonical")
    display = serializers.CharField(source="account.display")
    url = serializers.CharField(source="account.url")

    class Meta:
        model = Target
        fields = (
            "id",
            "kind",
            "canonical",
            "display",
            "url",
            "visibility",
            "state",
            "report_count",
            "closed_at",
        )
        read_only_fields = fields


class DecisionLine(serializers.ModelSerializer):
    """A decision with its grounds."""

    author = PersonLine()
    approver = PersonLine()

    class Meta:
        model = Decision
        fields = (
            "kind",
            "state",
            "author",
            "decided_at",
            "approver",
            "approved_at",
            "bases",
            "test",
            "reasons",
            "departure",
            "unit",
            "answer",
            "policy_version",
        )
        read_only_fields = fields


class Cases(APIView):
    """`GET /api/v1/cases/?view=…&platform=…&category=…&state=…&outcome=…&urgency=…&owner=…`."""

    permission_classes = [SignedIn, allows()]

    def get(self, request: SignedInCall) -> Response:
        """The cases of a view; `next` and `previous` are where the pages beside lie."""
        refuse_outsiders(request.user)
        given = request.query_params
        view = _view(given.get("view", "open"), request.user)
        at = clock.now()
        visible = permissions.visible_to(request.user)
        narrowed = CaseFilter(given, view.within(visible, request.user, at), at=at)
        if not narrowed.is_valid():
            fields = {name: list(map(str, said)) for name, said in narrowed.errors.items()}
            raise Invalid(_("One of the filters cannot be used."), {"fields": fields})
        page = queue.page(
            narrowed.qs.select_related("platform", "owner"),
            view=view,
            after=given.get("after", ""),
            before=given.get("before", ""),
        )
        return Response(
            {
                "cases": CaseLine(page.cases, many=True).data,
                "next": _beside(request, "after", page.after),
                "previous": _beside(request, "before", page.before),
            }
        )


class OneCase(APIView):
    """`GET /api/v1/cases/<id>/`: everything that a decision rests on."""

    permission_classes = [SignedIn, allows()]

    def get(self, request: SignedInCall, pk: int) -> Response:
        """The case, its accounts and decisions, what is missing, and what this person may do.

        Reading it counts as opening it, and is recorded where the case is sealed. More than
        `TARGETS_A_PAGE` accounts: go on at `targets_next`.
        """
        at = clock.now()
        case = load(request, pk)
        decisions.open_page(case, actor=request.user, at=at)
        targets, following = _targets(case, request.query_params.get("targets_after", ""))
        found = case.decisions.select_related("author", "approver")
        gaps = {}
        if case.state in BEFORE_DECISION:
            gaps = grounds.missing([case], policy.pack(), at=at)
        return Response(
            {
                **CaseLine(case).data,
                "targets": TargetLine(targets, many=True).data,
                "targets_next": f"{request.path}?targets_after={following}" if following else None,
                "decisions": DecisionLine(found, many=True).data,
                "gaps": [gap.as_json() for gap in gaps.get(case.pk, [])],
                "verbs": [
                    {
                        "verb": offer.transition.verb,
                        "label": str(offer.transition.label),
                        "is_allowed": bool(offer.verdict),
                        "reason": getattr(offer.verdict, "reason", ""),
                    }
                    for offer in permissions.verbs_for(request.user, case, at=at)
                ],
            }
        )


class DoVerb(APIView):
    """`POST /api/v1/cases/<id>/<verb>/` with an Idempotency-Key: what the case's buttons do."""

    permission_classes = [SignedIn, allows()]

    @idempotent
    def post(self, request: SignedInCall, pk: int, verb: str) -> Response:
        """Does it and answers with the case as it is now; a refusal says why and who was first."""
        at = clock.now()
        case = load(request, pk)
        if verb not in TABLE_VERBS:
            raise NotFound({"code": "not_found", "message": _("There is no such verb.")})
        if verb not in VERBS:
            raise Refused(permissions.wrong_role(()))
        said = _told(VERBS[verb].told, request.data)
        VERBS[verb].on([case.pk], said, actor=request.user, at=at).insist()
        return Response(CaseLine(load(request, pk)).data)


def refuse_outsiders(user: User) -> None:
    """Raises Refused for those who read no case at all."""
    if user.role not in permissions.READERS:
        raise Refused(permissions.wrong_role(permissions.READERS))


def load(request: SignedInCall, pk: int) -> Case:
    """The case, if this person may know that it exists; hidden and absent look the same."""
    refuse_outsiders(request.user)
    visible = permissions.visible_to(request.user).select_related("platform", "owner")
    case = visible.filter(pk=pk).first()
    if case is None:
        raise NotFound({"code": "not_found", "message": permissions.not_found()})
    return case


def _view(code: str, user: User) -> queue.View:
    view = queue.view_of(code, user)
    if view.code != code:
        known = ", ".join(one.code for one in queue.views_for(user))
        said = _("There is no such view. Choose one of these: %(list)s.") % {"list": known}
        raise Invalid(said, {"fields": {"view": [said]}})
    return view


def _beside(request: SignedInCall, side: str, key: str) -> str | None:
    if not key:
        return None
    query = request.query_params.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[side] = key
    return f"{request.path}?{query.urlencode()}"


def _targets(case: Case, after: str) -> tuple[list[Target], int | None]:
    """A page of accounts behind this id, and the id from which to go on."""
    behind = numbers.whole(after or "0")
    if behind is None:
        raise Invalid(_("This page address is broken. Go back to the queue."))
    found = case.targets.select_related("account").order_by("pk").filter(pk__gt=behind)
    rows = list(found[: TARGETS_A_PAGE + 1])
    page = rows[:TARGETS_A_PAGE]
    return page, page[-1].pk if len(rows) > TARGETS_A_PAGE else None


def _told(names: Iterable[str], data: object) -> dict[str, Any]:
    """What the verb is told; Invalid names each field that is missing, wrong or unknown."""
    given = Body(names, data=data)
    if not given.is_valid():
        said = _("Something in what was sent is missing or wrong.")
        raise Invalid(said, {"fields": given.errors})
    return dict(given.validated_data)
