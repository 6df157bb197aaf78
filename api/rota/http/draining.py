"""Whether this process makes room for another one, so that clients are to go there."""


class Draining:
    """Once it `has_begun`, readiness is gone and each answer closes its connection."""

    has_begun = False

    def begin(self) -> None:
        self.has_begun = True
