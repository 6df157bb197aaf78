"""Why somebody does not get in, and how they would."""

from typing import ClassVar

from rota.platform.kernel.errors import Unauthenticated


class NotLetIn(Unauthenticated):
    text: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.text)


class CredentialsMissing(NotLetIn):
    text = (
        "Sign in first: send `Authorization: Bearer <token>` with a token from `rota token "
        "create`, or open a link from `rota open` in the browser."
    )


class TokenUnknown(NotLetIn):
    text = (
        "Rota does not know this token: it is mistyped, or it was revoked. Make a new one with "
        "`rota token create`."
    )


class TokenExpired(NotLetIn):
    text = "This token has expired. Make a new one with `rota token create`."


class SessionEnded(NotLetIn):
    text = (
        "You are no longer signed in: the session ended, or this browser lost its half of it. "
        "Open a link from `rota open`."
    )


class CodeSpent(NotLetIn):
    text = (
        "This sign-in link is spent: it works once, within 10 minutes. Ask for a new one with "
        "`rota open`."
    )
