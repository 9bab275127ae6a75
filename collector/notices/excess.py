"""A value above its limit, as people read it. Pure."""

from collector.incidents import Excess
from collector.notices.quantities import share, time
from collector.notices.texts import EXCESS, METRICS, Language


def excess_words(excess: Excess, language: Language) -> str:
    """The value against its limit, and the usual value where it is known."""
    column = 0 if language == "en" else 1
    metric = METRICS.get(excess.metric, (excess.metric, excess.metric))[column]
    value, limit = _quantity(excess.metric, excess.value, language), _limit(excess, language)
    shape = EXCESS["row" if excess.row else "value"][column]
    words = shape.format(metric=metric, value=value, limit=limit, row=excess.row)
    if excess.usual is None:
        return words
    return words + EXCESS["usual"][column].format(usual=_quantity(excess.metric, excess.usual, language))


def _limit(excess: Excess, language: Language) -> str:
    """A person wrote the limit, so it has the digits of that person."""
    if excess.metric.endswith("_ratio"):
        return f"{excess.limit * 100:g} %"
    return _quantity(excess.metric, excess.limit, language)


def _quantity(metric: str, value: float, language: Language) -> str:
    if metric.endswith("_ratio"):
        return share(round(value, 4))
    if metric.endswith("_seconds"):
        return time(value)
    return f"{value:.3g}/s" if language == "en" else f"{value:.3g}/detik"
