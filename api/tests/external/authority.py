"""A certificate authority of the tests' own: a root, one below it that signs, and servers'
certificates, right ones and wrong ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Certificate:
    """Files in PEM: the certificate with the chain above it, and its key."""

    chain: Path
    key: Path


@dataclass(frozen=True)
class Signer:
    name: x509.Name
    key: Key
    certificate: x509.Certificate


class Authority:
    """`good` is for localhost; `elsewhere` is for another name, `expired` was for localhost, and
    `foreign` is for localhost and signed by an authority of the same name, which nobody trusts."""

    def __init__(self, folder: Path, give: Callable[[Path], None]) -> None:
        self._folder, self._give = folder, give
        root = _signer("Root", None)
        between = _signer("Between", root)
        stranger = _signer("Between", _signer("Root", None))
        self.roots = folder / "root.crt"
        self.roots.write_bytes(_pem(root.certificate))
        now = datetime.now(UTC)
        self.certificates = {
            "good": self._server("good", "localhost", between, now + DAY),
            "elsewhere": self._server("elsewhere", "db.example", between, now + DAY),
            "expired": self._server("expired", "localhost", between, now - DAY),
            "foreign": self._server("foreign", "localhost", stranger, now + DAY),
        }

    def _server(self, file: str, host: str, signer: Signer, until: datetime) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(x509.Name([]), signer.name, key, until)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=True)
            .sign(signer.key, hashes.SHA256())
        )
        chain, secret = self._folder / f"{file}.crt", self._folder / f"{file}.key"
        chain.write_bytes(_pem(certificate) + _pem(signer.certificate))
        secret.touch(0o600)
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        self._give(chain)
        self._give(secret)
        return Certificate(chain, secret)


def _signer(name: str, above: Signer | None) -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = above.name if above else subject
    certificate = (
        _builder(subject, issuer, key, datetime.now(UTC) + DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(above.key if above else key, hashes.SHA256())
    )
    return Signer(subject, key, certificate)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 3 * DAY)
        .not_valid_after(until)
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
