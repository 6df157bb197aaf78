"""Authorities and certificates of tests."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Issued:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def authority(name: str, issuer: Issued | None = None) -> Issued:
    return _issue(name, issuer, x509.BasicConstraints(ca=True, path_length=None))


def leaf(name: str, issuer: Issued | None = None, *, is_expired: bool = False) -> Issued:
    """Without an issuer it signs itself."""
    return _issue(name, issuer, _alternative(name), is_expired=is_expired)


def _issue(
    name: str, issuer: Issued | None, extension: x509.ExtensionType, *, is_expired: bool = False
) -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    signer = issuer.key if issuer else key
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(
            issuer.certificate.subject if issuer else subject, subject, key.public_key()
        )
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 3 * DAY)
        .not_valid_after(now - DAY if is_expired else now + DAY)
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    return Issued(certificate, key)


def _alternative(name: str) -> x509.SubjectAlternativeName:
    try:
        return x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))])
    except ValueError:
        return x509.SubjectAlternativeName([x509.DNSName(name)])


def serving(folder: Path, server: Issued, *chain: Issued) -> ssl.SSLContext:
    """What a server presents: its certificate and those between it and the root."""
    path = folder / "server.pem"
    path.write_bytes(server.pem + b"".join(one.pem for one in chain) + server.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
