"""The unit of a setting's number, which stands in its field."""

from core.i18n import Translator


def unit_of(name: str, tr: Translator) -> tuple[str, str]:
    """The texts before and after the number. A setting's name ends with its unit, as in `longest_hours`."""
    if name.endswith("_budget"):
        return "$ ", ""
    endings = {
        "_hours": tr("h"),
        "_minutes": tr("min"),
        "_minutes_per_day": tr("min"),
        "_days": tr("days"),
        "_s": tr("s"),
        "_columns_per_second": tr("characters a second"),
        "_megabytes": "MB",
        "_requests_per_minute": tr("a minute"),
    }
    unit = next((unit for ending, unit in endings.items() if name.endswith(ending)), "")
    return "", f" {unit}" if unit else ""
