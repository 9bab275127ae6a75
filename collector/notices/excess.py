"""A value beyond its limit, as people read it. Pure."""

from collector.incidents import Excess
from collector.notices.quantities import quantity
from collector.notices.texts import EXCESS, METRICS, UNITS, Language, spoken

MINUTE = 60.0


def excess_words(excess: Excess, language: Language) -> str:
    """The value against its limit, and the usual value where it is known."""
    column = 0 if language == "en" else 1
    metric = metric_words(excess.metric, language)
    value = quantity_words(excess.metric, excess.value, language)
    limit = limit_words(excess.metric, excess.limit, language)
    shape = EXCESS["row" if excess.row else "value"][column]
    words = shape.format(metric=metric, value=value, limit=limit, row=excess.row)
    if excess.usual is None:
        return words
    return words + EXCESS["usual"][column].format(usual=quantity_words(excess.metric, excess.usual, language))


def metric_words(metric: str, language: Language) -> str:
    return spoken(METRICS.get(metric, (metric, metric)), language)


def limit_words(metric: str, limit: float, language: Language) -> str:
    """A person wrote the limit, so it has the digits of that person."""
    return f"{limit * 100:g} %" if metric.endswith("_ratio") else quantity_words(metric, limit, language)


def quantity_words(metric: str, value: float, language: Language) -> str:
    if metric.endswith("_total"):
        return f"{value:.3g}/s" if language == "en" else f"{value:.3g}/detik"
    if metric.startswith("ups_") and metric.endswith("_seconds") and value >= MINUTE:
        return f"{value / MINUTE:.0f} {UNITS[language][2]}"
    return quantity(metric, value)
