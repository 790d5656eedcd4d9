"""Every setting, typed, once: from the command line of scripts/run or from the environment (PLENARY_…)."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """`database` is a path (SQLite) or a postgresql:// URL; `public_url` the address people reach,
    which QR codes, links and the Origin check use; `operator_token` lets this machine's own
    scripts in (made anew at each start, stored next to the database, readable by its owner only)."""

    model_config = SettingsConfigDict(env_prefix="PLENARY_")

    host: str = "0.0.0.0"
    port: int = 8000
    database: str = str(ROOT / "data" / "plenary.db")
    workers: int = 1
    public_url: str = ""
    template: str = "data_sharing"
    access_log: bool = False
    body_limit: int = 64 * 1024
    forwarded_allow_ips: str = "127.0.0.1"
    operator_token: str = ""

    @property
    def database_url(self) -> str:
        """The database as SQLAlchemy knows it."""
        return self.database if "://" in self.database else f"sqlite:///{Path(self.database).resolve()}"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def is_secure(self) -> bool:
        """Whether people reach us over TLS, so that cookies may be sent over nothing else."""
        return self.public_url.startswith("https://")

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages are ours besides the one in the Host header."""
        parts = urlsplit(self.public_url)
        return frozenset({f"{parts.scheme}://{parts.netloc}"} if parts.netloc else ())


@lru_cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
