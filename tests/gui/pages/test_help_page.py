"""The check-up on the help page."""

from core.domain import Check, CheckResult, TranslatableText
from core.domain.errors import StoreError
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HELP


def test_the_check_up_lists_what_it_found(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.checks = (
        Check(TranslatableText("Engine"), CheckResult.OK, TranslatableText("works")),
        Check(
            TranslatableText("Disk"),
            CheckResult.PROBLEM,
            TranslatableText("<b>full</b>"),
            TranslatableText("Make room."),
        ),
    )
    faked.window.show_page(HELP)
    page = faked.help_page
    page._button.click()
    assert not page._button.isEnabled()
    faked.wait(page._button.isEnabled)
    assert page._state.text() == "1 thing to look at."
    assert page._checks.itemAtPosition(1, 1).widget().text() == "Disk: <b>full</b>\nMake room."
    notula.failures["check_up"] = StoreError()
    page._button.click()
    faked.wait(page._button.isEnabled)
    assert page._state.text() == str(StoreError().message)
