"""Twenty ways to hide a canary in a natural answer, each exactly reversible and without a key.

The second stranger wrote them; when they were first tried, the detector saw through seventeen.
"""

from collections.abc import Callable

from tests.score.canary_second_ciphers import (
    atbash,
    base64_token,
    hex_bytes,
    morse,
    rail_fence,
    rot13,
)
from tests.score.canary_second_layouts import (
    acrostic_poem,
    ascii_banner,
    german_telephone,
    nato_radio,
    neighbour_riddle,
    spanish_letter_names,
    word_search_diagonal,
)
from tests.score.canary_second_markup import (
    bold_letters,
    circled_letters,
    css_palette,
    html_entities,
    python_chr_list,
    shopping_quantities,
    zero_width,
)

DISGUISES: dict[str, Callable[[str], str]] = {
    f.__name__: f
    for f in (
        base64_token,
        hex_bytes,
        rot13,
        morse,
        atbash,
        rail_fence,
        acrostic_poem,
        nato_radio,
        german_telephone,
        spanish_letter_names,
        ascii_banner,
        neighbour_riddle,
        word_search_diagonal,
        html_entities,
        shopping_quantities,
        css_palette,
        python_chr_list,
        zero_width,
        circled_letters,
        bold_letters,
    )
}
