"""A platform for demos and tests: a website whose accounts come and go, and a representative who
answers orders, well or badly. It needs no Django and listens on the loopback address only.
"""
