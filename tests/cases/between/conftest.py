"""The browser and the clock's hands of the other tests of pages."""

from tests.cases.pages.conftest import desk, hands

__all__ = ["desk", "hands"]
