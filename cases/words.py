"""What a timeline says: one sentence for every kind of event that the record holds."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .rungs import UNASKED
from .table import SENTENCES

# What has no clock reaches the platform in other words.
SERVED_UNASKED = "notice.served.unasked"

# Events that are not rows of the transition table. `%(name)s` is who did it.
MORE: dict[str, Promise] = {
    "case.opened": _("the case was opened from a report"),
    "case.looked_at_again": _("%(name)s took a second look at the closed case"),
    "case.compared": _("%(name)s looked for similar cases"),
    "case.page_opened": _("%(name)s opened the case"),
    "target.added": _("an account was added"),
    "target.joined": _("another report of the same account came in"),
    "target.observed": _("%(name)s looked at an account"),
    "look.pictured": _("a picture of what the platform's server answered was taken"),
    "notice.drafted": _("a notice was drafted and waits for a signature"),
    "notice.signed": _("%(name)s signed the notice"),
    "notice.issued": _("the notice was issued"),
    "notice.letter_signed": _("the letter was signed electronically"),
    "notice.not_signed": _(
        "the letter could not be signed electronically: it is tried again, tell the person on duty"
    ),
    "notice.sent": _("the notice was handed to the platform's mailbox"),
    "notice.served": _("the notice reached the platform: its clock runs"),
    SERVED_UNASKED: _("the letter reached the platform"),
    "notice.unserved": _("the notice reached nobody yet: others of the platform were addressed"),
    "notice.unreachable": _(
        "the platform cannot be reached: find a contact, the portal has none left"
    ),
    "notice.without_next_contact": _(
        "the platform is silent, and there is no next contact to address"
    ),
    "notice.replay_asked": _("%(name)s had a copy sent to the platform's webhook again"),
    "webhook.test_asked": _("a test message was sent to the platform's webhook"),
    "contact.secret_made": _("a new signing key was made for a webhook of the platform"),
    "notice.replayed": _("the platform's webhook took a copy again"),
    "notice.sent_again": _("%(name)s had the notice sent again"),
    "notice.discarded": _("a drafted notice was no longer needed"),
    "notice.withdrawn": _("%(name)s withdrew the notice"),
    "notice.correction_proposed": _("%(name)s proposed a correction"),
    "notice.corrected": _("%(name)s issued a corrected notice: its clock starts anew"),
    "notice.held_back": _(
        "an ordinary notice of the same account was held back from the platform: this case speaks"
    ),
    "notice.proposed_beside": _(
        "a block was proposed for an ordinary order of the same account that never left: end the "
        "withholding, or see that it is not signed"
    ),
    "notice.given_back": _("an ordinary notice of the same account goes on"),
    "notice.copied": _("a copy of the letter without what is withheld was written"),
    "withholding.lapsed": _(
        "nobody took the case in time: an ordinary order of the same account goes on"
    ),
    "notice.reminded": _("the platform was reminded"),
    "notice.escalated": _("the platform's next contact was addressed"),
    "notice.opened": _("%(name)s opened the notice in the portal"),
    "delivery.refused": _("a mailbox of the platform refused the notice"),
    "notice.not_written": _(
        "the letter could not be read or written here: it is tried again, tell the person on duty"
    ),
    "delivery.annulled": _("the notice came back later: this delivery does not count"),
    "delivery.delayed": _("the platform's mail server tells that the notice is delayed"),
    "mail.received": _("a message came in by mail"),
    "mail.arrived": _("a reply to the notice came in by mail"),
    "mail.automatic": _("a machine replied to the notice by mail"),
    "mail.report_kept": _("a report of delivery came in that changes nothing"),
    "mail.moved": _("%(name)s said to which notice a message belongs"),
    "mail.filed": _("%(name)s filed a message"),
    "mail.set_aside": _("%(name)s set a message aside"),
    "mail.put_back": _("%(name)s put a message back to be read"),
    "mail.file_downloaded": _("%(name)s took a file out of a message"),
    "link.confirmed": _("%(name)s confirmed the link with the code that was mailed"),
    "item.answered": _("%(name)s answered for the platform"),
    "case.aimed_at_feature": _("%(name)s opened the case about a feature of the platform"),
    "coordination.noted": _("%(name)s wrote down what offices said: no order"),
    "coordination.corrected": _("%(name)s corrected what was written down of offices: no order"),
    "deadline.overridden": _("%(name)s set another due time"),
    "clock.disputed": _("%(name)s disputed the clock of the notice for the platform"),
    "clock.dispute_accepted": _("%(name)s accepted what the platform held against the clock"),
    "clock.dispute_rejected": _("%(name)s rejected what the platform held against the clock"),
    "fine.proposed": _("%(name)s proposed a fine"),
    "fine.assessed": _("%(name)s approved the fine: its letter was issued"),
    "fine.dropped": _("%(name)s dropped the proposed fine"),
    "fine.commitment_read": _("%(name)s read the letter of commitment"),
    "fine.committed": _("%(name)s filed the platform's letter of commitment to pay the fine"),
    "fine.paid": _("%(name)s wrote down a payment for the fine"),
    "fine.objected": _("%(name)s put the platform's objection to the fine on record"),
    "fine.confirmed": _("%(name)s rejected the objection: the fine stands"),
    "fine.cancelled": _("%(name)s accepted the objection: the fine is cancelled"),
    "block.entered": _("%(name)s entered the decision on the proposal to block"),
    "block.ordered": _("%(name)s had the block ordered: the access providers are told by letter"),
    "block.refused": _("%(name)s confirmed that the proposal to block was refused"),
    "block.dropped": _("%(name)s dropped the entry of the decision on the proposal"),
    "order.emergency": _("%(name)s let the first order leave at once, as an emergency"),
    "provider.informed": _("the provider was told how orders go, before its first"),
    "order.copied": _("a copy of the order went to the authority of the provider's country"),
    "order.copy_failed": _("a copy of the order could not be mailed to another authority"),
    "block.letter_sent": _("a letter went to an access provider"),
    "block.letter_failed": _("a letter to an access provider could not be mailed"),
    "block.confirmed": _("%(name)s wrote down that an access provider has done it"),
    "block.in_place": _("every access provider has confirmed: the system is blocked"),
    "block.lifted": _("every access provider has confirmed: access is restored"),
    "restoration.asked": _("%(name)s entered a request to restore access: its time runs"),
    "restoration.granted": _("%(name)s granted the request to restore access"),
    "restoration.refused": _("%(name)s refused the request to restore access"),
    "appeal.filed": _("an appeal came in"),
    "appeal.placed": _("what the appeal means was looked up"),
    "appeal.assigned": _("%(name)s said which account the appeal means"),
    "appeal.taken": _("%(name)s took the appeal for review"),
    "appeal.upheld": _("%(name)s upheld the appeal: the order is annulled"),
    "appeal.partly": _("%(name)s upheld the appeal in part"),
    "appeal.dismissed": _("%(name)s dismissed the appeal: the order stands"),
    "appeal.inadmissible": _("%(name)s found the appeal not admissible"),
    "appeal.restored": _("what was appealed is there again"),
    "hold.asked": _("%(name)s asked for the Hold"),
    "hold.proposed": _("%(name)s proposed the Hold"),
    "hold.began": _("%(name)s approved the Hold: it runs"),
    "hold.renewed": _("the Hold was renewed: another one runs in its place"),
    "hold.declined": _("%(name)s declined the Hold"),
    "hold.given_up": _("%(name)s wants the Hold no longer"),
    "hold.lifted": _("%(name)s lifted the Hold"),
    "hold.lapsed": _("the Hold is over: its time has run out"),
    "absence.entered": _("%(name)s entered who is away and who stands in"),
    "absence.ended": _("%(name)s ended an absence"),
    "search.saved": _("%(name)s saved a search"),
    "search.changed": _("%(name)s changed a saved search"),
    "search.removed": _("%(name)s removed a saved search"),
    "search.asked": _("%(name)s searched by a telephone number, with a purpose"),
    "deputy.named": _("%(name)s named a deputy of the platform"),
    "deputy.ended": _("%(name)s ended a deputy's term"),
    "representative.lowered": _("%(name)s switched a responder of the platform off"),
    "report.received": _("a report came in"),
    "reporter.asked": _("%(name)s asked a reporter something"),
    "report.answered": _("the reporter answered"),
    "reporter.told": _("the reporter was told by e-mail"),
    "item.routed": _("an account was routed to the responsible unit"),
    "item.completed": _("%(name)s completed what a report lacked"),
    "item.declined": _("%(name)s declined an account of a report"),
    "finding.confirmed": _("%(name)s confirmed the detector's finding"),
    "finding.rejected": _("%(name)s rejected the detector's finding"),
    "evidence.added": _("%(name)s handed in a file"),
    "evidence.page_opened": _("%(name)s saw a picture blurred"),
    "evidence.viewed": _("%(name)s saw a picture clearly"),
    "evidence.downloaded": _("%(name)s downloaded a file"),
    "evidence.redacted": _("%(name)s made a copy of a picture with covered areas"),
    "evidence.quarantined": _("A file was locked away: its matter wants it unseen"),
    "request.drafted": _("%(name)s drafted a formal request"),
    "request.saved": _("%(name)s saved the formal request"),
    "request.read": _("%(name)s had a letter read into a draft"),
    "request.submitted": _("%(name)s submitted the formal request"),
    "request.returned": _("%(name)s returned the formal request"),
    "operation.logged": _("%(name)s logged a joint operation"),
    "operation.corrected": _("%(name)s corrected the log of a joint operation"),
    "petition.registered": _("%(name)s registered a petition"),
    "petition.drafted": _("%(name)s wrote a reply to the petition"),
    "petition.sent_back": _("%(name)s sent the reply to the petition back"),
    "petition.answered": _("%(name)s answered the petition"),
    "petition.mailed": _("the reply to the petition was mailed"),
    "petition.not_mailed": _("the reply to the petition could not be mailed"),
    "petition.letter_read": _("%(name)s read the reply with the name of who signed the petition"),
    "petition.identity_viewed": _("%(name)s looked up who signed the petition"),
    "platforms.seeded": _("the platforms that the portal ships with were loaded"),
    "registrations.imported": _("%(name)s imported the public register"),
}

# How far an order goes, from the mildest (`grounds.REMEDIES`).
REMEDIES: dict[str, Promise] = {
    "item": _("the item alone"),
    "account": _("the account"),
    "feature": _("a feature"),
    "platform": _("the whole service"),
}


def sentence(kind: str, name: str, data: Mapping[str, Any] | None = None) -> str:
    """What a timeline says of an event of this kind, done by `name`; `data` is the event's own.

    A kind without a sentence (there is none that this code writes) is shown by its bare name.
    """
    if kind == "notice.served" and data and data.get("rung") in UNASKED:
        kind = SERVED_UNASKED
    if kind == "case.ticked" and data and data.get("is_ticked") is False:
        said = gettext("%(name)s took back a tick of the checklist") % {"name": name}
    elif kind == "case.ticked" and data and data.get("is_skipped"):
        said = gettext("%(name)s skipped a line of the checklist") % {"name": name}
    else:
        words = SENTENCES.get(kind) or MORE.get(kind)
        said = str(words) % {"name": name} if words else kind
    return said[:1].upper() + said[1:]
