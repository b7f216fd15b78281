"""What the portal reaches on this machine, as ratios to what the machine itself can do.

Nothing here is used by the portal: `manage.py bench` fills a throw-away database through the same
doors as everybody, and measures pages and sweeps beside a bare Django page in the same run.
"""
