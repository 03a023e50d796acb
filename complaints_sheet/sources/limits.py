"""How large a register may be before it is refused, so that one bad file cannot stop the machine."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from complaints_sheet.errors import SourceError


class Limits(BaseModel):
    """The limits of the settings: rows and columns of one worksheet, megabytes, seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: Annotated[int, Field(gt=0, description="Most rows of a worksheet.")] = 200_000
    columns: Annotated[int, Field(gt=0, le=16_384, description="Most columns of a worksheet.")] = 256
    unpacked_mb: Annotated[int, Field(gt=0, description="Most megabytes of the file once unpacked.")] = 1_000
    # .xls, .xlsb and .ods are read in a process of their own
    seconds: Annotated[float, Field(gt=0, description="Most seconds for .xls, .xlsb and .ods.")] = 60
    memory_mb: Annotated[int, Field(gt=0, description="Most memory in megabytes for those.")] = 2_000


def too_large(name: str, what: str, limit: str, allowed: int) -> SourceError:
    """Return the error for a register beyond one of the limits."""
    return SourceError(
        f"{name} was refused: it has {what}, and the limit is {allowed:,}.",
        f"If this really is the register, raise `limits: {{{limit}: …}}` under `register` in config.yaml.",
    )
