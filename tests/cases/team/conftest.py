from tests.cases.pages.conftest import desk, hands

__all__ = ["desk", "hands"]
