"""Lets the shared contracts explain their failed assertions as test files do."""

import pytest

pytest.register_assert_rewrite("tests.integration.providers.contract", "tests.integration.providers.upload_contract")
