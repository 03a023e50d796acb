"""The settings of a sign-in by token, the same for every channel that knows one."""

from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from complaints_sheet.mail_tokens import GRAPH, MICROSOFT, Access, Service, Way

WAYS: tuple[Way, ...] = get_args(Way)
DEFAULT_FOLDER = Path(".complaints")


class SignIn(BaseModel):
    """Which program signs in where. Secrets and tokens are elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant: str = Field(
        default="", description="With Microsoft: the directory, such as example.org or its id."
    )
    client_id: str = Field(default="", description="With Microsoft: the id of the app that was registered.")
    key_file: Path | None = Field(
        default=None, description="With Google: the JSON file of the OAuth client or of the service account."
    )
    token_folder: Path | None = Field(
        default=None, description="A private folder for the tokens of a sign-in [that of the memory]."
    )
    authority: str = Field(default=MICROSOFT, description="With Microsoft: where sign-ins go.")
    graph: str = Field(default=GRAPH, description="With Microsoft: where Graph is.")

    @field_validator("authority", "graph")
    @classmethod
    def _encrypted_address(cls, typed: str) -> str:
        if not typed.startswith("https://"):
            raise ValueError(f'"{typed}" must begin with https://')
        return typed.rstrip("/")

    @field_validator("tenant", "client_id")
    @classmethod
    def _one_word(cls, typed: str) -> str:
        if not typed.isprintable() or "/" in typed or " " in typed.strip():
            raise ValueError("expected one word: an id or a domain")
        return typed.strip()

    def missing(self, auth: str) -> str:
        """Return the first key that the way of signing in needs and that is not written, or nothing."""
        if auth.startswith("microsoft"):
            return "" if self.tenant and self.client_id else "client_id" if self.tenant else "tenant"
        return "key_file" if auth.startswith("google") and self.key_file is None else ""

    def access_by(
        self,
        way: Way,
        user: str,
        variable: str,
        secret: Path | None,
        *,
        ca_file: Path | None,
        service: Service = "mail",
    ) -> Access:
        """Return how to get a token for a user of this program."""
        return Access(
            way=way,
            user=user,
            folder=self.token_folder or DEFAULT_FOLDER,
            tenant=self.tenant,
            client_id=self.client_id,
            secret_variable=variable,
            secret_file=secret,
            key_file=self.key_file,
            ca_file=ca_file,
            authority=self.authority,
            service=service,
            graph=self.graph,
        )
