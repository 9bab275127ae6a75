"""The weights of clues from the devices of the link; weights.py has the others and says how they count."""

from collections.abc import Mapping

from collector.causes.cause import ClueName
from collector.causes.weight import Weight, site

LINE_WEIGHTS: Mapping[ClueName, Weight] = {
    "onu_dying_gasp": Weight(
        "The site's ONU said with its last breath that it has no power, which no cut makes it say.",
        site(4, 3.5, -3, -2, -1.5),
        is_power=True,
        decisive=True,
        excuses_power=True,
    ),
    "onu_los": Weight(
        "The OLT lost the light of the ONU without a dying gasp: a cut, or one of the ONUs that have none.",
        site(-1, -1, 2.3, -1, -2),
    ),
    "onu_gasped_before": Weight(
        "The ONU gasped at an earlier loss, so it would have done so at this one, too, without power.",
        site(-2, -2, 1, 0, 0),
        doubts_nearby=True,
    ),
    "onu_down": Weight(
        "The OLT lost the ONU, and does not say why: its fibre is broken, or it has no power.",
        site(0.5, 0.5, 0.5, -0.5, -2),
    ),
    "onu_up": Weight(
        "The ONU stayed connected while the router did not answer: fibre and power are well.",
        site(-2.5, -2.5, -3, -2, 3.5),
    ),
    "light_lost": Weight(
        "The site's own port received no light, and had the power to say so: the fibre, or the far end.",
        site(-3, -3, 3, 0.5, -2),
        decisive=True,
        ran_on=True,
        doubts_nearby=True,
    ),
    "light_faded": Weight(
        "The light was half or less of what it was in the day before: a bend, a dirty or a pulled connector.",
        site(-0.5, -0.5, 2.5, -0.5, -1),
    ),
    "light_low": Weight(
        "The light was at the limit of the receiver, so little more was enough to lose it.",
        site(-0.5, -0.5, 1.5, -0.5, -0.5),
    ),
    "radio_faded": Weight(
        "The radio's signal fell before the loss: rain, an antenna that moved, something in the way.",
        site(-1, -1, 3, -1, -1.5),
    ),
    "radio_weak": Weight(
        "The radio's signal was hardly enough before the loss, so little more was enough to lose it.",
        site(-0.5, -0.5, 1.5, -0.5, -0.5),
    ),
    "radio_good": Weight(
        "The radio's signal was good until the loss: a radio that goes silent like that rather has no power.",
        site(0.5, 0.5, -0.5, 0, 0),
    ),
    "radio_alone": Weight(
        "The site's own radio ran on and found no far end: it has power, and the link is lost.",
        site(-3, -3, 2.5, 0.5, -2),
        decisive=True,
        ran_on=True,
        doubts_nearby=True,
    ),
    "poe_off": Weight(
        "The port that feeds a radio of the link stopped feeding it with the loss: the radio has no power.",
        site(-1, -1, 3.5, -1.5, -2),
        decisive=True,
    ),
}
