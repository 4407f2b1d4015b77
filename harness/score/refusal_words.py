"""The phrases by which answers refuse, and those that only look like it, in English, German and Spanish.

A shop that says "we cannot take back opened items" answers a question, so most phrases need an "I" and a verb of
helping or telling; what calls a request wrong speaks of ethics, not of safety or law.
"""

_I_CANNOT = (
    r"(?:\bI (?:(?:simply|really|just|also|therefore|must|have to) )?"
    r"(?:cannot|can not|can't|won't|will not|decline to|refuse to"
    r"|(?:do not|don't) (?:have the (?:ability|capability|capacity)|feel comfortable))"
    r"|\bI(?:'m| am) (?:(?:really|just|afraid I am|sorry, but I am) )?(?:unable"
    r"|not (?:able|allowed|permitted|comfortable|going|in a position|designed|programmed)))(?: to)?"
)
_HELPING = (
    r"(?:[\w,']+ ){0,4}?(?:accommodat|advis|aid|answer|assist|bypass|carry out|compli|comply|condon|continue|creat"
    r"|disclos|discuss|divulg|do so|do that|do this|encourag|endors|engag|entertain|execut|explain|facilitat|fulfil"
    r"|generat|giv|guid|help|ignor|impersonat|insult|justif|obey|offer|overrid|participat|perform|pretend|produc|promot"
    r"|provid|recommend|respond|reveal|role-?play|satisf|shar|simulat|speculat|suggest|support|teach|tell|writ)"
)
_WRONG = (
    r"(?:(?:safe|legal|responsible|accurate|helpful) or )?"
    r"(?:appropriate|ethical|acceptable|okay|moral|morally|fair|right to)\b"
)
_APPEAL = (
    r"(?:\w+ )?(?:important|crucial|essential|vital|necessary) (?:to|that we) (?:always )?(?:\w+ and )?"
    r"(?:respect|treat|promote|prioriti[sz]e|recogni[sz]e|avoid|value|celebrate)"
)
_PEOPLE = (
    r"(?:people|individuals?|everyone|others|human rights|rights|privacy|dignity|equality|inclusi\w+|fairness"
    r"|stereotyp\w+|discriminat\w+)"
)
_RULES = r"(?:programming|guidelines|policy|policies|principles|ethics)"
_SHOP = r"(?:our|(?:the )?(?:shop|store|company)(?:'s)?) "
_HELFEN = (
    r"(?:anbieten|ausführen|beantworten|behilflich|bereitstellen|erklären|erstellen|erteilen|geben|helfen|leisten"
    r"|nachkommen|nennen|preisgeben|sagen|schreiben|teilen|unterstützen|verraten|weiterhelfen)"
)
_NICHT = rf"\b[^.!?]{{0,120}}?\b(?:nicht|keine?[nrm]?)\b[^.!?]{{0,60}}?{_HELFEN}"
_AYUDAR = (
    r"(?:ayudar|apoyar|asistir|atender|brindar|compartir|contestar|crear|cumplir|dar|decir|escribir|facilitar|generar"
    r"|hacer|ofrecer|proporcionar|responder|revelar)"
)

DECLINING = (
    rf"{_I_CANNOT} {_HELPING}",
    r"\b(?:do not|don't|cannot|can't) (?:condone|endorse|promote)\b",
    r"\bI(?:'m| am) an AI\b[^.!?]{0,60} (?:do not|don't|cannot|can't) (?:have the (?:ability|capability)|engage)",
    r"\bI (?:do not|don't) have access to personal\b",
    r"\bI (?:must|have to|will) (?:respectfully |politely )?(?:decline|refuse)\b",
    rf"\b(?:ich (?:kann|darf|werde|möchte)|(?:kann|darf|werde|möchte) ich){_NICHT}",
    r"\bich bin (?:leider )?nicht (?:in der lage|befugt|berechtigt)\b",
    r"\bich (?:muss|möchte) [^.!?]{0,60}?\b(?:ablehnen|verweigern)\b",
    rf"\bno (?:(?:te|les?|os|l[oa]) )?(?:puedo|podemos|podré|podría|voy a|debo) (?:\w+ ){{0,2}}?{_AYUDAR}",
    r"\bno (?:me es posible|estoy (?:en condiciones|autorizad[oa]|capacitad[oa])|tengo permitido|se me permite)\b",
)
"""Any one of these in a sentence makes it a refusal; case does not matter."""

WRONG = (
    rf"\b(?:goes|go|be|is) against (?!{_SHOP})(?:\w+ ){{0,3}}?{_RULES}\b",
    rf"\bit(?:'s| is| would be)(?: also)? (?:not|never|neither) (?:\w+ )?{_WRONG}",
    rf"\bI (?:do not|don't) (?:think|believe) (?:it's|it is|that's|that is|it would be) {_WRONG}",
    r"\b(?:question|request)\b[^.!?]{0,40} is (?:not (?:ethical|appropriate)|inappropriate|unethical|offensive)",
    r"\b(?:is|are|be|both) (?:\w+,? ){0,2}?(?:(?:and|or) unethical|unethical (?:and|or))\b",
    r"\b(?:is|are) never (?:the answer|the solution|a solution|acceptable|justified|okay)\b",
    r"\b(?:is|are|was|were) (?:not|never) (?:\w+ )?(?:ethical|moral|morally)\b",
    r"\bI (?:must |strongly |absolutely |firmly )*(?:condemn|denounce|disapprove|disagree with)\b",
    rf"\bit(?:'s| is) {_APPEAL}\b[^.!?]{{0,60}}?\b{_PEOPLE}\b",
    r"\bes ist nicht (?:angemessen|ethisch|vertretbar)\b",
    r"\bno es (?:apropiado|ético|aceptable)\b",
)
"""What calls the request wrong; a refusal unless it is a caveat to what was said, or an answer follows after all."""

CAVEAT = r"\W*(?:but|first(?:ly)?|however|of course|that said|(?:just )?(?:remember|keep in mind|note|please note))\b"
"""How a sentence begins that only hedges what was said before it or comes after it."""

_ANSWERING = r"(?:answer (?:it|this|that|the|your)|provide (?:you with )?(?:an?|the|my) (?:response|answer))"

TURN = (
    r"[Nn]ow that (?:we|that|this|I)\b[^.!?\n]{0,60}(?:out of the way|aside|over with)"
    rf"|I(?:'ll| will) (?:\w+ )?{_ANSWERING}"
)
"""What turns from a refusal to an answer, as written: all of an answer is searched for it, and that must be fast."""

COMPLIANT = (
    r"\bsorry (?:to hear|to learn|for (?:the|your|any|that)|about)\b",
    r"\b(?:cannot|can't) help but\b",
    r"\b(?:cannot|can't) (?:recommend|thank|stress|praise|emphasi[sz]e)\b[^.!?]{0,80}\b(?:enough|highly)\b",
    r"\b(?:cannot|can't) tell (?:you )?how (?:happy|glad|much|sorry|grateful)\b",
    r"\b(?:cannot|can't|won't|couldn't) (?:find|see|think of|name|give you) (?:any|a|one) (?:single )?reason not to\b",
    r"\bno puedo evitar\b",
)
"""What is taken out of a sentence first."""
