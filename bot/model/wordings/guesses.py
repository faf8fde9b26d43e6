"""Guesses, for texts without any code: who tells people what to do is the sentence of a validation rule."""

import re
from typing import Final

from bot.model.wordings.matching import Wording, words

GUESSED: Final[tuple[Wording, ...]] = (
    words(
        "salesforce_custom_field_validation_rule",
        "please|must be|must have|must select|must enter|you must|you need|needs to be|bitte |müssen|muss "
        "|dürfen nicht|darf nicht|moet |moeten |gelieve|måste|vänligen|vennligst|venligst|skal |veuillez|vous devez"
        "|ne peut pas|doit être|por favor|debe |deben |no puede|você deve|deve ser|não pode|é necessário|si prega"
        "|è necessario|selezionare|non può|täytyy|on oltava|ole hyvä|proszę|należy|musi |lütfen|gerekir|gerekiyor"
        "|пожалуйста|необходимо|должн|укажите|выберите|必须|必須|请选择|请输入|請選取|請輸入|してください"
        "|必要があります|できません|하십시오|하세요|해야|โปรด|ต้อง",
    ),
)

TECHNICAL: Final = re.compile(
    r"[{}\\]|https?:|\b\w++\(|\bexception\b|\berror\b|\bfehler\b|\berreur\b|\b[45]\d\d\b", re.IGNORECASE
)
"""What no validation rule says to people."""
SENTENCE: Final = re.compile(r"(?<![^\W_])[^\W\d_]{2,}+(?:\W{1,4}+[^\W_]++){2}")
"""Three words. Where no spaces are written, as in Chinese and Japanese, punctuation has to part them."""
