"""Lets the shared contract explain its failed assertions as test files do."""

import pytest

pytest.register_assert_rewrite("tests.integration.providers.contract")
