import ssl
from pathlib import Path

import certifi
import pytest
import truststore

from core.system.certificates import tls_context


def test_the_systems_are_used() -> None:
    context = tls_context({})
    assert isinstance(context, truststore.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_variables_come_first(variable: str, tmp_path: Path) -> None:
    value = certifi.where() if variable == "SSL_CERT_FILE" else str(tmp_path)
    context = tls_context({variable: value})
    assert not isinstance(context, truststore.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert bool(context.get_ca_certs()) == (variable == "SSL_CERT_FILE")


def test_a_variable_that_names_nothing_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    context = tls_context({"SSL_CERT_FILE": str(tmp_path / "gone.pem")})
    assert isinstance(context, truststore.SSLContext)
    assert "SSL_CERT_FILE" in caplog.text
