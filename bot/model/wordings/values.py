"""Values that are too long, badly formed, not there, or merely wrong: the general after the specific."""

from typing import Final

from bot.model.wordings.matching import Wording, words
from bot.model.wordings.vocabulary import EMAIL, INVALID, MISSING, REQUIRED

VALUES: Final[tuple[Wording, ...]] = (
    words(
        "string_too_long",
        "too long|too large|zu lang|zu groß|zu viele zeichen|te lang|te groot|för lång|för stor|for lang|for stor"
        "|for langt|for stort|trop long|trop grand|trop volumineu|demasiado larg|demasiado grande|demasiado extens"
        "|muito long|muito grande|troppo lung|troppo grand|liian pitkä|liian suuri|zbyt dług|zbyt duż|çok uzun"
        "|çok büyük|слишком длин|слишком больш|max length|maximum length|maximale länge|maximale lengte|maxlängd"
        "|maksimal længde|longueur max|longitud máx|comprimento máx|lunghezza mass|character limit|zeichenlimit|过长"
        "|過長|太长|太長|过大|過大|太大|大きすぎ|長すぎ|最大長|文字数|너무 큼|너무 크|너무 김|너무 깁|너무 길"
        "|최대 길이|ยาวเกินไป|ใหญ่เกินไป",
    ),
    words("invalid_email", EMAIL, INVALID),
    words("invalid_email", EMAIL, " is invalid|isn't valid|badly formatted|malformed|syntax"),
)

GENERAL: Final[tuple[Wording, ...]] = (
    # Salesforce and HubSpot name the fields that are missing; a rule says what may not be.
    words("salesforce_custom_field_validation_rule", "be blank|be empty|darf nicht leer|dürfen nicht leer"),
    words(
        "missing_required_value",
        f"{REQUIRED}|be null|were not set|nicht leer| vide | vacío| vuoto| vazio",
    ),
    words(
        "insufficient_access_or_missing_record",
        "record|resource|entity|object|datensatz|eintrag|external id|enregistrement|registro|tietue|rekord|kayıt"
        "|запис|объект|记录|記錄|レコード|레코드",
        MISSING,
    ),
    words(
        "invalid_value",
        "value|wert|waarde|värde|værdi|verdi|valeur|valor|arvo|wartość|değer|значени|number|zahl|date|datum|数值"
        "|数字|日期|値が|値は|の値|値を|값이|값은|값을|된 값",
        INVALID,
    ),
)
