"""How static files leave: compressed once, and kept for ever where their address carries a digest."""

import gzip
import os
from functools import lru_cache
from mimetypes import guess_type

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

COMPRESSED = (".css", ".js", ".svg")


class Kept(StaticFiles):
    """Static files; an address with a content digest may be kept for ever."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        forever = bool(scope.get("query_string"))
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if forever else "no-cache"
        path = os.fspath(full_path)
        if not path.endswith(COMPRESSED):
            return answer
        answer.headers["Vary"] = "Accept-Encoding"
        if answer.status_code == 200 and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            return _packed(path, stat_result.st_mtime, answer)
        return answer


def _packed(path: str, changed: float, plain: Response) -> Response:
    kept = {name: plain.headers[name] for name in ("cache-control", "vary", "etag", "last-modified")}
    headers = {**kept, "content-encoding": "gzip"}
    return Response(_gzip(path, changed), 200, headers, guess_type(path)[0])


@lru_cache(maxsize=128)
def _gzip(path: str, changed: float) -> bytes:
    with open(path, "rb") as file:
        return gzip.compress(file.read(), 9)
