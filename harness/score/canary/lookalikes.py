# ruff: noqa: RUF001 - characters that look like others are what this file is about
"""Tables of characters by the ASCII letter that they look like, or are typed or named for."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DOTS = "1 12 14 145 15 124 1245 125 24 245 13 123 134 1345 135 1234 12345 1235 234 2345 136 1236 2456 1346 13456 1356"
BRAILLE = dict(zip(_DOTS.split(), LETTERS.lower(), strict=True))
"""Letters by the numbers of their raised dots."""

_ALIKE = (
    ("АВЕКМНОРСТУХЅІЈԚԜҮԌԀ", "ABEKMHOPCTYXSIJQWYGD"),
    ("аеорсухѕіјԛԝһԁкмнтвгь", "aeopcyxsijqwhdkmhtbrb"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϜ", "ABEZHIKMNOPTYXCF"),
    ("αβγεικμνορστυχωϲϳ", "abyeikmvoporuxwcj"),
    ("ǫƍɡɑʋՕԼՍ", "qqgavOLU"),
    ("ᎪᏴᏟᎠᎬᎮᏀᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃ", "ABCDEPGHJKLMPRSTVWZ"),
    ("ꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓤꓪꓫꓬꓮꓰꓲꓳꓴꓵ", "BPDDTGKJCZFMNLSRRWXYAEIOUU"),
    ("•·∙‧●⋅－–—−―‐‑ー“”„‘’", '......--------"""\'\''),
)
ALIKE = {char: letter for chars, letters in _ALIKE for char, letter in zip(chars, letters, strict=True)}
"""Characters that look like an ASCII character and are not decomposed into it."""

_TURNED = (
    ("ɐqɔpǝɟƃɓᵷɥᴉıɾʞlןʅɯuodbɹsʇnʌʍxʎz", "abcdefgggHIIJKLLLMNOPQRSTUVWXYZ".lower()),
    ("∀ᗺƆᗡƎℲ⅁⅂ꓘ⋊˥ꞀWNԀΌꝹᴚꓤ⊥┴∩ΛM⅄", "ABCDEFGLKKLLMNPQQRRTTUVWY"),
)
TURNED = {char: letter for chars, letters in _TURNED for char, letter in zip(chars, letters, strict=True)}
"""Characters that look like an ASCII letter when the page is turned round."""

RUSSIAN_KEYS = str.maketrans("йцукенгшщзфывапролдячсмить", "qwertyuiopasdfghjklzxcvbnm")
"""What was meant when Latin letters are typed on Russian keys."""

_JAPANESE = (
    "エー ビー シー ディー イー エフ ジー エイチ アイ ジェー ケー エル エム エヌ オー ピー キュー アール エス ティー"
    " ユー ブイ ダブリュー エックス ワイ ゼット"
)
JAPANESE = dict(zip(_JAPANESE.split(), LETTERS, strict=True)) | {"エイ": "A", "ジェイ": "J", "ケイ": "K"}
"""Letters by their Japanese names."""
