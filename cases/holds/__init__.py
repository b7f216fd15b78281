"""A Hold: the police want an account left alone for a time, and only the cleared know of it.

It comes by a formal request, two cleared persons of the regulator let it begin, it lasts at most
the policy's days, and the clock ends it (`limits.hold_days`, `hold_proposers`, `hold_approvers`).

**What the uncleared see.** A sealed case may let the ordinary order of its account go on as if it
had been handed over (`cases.twins`): it sends an order of its own, and its answer is the answer.
Behind a Hold nothing is sent. An order that only seemed served would fall due, be warned about over
the signature of somebody who was deceived, and count against a platform that never heard of it. So
nothing is pretended; everything waits where things wait anyway:

- An account that no order has named yet is not gathered. It is “approved, waiting to be sent”, as
  one is that waits for its list, whose letter cannot be written or whose platform is exempt. “Send
  now” answers for all of these alike.
- Of an order that is out nothing more is sent: no reminder, no next contact, no copy, and no
  warning is drafted. The due time and the platform's answer stay what they are. That no reminder
  followed is what a case says as well while escalations stand still.
- A letter that was numbered already, or must be (a request to preserve, a correction, a warning
  that was drafted before), is “issued” and on its way, as one whose mailbox rests.
- What takes an order back leaves: no Hold keeps a wrong order in force.

No verb is refused because of a Hold, no clock runs because of one, no number or id tells of one,
and what ends it changes nothing but that things go on. What stays is time: who watches one approved
account for days sees that it has not left, and not why. Any reason put there would be an invented
one, and stand in the record.

A Hold binds the account, in cases of either handling class; an account reported in other words is
another account.
"""
