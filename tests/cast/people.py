"""Somebody with a browser of their own."""

from contextlib import ExitStack

import httpx

from tests.cast.patience import PATIENCE
from tests.cast.screens import Screen


class Person:
    """Someone with a browser of their own: cookies, requests and screens."""

    def __init__(
        self,
        base_url: str,
        code: str,
        stack: ExitStack,
        home: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`transport`: how requests get there where not by a socket."""
        self.base_url, self.code, self.stack, self.home = base_url, code, stack, home
        self.http = stack.enter_context(
            httpx.Client(
                base_url=base_url,
                headers={"Origin": base_url},
                follow_redirects=False,
                timeout=PATIENCE,
                transport=transport,
                verify=False,  # reading the certificates of a machine takes longer than most tests
                trust_env=False,
            )
        )

    def get(self, path: str, **options) -> httpx.Response:
        return self.http.get(self._path(path), **options)

    def post(self, path: str, data: dict | None = None, htmx: bool = True, **options) -> httpx.Response:
        headers = {**({"HX-Request": "true"} if htmx else {}), **options.pop("headers", {})}
        return self.http.post(self._path(path), data=data or {}, headers=headers, **options)

    def does(self, path: str, data: dict | None = None) -> httpx.Response:
        """A POST that must be accepted."""
        answer = self.post(path, data)
        assert answer.status_code < 300, f"{path}: {answer.status_code} {answer.text[:400]}"
        return answer

    def screen(self, path: str = "", live: str = "") -> Screen:
        """Open this person's screen (at `live`, the address its page has): the first frame has arrived."""
        address = live or f"{path or self.home}/live"
        screen = Screen(self.base_url, address, dict(self.http.cookies.items()))
        self.stack.callback(screen.close)
        return screen.wait(lambda seen: bool(seen.frames) or seen.closed is not None, "the first frame")

    def keep_cookie(self, name: str, value: str, path: str) -> None:
        """Have this cookie as if the server had set it."""
        self.http.cookies.set(name, value, self.http.base_url.host, path)

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"/{self.code}/{path}"
