"""The store that the settings name."""

from pathlib import Path

import pytest

from desk.stores import StoreCredentialsMissing, StoreUnclear, bucket_settings

KEYS = {"JUANZONG_S3_ACCESS_KEY": "specimen", "JUANZONG_S3_SECRET_KEY": "not a secret"}


def test_a_bucket_with_everything() -> None:
    """Host, bucket, prefix and options each find their place."""
    found = bucket_settings("s3://store.example:9000/papers/dealer/one?region=cn-1&tls=no&style=path", KEYS)
    assert (found.endpoint, found.bucket, found.prefix) == ("store.example:9000", "papers", "dealer/one/")
    assert (found.region, found.secure, found.virtual_style) == ("cn-1", False, False)
    assert (found.access_key, found.secret_key) == ("specimen", "not a secret")


def test_a_bucket_alone_is_asked_over_tls() -> None:
    """What is not said is safe."""
    found = bucket_settings("s3://store.example/papers", KEYS)
    assert (found.prefix, found.secure, found.virtual_style) == ("", True, None)


@pytest.mark.parametrize(
    "url", ["s3://", "s3://host", "s3:///bucket", "ftp://host/bucket", "s3://host/bucket?tsl=no", "x"]
)
def test_what_is_no_store(url: str) -> None:
    """A store that cannot be understood, misspelt options included, is refused."""
    with pytest.raises(StoreUnclear):
        bucket_settings(url, KEYS)


def test_keys_from_a_file(tmp_path: Path) -> None:
    """A file's two lines are stronger than the environment."""
    file = tmp_path / "s3"
    file.write_text("access\nsecret\n")
    found = bucket_settings("s3://h/b", {"JUANZONG_S3_CREDENTIALS": str(file), **KEYS})
    assert (found.access_key, found.secret_key) == ("access", "secret")


def test_no_keys() -> None:
    """Without keys the ways to give them are told."""
    with pytest.raises(StoreCredentialsMissing, match="JUANZONG_S3_CREDENTIALS"):
        bucket_settings("s3://h/b", {})


def test_the_secret_is_never_shown() -> None:
    """The settings' own text leaves the secret key out."""
    assert "not a secret" not in repr(bucket_settings("s3://h/b", KEYS))
