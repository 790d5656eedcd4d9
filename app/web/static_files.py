"""How static files leave: a face's bundle packed once; kept for ever where the address has a digest."""

import gzip
import os
from functools import cache
from mimetypes import guess_type

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.web import assets

FOR_EVER = "max-age=31536000, immutable"
REVALIDATION_HEADERS = ("etag", "last-modified", "accept-ranges")


class BundledFiles(StaticFiles):
    """Static files and, in faces/, the bundles made of them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        folder, _, name = path.partition(os.sep)
        if folder != "faces" or name not in assets.BUNDLES or scope["method"] not in ("GET", "HEAD"):
            return await super().get_response(path, scope)
        headers = {"Cache-Control": _how_long(scope), "Vary": "Accept-Encoding"}
        kind = guess_type(name)[0]
        if "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            return Response(assets.bundled(name), 200, headers, kind)
        return Response(_packed(name), 200, {**headers, "Content-Encoding": "gzip"}, kind)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        answer.headers["Cache-Control"] = how_long = _how_long(scope)
        if how_long == FOR_EVER:
            for name in REVALIDATION_HEADERS:
                del answer.headers[name]
        return answer


def _how_long(scope: Scope) -> str:
    return FOR_EVER if scope.get("query_string") else "no-cache"


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(assets.bundled(name), 9, mtime=0)
