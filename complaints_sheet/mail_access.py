"""Getting at a mail server: a password from outside the config, a verified certificate, what went wrong."""

import codecs
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.errors import DeliveryError

if TYPE_CHECKING:
    import ssl

# What OpenSSL calls these faults of a certificate (X509_V_ERR_…).
EXPIRED, NOT_YET_VALID = 10, 9
UNKNOWN_SIGNERS = (18, 19, 20, 21)
OTHER_NAME = (62, 64)


def password_from(variable: str, file: Path | None) -> str:
    """Return a password: the first line of the file where one is named, else the environment variable.

    Raises DeliveryError that stops the queue where there is none.
    """
    found = os.environ.get(variable, "") if file is None else _first_line(file)
    if not found:
        place = f"the environment variable {variable} is not set" if file is None else f"{file} is empty"
        raise DeliveryError(
            f"There is no password for the mail server: {place}.",
            f"Set the environment variable {variable}, or name a file that holds only the password as "
            "`password_file` under delivery: in the config.",
            fault="stop",
        )
    return found


def _first_line(file: Path) -> str:
    try:
        content = file.read_bytes()
        windows = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # PowerShell's `>` writes so
        return content.decode("utf-16" if windows else "utf-8-sig").partition("\n")[0].strip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not plain text"
        raise DeliveryError(
            f"The password file {file} cannot be read ({reason}).",
            "Make a text file that holds only the password, readable by the account that runs the program.",
            fault="stop",
        ) from error


def trust(ca_file: Path | None) -> "ssl.SSLContext":
    """Return what verifies a server's certificate and name: by this computer's authorities, or the file's.

    Raises DeliveryError that stops the queue where the file cannot be used.
    """
    import ssl

    try:
        return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except OSError as error:
        raise DeliveryError(
            f"The certificate file {ca_file} cannot be used ({error.strerror or 'it holds no certificate'}).",
            "Ask the IT department for their authority's certificate as a .pem file.",
            fault="stop",
        ) from error


USUAL_PORTS = "Usual are port 587 with `security: starttls` and port 465 with `security: tls`."


def unreached(error: OSError, host: str, port: int, usual: str = USUAL_PORTS) -> DeliveryError:
    """Return the error for a server that could not be talked to: a name, a network, a certificate, silence.

    A certificate or a wrong kind of encryption stops the queue; everything else is tried again later.
    """
    import smtplib
    import ssl

    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, OSError):
        error = error.__context__  # smtplib reports silence as a lost connection
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error, host)
    broken_off = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
    if isinstance(error, ssl.SSLError) and not isinstance(error, broken_off):
        return DeliveryError(
            f"{host} and this program could not agree on encryption at port {port} ({error.reason}).",
            f"{usual} Ask the IT department which it is.",
            fault="stop",
        )
    return DeliveryError(f"{host}, port {port}: {_network_words(error)}.", _network_advice(error))


def _certificate(error: "ssl.SSLCertVerificationError", host: str) -> DeliveryError:
    code = error.verify_code
    if code in (EXPIRED, NOT_YET_VALID):
        advice = "Ask the IT department to renew it, and check that the clock of this computer is right."
    elif code in OTHER_NAME:
        advice = (
            "Write the server's name in the config exactly as the certificate has it; ask the IT department."
        )
    elif code in UNKNOWN_SIGNERS:
        advice = (
            "If the office has its own authority, ask the IT department for its certificate as a .pem file "
            "and name it as `ca_file` in the config."
        )
    else:
        advice = "Ask the IT department to look at the certificate of the mail server."
    return DeliveryError(
        f"The certificate of {host} is not accepted: {error.verify_message}. Nothing was sent to it.",
        advice,
        fault="stop",
    )


def _network_words(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "no computer of that name is known"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers at that port"
    return "the connection broke off"


def _network_advice(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "Check the server's name in the config, and the network. It is tried again by itself."
    if isinstance(error, TimeoutError | ConnectionRefusedError):
        return (
            "Check the server's name and port in the config; a firewall may be in the way. "
            "It is tried again by itself."
        )
    return "It is tried again by itself."
