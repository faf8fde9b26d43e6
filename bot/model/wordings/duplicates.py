"""What is there already: addresses of other contacts, unique values, duplicates by a rule."""

from typing import Final

from bot.model.wordings.matching import Wording, words
from bot.model.wordings.vocabulary import EMAIL, IN_USE

DUPLICATES: Final[tuple[Wording, ...]] = (
    words("email_already_in_use", EMAIL, IN_USE),
    words(
        "email_already_in_use",
        "contact already exist|existing id:|kontakt existiert bereits|kontakt ist bereits|contact existe déjà"
        "|contacto ya existe|contato já existe|contatto esiste già|contact bestaat al|コンタクトは既に|연락처가 이미",
    ),
    words(
        "restricted_unique_value",
        "duplicate value|duplicates value|doppelter wert|doppelten wert|doppelter feldwert|duplikatwert"
        "|dubbele waarde|dubblettvärde|dubblett av värde|dubletværdi|dobbelt værdi|duplikatverdi|duplisert verdi"
        "|valeur en double|valeur dupliquée|valor duplicado|duplica el valor|duplica o valor|valore duplicato"
        "|kaksoisarvo|zduplikowan|yinelenen değer|повторяющееся значение|дублирующееся значение|重复值|重複值"
        "|重复的值|重複する値|重複した値|値が重複|値の重複|重複値|중복 값|중복된 값|ค่าซ้ำ|must be unique|not unique"
        "|unique value|eindeutig|moet uniek|vara unik|være unik|être unique|ser único|essere univoc|unikaln"
        "|benzersiz|уникальн|唯一|一意|고유|has that value|duplicate external|duplicate username|duplicate entry"
        "|external id matches more|more than one record found",
    ),
    words(
        "salesforce_duplicate_rule",
        "duplicate|one of these records|existing record instead|duplikat|doppelte|dieser datensätze|dubbel record"
        "|dubbele record|duplica|gedupliceerd|een van deze records|dubblett|dessa poster|dublet|dobbelt|disse poster"
        "|doublon|en double|de ces enregistrements|de estos registros|destes registros|di questi record"
        "|kaksoiskappal|näistä tietue|z tych rekordów|yinelenen kayıt|bu kayıtlardan|дубликат|дублир|из этих записей"
        "|重复|重複|这些记录|這些記錄|现有记录|現有記錄|これらのレコード|중복|이러한 레코드|ซ้ำ",
    ),
)

# Last of all, when nothing tells what it is that exists.
TAKEN: Final[tuple[Wording, ...]] = (
    words("restricted_unique_value", "already exist|existiert bereits|existe déjà|ya existe|já existe|esiste già"),
)
