"""``juanzong serve``: where it may listen, and a real process with TLS that ends when it is told to."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import Office
from web.serving import CertificateHalf, ServeSettings, WayUnprotected, is_loopback


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("127.8.9.1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("scans.example", False),
    ],
)
def test_what_is_this_machine_alone(host: str, alone: bool) -> None:
    """Loopback addresses by any of their names, and nothing else."""
    assert is_loopback(host) == alone


def test_the_way_is_protected(tmp_path: Path) -> None:
    """Other machines only with TLS, behind a proxy, or when somebody says so; half a certificate is none."""
    with pytest.raises(WayUnprotected):
        ServeSettings("0.0.0.0").check()
    ServeSettings("0.0.0.0", behind_proxy=True).check()
    ServeSettings("0.0.0.0", without_tls=True).check()
    with pytest.raises(CertificateHalf):
        ServeSettings("0.0.0.0", certificate=tmp_path / "cert.pem").check()
    with pytest.raises(CertificateHalf):
        ServeSettings("0.0.0.0", certificate=tmp_path / "cert.pem", key=tmp_path / "key.pem").check()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
def test_a_process_with_tls_serves_and_ends(office: Office, tmp_path: Path) -> None:
    """https answers with the headers of https; SIGTERM ends it with 0."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*made, *named, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from cli.main import main; main()", "serve", "--home", str(office.home.path)]
    command += ["--port", str(port), "--tls-certificate", str(certificate), "--tls-key", str(key)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "LC_ALL": "C"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        context = ssl.create_default_context(cafile=str(certificate))
        answer = _asked(f"https://localhost:{port}/health", context)
        assert answer.json() == {"status": "ok"}
        assert "max-age" in answer.headers["strict-transport-security"]
        assert "server" not in answer.headers
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert f"https://localhost:{port}/" in said
    assert "Traceback" not in said
    assert process.returncode in {0, -signal.SIGTERM}


def _asked(url: str, context: ssl.SSLContext) -> httpx.Response:
    for _ in range(300):
        try:
            return httpx.get(url, verify=context)
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the page does not start")
