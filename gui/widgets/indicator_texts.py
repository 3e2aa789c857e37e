"""Indicators in words: value, target, how it stands, and what can be done about it."""

from PySide6.QtCore import QLocale

from core.domain.indicators import TARGETS, Indicator, IndicatorLevel, IndicatorReading
from core.domain.window_page import WindowPage
from core.i18n import Translator

_ONE_DECIMAL_BELOW = 10
_MINUTES_FROM_S = 600


def indicator_name(tr: Translator, indicator: Indicator) -> str:
    """What an indicator is called."""
    return {
        Indicator.WORKERS: tr("Capacity in use"),
        Indicator.QUEUE: tr("Recordings waiting"),
        Indicator.CACHE: tr("Transcribed before"),
        Indicator.ERRORS: tr("Requests that fail"),
        Indicator.LATENCY: tr("95 of 100 take at most"),
        Indicator.MEMORY: tr("Memory in use"),
    }[indicator]


def explanation(tr: Translator, indicator: Indicator) -> str:
    """What the figure counts, and in which time."""
    return {
        Indicator.WORKERS: tr("How much was transcribed at once in the last five minutes, of as much as may be."),
        Indicator.QUEUE: tr("Recordings that wait for their turn now."),
        Indicator.CACHE: tr(
            "Of the recordings of the last hour, those that were transcribed before in the same way, so that their "
            "text was there at once."
        ),
        Indicator.ERRORS: tr("Of the requests to providers in the last hour. Most are made again, and then work."),
        Indicator.LATENCY: tr("The work for a recording in the last hour: only 5 of 100 took longer (p95)."),
        Indicator.MEMORY: tr("Of this computer, now, by all programs."),
    }[indicator]


def percent_text(tr: Translator, share: float) -> str:
    """A share of 0 to 1 in percent; a small one with a decimal, so that it isn't taken for none."""
    return f"{number_text(tr, 100 * share)} %"


def seconds_text(tr: Translator, seconds: float) -> str:
    """A duration in seconds, or from ten minutes on in minutes."""
    if seconds >= _MINUTES_FROM_S:
        return tr("{minutes} min", minutes=number_text(tr, seconds / 60))
    return tr("{seconds} s", seconds=number_text(tr, seconds))


def number_text(tr: Translator, number: float) -> str:
    """A number as the language writes it; a small one with its first decimal, so that 0.4 isn't taken for 0."""
    has_decimal = number < _ONE_DECIMAL_BELOW and round(number, 1) != round(number)
    return QLocale(tr.language).toString(float(number), "f", 1 if has_decimal else 0)


def value_text(tr: Translator, indicator: Indicator, value: float | None) -> str:
    """A value with its unit, a dash where there is none."""
    if value is None:
        return "—"
    if indicator is Indicator.QUEUE:
        return number_text(tr, value)
    return seconds_text(tr, value) if indicator is Indicator.LATENCY else percent_text(tr, value)


def target_text(tr: Translator, indicator: Indicator) -> str:
    """The values that are well."""
    target = TARGETS[indicator]
    least = value_text(tr, indicator, target.least)
    most = value_text(tr, indicator, target.most)
    if target.least is not None and target.most is not None:
        return tr("Target: {least} to {most}", least=least, most=most)
    if target.least is not None:
        return tr("Target: at least {least}", least=least)
    return tr("Target: at most {most}", most=most)


def state_text(tr: Translator, reading: IndicatorReading) -> str:
    """How an indicator stands to its target, in words that stand for the colour too."""
    target = TARGETS[reading.indicator]
    if reading.value is None:
        return tr("Not measured")
    if reading.level is IndicatorLevel.UNKNOWN:
        return tr("Too few to judge by")
    if reading.level is IndicatorLevel.ALARM:
        return tr("Far over its target")
    if reading.level is IndicatorLevel.WARNING:
        is_under = target.least is not None and reading.value < target.least
        return tr("Under its target") if is_under else tr("Over its target")
    if target.least is not None and reading.value < target.least:
        return tr("Room for more")
    if target.most is not None and reading.value > target.most:
        return tr("Nobody has to wait")
    return tr("Within its target")


def advice(tr: Translator, reading: IndicatorReading) -> str:
    """What can be done about an indicator that is out of its target; empty where it isn't."""
    if not reading.is_out:
        return ""
    return {
        Indicator.WORKERS: tr(
            "Recordings wait for their turn. Raise “Recordings at once” in the settings, if this computer has room."
        ),
        Indicator.QUEUE: tr(
            "They are worked off one after the other. A smaller model or an online provider works faster."
        ),
        Indicator.CACHE: tr(
            "Most recordings came for the first time, which costs time but is no fault. Settings: how many days the "
            "cache is kept."
        ),
        Indicator.ERRORS: tr("Look under Settings which one fails, and why. The next in the order takes over."),
        Indicator.LATENCY: tr("Long recordings take long. A smaller model or an online provider works faster."),
        Indicator.MEMORY: tr(
            "Close other programs, choose a smaller model, or lower “Recordings at once” in the settings."
        ),
    }[reading.indicator]


def page_of_advice(indicator: Indicator) -> WindowPage:
    """The page on which that can be done."""
    return {
        Indicator.WORKERS: WindowPage.RECORDINGS_AT_ONCE,
        Indicator.MEMORY: WindowPage.RECORDINGS_AT_ONCE,
        Indicator.CACHE: WindowPage.CACHE_DAYS,
    }.get(indicator, WindowPage.PROVIDERS)


def alert_text(tr: Translator, reading: IndicatorReading) -> str:
    """An indicator that is out of its target in one line."""
    value = value_text(tr, reading.indicator, reading.value)
    return f"{indicator_name(tr, reading.indicator)}: {value} ({target_text(tr, reading.indicator)})"


def worst_first(readings: tuple[IndicatorReading, ...]) -> list[IndicatorReading]:
    """The readings that are out of their targets, alarms first."""
    return sorted((one for one in readings if one.is_out), key=lambda one: one.level is not IndicatorLevel.ALARM)
