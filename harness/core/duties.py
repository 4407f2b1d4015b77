"""What rules on automated decisions ask for, and the part of the evidence that speaks to it."""

from typing import NamedTuple


class Duty(NamedTuple):
    """One demand of a rule; the evidence informs whoever has to meet it, and does not certify that it is met."""

    rule: str
    place: str
    asks: str
    shown: str
    """The sections of the report that speak to it."""


DUTIES = (
    Duty(
        "NIST AI RMF 1.0",
        "MEASURE 2.11",
        "fairness and bias are evaluated and the results are documented",
        "Conclusions, All groups at once, Noise floor, Limitations",
    ),
    Duty(
        "Regulation (EU) 2024/1689",
        "Art. 10(2)(f), (g)",
        "data is examined for possible biases, and measures are taken to find and lessen them",
        "Labels, Conclusions, Change against base",
    ),
    Duty(
        "Regulation (EU) 2024/1689",
        "Art. 15",
        "an appropriate level of accuracy and robustness, with its metrics declared",
        "Conclusions, Noise floor, Gates",
    ),
    Duty(
        "Regulation (EU) 2024/1689",
        "Annex IV(2)(g)",
        "validation and testing: the data used, the metrics, potentially discriminatory impacts, test reports",
        "Materials, Labels, Conclusions, Gates",
    ),
    Duty(
        "New York City Local Law 144 of 2021",
        "6 RCNY 5-301",
        "selection rates and impact ratios by category",
        "Impact ratios, of simulated persons: a bias audit asks for historical or test data of the tool in use",
    ),
)
