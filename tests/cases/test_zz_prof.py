import time, pytest, cProfile, pstats
from tests import world
pytestmark=pytest.mark.django_db
def test_a():
    world.michat(); 
    for n in range(3):
        t=time.perf_counter(); c=world.case(f"michat: kembang_{n}"); t1=time.perf_counter()
        world.uphold(c, world.ayu()); t2=time.perf_counter(); world.approve(c, world.sri()); t3=time.perf_counter()
        world.notices.gather(world.AT,is_asked=True); t4=time.perf_counter()
        print("case %.3f uphold %.3f approve %.3f gather %.3f"%(t1-t,t2-t1,t3-t2,t4-t3))
    p=cProfile.Profile(); p.enable()
    world.approved_case("michat: kembang_99"); world.notices.gather(world.AT,is_asked=True)
    p.disable(); pstats.Stats(p).sort_stats("cumtime").print_stats(35)
