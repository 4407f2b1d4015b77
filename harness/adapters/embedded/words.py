"""The words the reader knows: which carry no meaning, which endings fall off, which words mean the same."""

_STOP = """
a an and are as at be been but by can could did do does for from had has have how i if in into is it its me my
no not of on or our shall should so that the their them then there they this to up was we were what when where
which who why will with would you your am any about just also get got still please thanks hi hello der die das
den dem des ein eine einen einem einer und oder ist sind war wird werden kann können ich wir sie es mein meine
meinen mir mich für von zu zum zur im auf aus bei mit nach nicht noch auch wie wann wo wer wenn dass ob habe hat
haben bitte ihr ihre bis um als el la los las un una unos unas y o de del al en con por para que qué cómo cuándo
dónde cuánto son está están ser mi mis se su sus lo le si sí puedo puede hay he ha tengo tiene cuál
"""
STOP = frozenset(_STOP.split())
"""Words of English, German and Spanish that say nothing about what is asked."""

LETTERS_KEPT = 3
"""How short a stem may become."""
_ENDINGS = """
ationen ations ation ungen aciones ación ings ing edly ied ies ed es ung en er em ern s e a o os as n ly ment
"""
ENDINGS = tuple(_ENDINGS.split())

GROUPS = (
    "cost price charge fee pay much kostet kosten preis gebühr cuesta costo precio tarifa",
    "open hour opening öffnungszeit geöffnet abierto horario",
    "return send back zurückgeben zurücksenden rückgabe retoure devolver devolución",
    "refund money back reimburse erstatten erstattung rückerstattung reembolso reembolsar",
    "deliver delivery ship arrive shipping lieferung liefern versand envío enviar entrega entregar",
    "day long period deadline within tag frist lange día plazo tiempo",
    "break broken damage defect faulty crack defekt kaputt beschädigt roto dañado defectuoso",
    "warranty guarantee garantie gewährleistung garantía",
    "renew extend prolong verlängern renovar prolongar",
    "cancel stornieren kündigen cancelar anular",
    "wash clean washing waschen reinigen lavar limpiar",
    "expire valid validity gültig ablaufen caducar válido",
    "exchange swap tauschen umtauschen cambiar cambio",
)
"""Everyday words that people use for the same thing."""
