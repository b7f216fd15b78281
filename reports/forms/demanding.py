"""Forms that show what is demanded without insisting on it: it may be added later."""

from collections.abc import Set

from django import forms


class DemandingForm(forms.Form):
    """A form whose `demanded` fields look required, though nothing is refused for want of them."""

    demanded: Set[str] = frozenset()

    def full_clean(self) -> None:
        """Checks what is there, and asks for nothing that is not."""
        self.look_demanded(False)
        super().full_clean()
        self.look_demanded(True)

    def look_demanded(self, is_demanded: bool) -> None:
        """Marks the demanded fields as required, or for the time of a check as optional."""
        for name in self.demanded & self.fields.keys():
            self.fields[name].required = is_demanded
