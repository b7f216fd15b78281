"""The portal while its machines fail: nothing is lost, doubled or too early.

Nothing here is used by the portal. `manage.py chaos` runs PostgreSQL, Valkey, a mail server, the
workers, the pumps and the web server as processes, ends them at random, takes them away for a
while, moves the clock, and then counts: every letter against what the mail server took, every
effect against the record.
"""
