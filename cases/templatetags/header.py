"""What the header of a page offers this reader of the desk: the search box, their absence."""

from django import template
from django.template import Context

from cases.search import SEARCHERS
from moderation_portal.roles import STAFF

register = template.Library()


@register.simple_tag(takes_context=True)
def may_be_away(context: Context) -> bool:
    """Whether this reader works at the desk, and so enters when they are away."""
    return getattr(context.get("user"), "role", None) in STAFF


@register.simple_tag(takes_context=True)
def may_search(context: Context) -> bool:
    """Whether this reader has something to search."""
    return getattr(context.get("user"), "role", None) in SEARCHERS
