import time, pytest, cProfile, pstats
from cases import opening, decisions
from cases.models import Case
from reports import intake
from moderation_portal.roles import PUBLIC
from tests import world
from tests.world import AT
from django.db import connection
pytestmark=pytest.mark.django_db
def test_speed():
    world.platform("michat")
    tell=[world.telling(f"michat: akun_{n:05d}", telling_key=str(n)) for n in range(2000)]
    ids=[]
    for i in range(0,2000,1000):
        ids+= [r.report_id for r in intake.receive(tell[i:i+1000], actor=PUBLIC, at=AT)]
    opening.open_or_join(ids[:1000], at=AT)
    p=cProfile.Profile(); p.enable()
    t=time.time(); opening.open_or_join(ids[1000:], at=AT); print("open 1000", time.time()-t)
    p.disable(); pstats.Stats(p).sort_stats("cumtime").print_stats(45)
    Case.objects.all()
