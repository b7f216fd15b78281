"""Appeals: somebody holds that an order against an account was wrong.

An account's holder appeals without a sign-in, by the number of the notice that the platform told
them and the account; the platform may do it for them, and a supervisor by own motion. Whoever had
no part in the order reviews it (`reviewing`): who decided, approved, signed or sent it does not,
nor who is tied to the matter. What is upheld is undone (`notices.order_restored`): the order is
annulled for this account, its ladder ends, and the platform is ordered to restore, by a letter with
a clock of its own that every channel answers. That it is there again we see ourselves (`restored`).

**What the public page tells.** Nothing at all when an appeal is filed: known, unknown, hidden and
sealed numbers are written down in one way and answered in the same words; a worker looks up what
is meant (`placing`). Later it tells how the appeal ended; of an account of which the platform was
never told it says what it says where no order is found. No appeal shows a reporter, a case, or who
decided what.

**What reporters are told.** That the order was withdrawn, as for any order that is taken back. Not
that somebody appealed: that would tell a reporter what the accused did, and nothing that they need.
"""
