"""What messages say, in the languages of Salesforce's users, and the type of error it points to.

The last evidence: texts change with the language of the integration user and with Salesforce's releases. So a
rule names the few words that carry the meaning, never a sentence. Order matters: what is specific stands
before what is general.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final

from bot.model.kinds import Resync


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that point to a type: of each group one has to occur.

    The words are in lower case and with straight apostrophes. A space belongs to the word, and the text they
    are looked for in begins and ends with one.
    """

    error_type: str
    groups: tuple[tuple[str, ...], ...]
    resync: Resync | None = None


def first_of(wordings: Iterable[Wording], text: str, among: Container[str]) -> Wording | None:
    """Return the first rule for one of the types in `among` whose words occur in a folded text."""
    for wording in wordings:
        if wording.error_type in among and all(_occurs(group, text) for group in wording.groups):
            return wording
    return None


def found_words(wording: Wording, text: str) -> str:
    """Name the words of a rule that occur in a folded text."""
    words = [next(word for word in group if word in text).strip() for group in wording.groups]
    return f"the words '{' … '.join(words)}'"


def folded(text: str) -> str:
    """Return the text as the rules expect it."""
    words = text.lower().replace("’", "'").split()
    return f" {' '.join(words)} "


def _occurs(group: tuple[str, ...], text: str) -> bool:
    # A plain loop: any() over a generator takes twice as long, and every unknown message passes all rules.
    for word in group:  # noqa: SIM110 - as said above
        if word in text:
            return True
    return False


def _words(error_type: str, *groups: str, resync: Resync | None = None) -> Wording:
    """Return the rule for groups written as `word|word|word`."""
    return Wording(error_type, tuple(tuple(group.split("|")) for group in groups), resync)


# Things a message is about, in English, German, French, Italian, Spanish, Japanese and Korean.
_FIELD: Final = "field|feld|champ|campo|campi|項目|필드"
_PROPERTY: Final = "property|eigenschaft|propriété|propiedad|proprietà|プロパティ|속성"
_PICKLIST: Final = (
    "picklist|auswahlliste|dropdown|liste de sélection|lista de selección|elenco di selezione|elenco a discesa"
    "|選択リスト|ピックリスト|선택 목록"
)
_OWNER: Final = (
    "owner|inhaber|zuständige|besitzer|assigned to|zugewiesen an|propriétaire|attribué à|propietario|asignado"
    "|proprietario|assegnato|所有者|任命先|소유자|담당자"
)
_USER: Final = "user|benutzer|mitarbeiter|utilisateur|usuario|utente|ユーザ|사용자"
_STAGE: Final = " stage|opportunity-phase|phase |dealstage|stagename|étape|etapa| fase |フェーズ|단계"
_DEAL: Final = "opportunit|deal|pipeline|oportunidad|商談|기회|パイプライン"
_EMAIL: Final = "email|e-mail|mail address|correo electr|courriel|メール|이메일"
_COUNTRY: Final = "country| land| pays|país|paese|国|국가"
_STATE: Final = (
    f"{_COUNTRY}| state|state |state/|province|bundesland|länder|état|estado| stato|provincia|都道府県|시/도"
)
_ACCOUNT: Final = "account|company|companies|unternehmen|konto|kunde|compte|cuenta|取引先|계정"

# What is the matter with them.
_MISSING: Final = (
    "missing|does not exist|doesn't exist|not exist|not found|not available|n't available|unavailable|no such"
    "|unknown| without "
    "|fehlt|fehlend|fehlen|nicht vorhanden|existiert nicht|nicht gefunden|ohne |manquant|n'existe|introuvable"
    "|falta|no existe|no se encontr|mancant|non esiste|non trovat|存在しません|見つかりません|없습니다|찾을 수 없"
)
_INVALID: Final = (
    "invalid|not valid|isn't valid|not a valid|malformed|badly formed|incorrect|ungültig|kein gültig|nicht gültig"
    "|keine gültig|non valide|pas valide|incorrecte|no válid|no es válid|non valid|non è valid|無効|不正|正しく"
    "|잘못된|유효하지|올바르지"
)
_INACTIVE: Final = (
    "inactive|not active|longer active|deactivated|inaktiv|nicht aktiv|deaktiviert|inactif|inactiv|inattiv|無効"
    "|非アクティブ|비활성"
)
_NOT_SYNCED: Final = (
    "not synced|n't synced|not synchroni|n't synchroni|not been synced|not yet synced|not sync|n't sync"
    "|nicht synchronisiert|pas synchronis|no se ha sincroniz|no sincroniz|non sincronizz|non è stat sincronizz"
    "|同期されて|동기화되지"
)
_LIMIT: Final = (
    "limit|maximum|too many|exceed|höchst|grenze|überschr|zu viele|límite|máximo|massimo|上限|制限|한도|초과"
)
_IN_USE: Final = (
    "already in use|already exist|already used|already being used|already has|already taken|in use by"
    "|belongs to another"
    "|bereits verwendet|bereits vorhanden|existiert bereits|bereits vergeben|déjà utilis|existe déjà"
    "|ya está en uso|ya existe|già in uso|già utilizzat|esiste già|既に使用|すでに使用|既に存在|すでに存在"
    "|이미 사용|이미 존재"
)

WORDINGS: Final[tuple[Wording, ...]] = (
    # What only HubSpot says, about opportunities and options.
    _words(
        "default_sales_process_unavailable",
        "sales process|vertriebsprozess|processus de vente|proceso de venta|processo di vendita"
        "|セールスプロセス|영업 프로세스",
    ),
    # Salesforce's automation speaks of itself.
    _words(
        "salesforce_flow",
        "flow interview|flow trigger|execute flow|admin these details|the flow |flow failed|flow error"
        "|unhandled fault|process failed"
        "|process builder|prozess fehlgeschlagen|der ablauf |ablauf fehlgeschlagen|der flow |flow ist fehl"
        "|administrator diese details|le flux|le processus|ces détails à|estos detalles al|questi dettagli a"
        "|el flujo|el proceso|il flusso|il processo|フロー|プロセスの|プロセスが|플로|프로세스",
    ),
    _words(
        "salesforce_automation",
        "limitexception|apex cpu|apex trigger|apex-trigger|apex class |apex-klasse|too many soql"
        "|too many dml|unexpected exception|nullpointer|de-reference a null|déclencheur apex"
        "|desencadenador apex|apex トリガ|apex 트리거",
    ),
    _words(
        "salesforce_custom_field_validation_rule",
        "validation rule|validation formula|custom validation|validierungsregel|gültigkeitsregel"
        "|de validation|regla de validación|reglas de validación|regola di convalida|regole di convalida"
        "|入力規則|유효성 검사",
    ),
    # What passes by itself, or never.
    _words(
        "other",
        "exclusive access|lock row|exklusive|accès exclusif|acceso exclusivo|accesso esclusivo|排他|단독 액세스",
        resync=Resync.ALONE,
    ),
    _words(
        "other",
        "server unavailable|service unavailable|temporarily|too busy|try again later|vorübergehend"
        "|später erneut|réessayez plus tard|más tarde|più tardi|timed out|timeout|time out|zeitüberschreitung"
        "|délai d'attente|tiempo de espera|too many requests|rate limit|requests limit|request limit"
        "|totalrequests|concurrentrequests|longtxn|api limit|タイムアウト|後でもう一度|시간 초과|나중에 다시",
        resync=Resync.ALONE,
    ),
    _words(
        "other",
        "reference converted lead|converted lead cannot|lead has been converted|lead is already converted"
        "|konvertierte|lead converti|prospecto convertido|lead convertito|取引開始済み|변환된 리드",
        resync=Resync.NEVER,
    ),
    _words(
        "insufficient_access_or_missing_record",
        "is deleted|been deleted|was deleted|is archived|wurde gelöscht|ist gelöscht|été supprimé"
        "|est supprimé|entité supprimée|ha eliminado|sido eliminad|eliminada|stata eliminata|stato eliminato"
        "|è eliminat|削除されて|삭제된|삭제되",
        resync=Resync.NEVER,
    ),
    # Permissions.
    _words(
        "salesforce_field_permission",
        "create/update fields|field-level security|field level security|field names on insert/update"
        "|fields on insert/update|security settings of this field|feldsicherheit|feldebenensicherheit"
        "|felder können nicht erstellt|sicherheitseinstellungen dieses feld|créer/mettre à jour les champs"
        "|crear/actualizar|creare/aggiornare|セキュリティ設定|項目レベルセキュリティ|作成/更新|필드 수준 보안"
        "|보안 설정",
    ),
    _words(
        "insufficient_access_or_missing_record",
        "cross-reference|cross reference|querverweis|référence croisée|referencia cruzada|riferimento incrociato"
        "|相互参照|クロス参照|クロスリファレンス|교차 참조|상호 참조|record object permission",
    ),
    _words(
        "insufficient_access_or_missing_record",
        "valid for the user|für den benutzer gültig|für den benutzer ungültig|für diesen benutzer nicht gültig"
        "|valide pour l'utilisateur|válido para el usuario|valido per l'utente|ユーザには|사용자에게 유효",
    ),
    _words("salesforce_field_permission", _FIELD, " permission|berechtigung|autorisation|permiso|autorizz|権限|권한"),
    _words(
        "insufficient_salesforce_access",
        " api",
        "disabled|deaktiviert|désactivé|deshabilit|desabilit|disattivat|disabilitat|無効|비활성",
    ),
    _words(
        "insufficient_salesforce_access",
        "insufficient access|insufficient priv|insufficient perm|not have access|n't have access|no access"
        "|not have permission|not have the permission|n't have permission|no permission|missing permission"
        "|object read permission|object write permission|object permission|not permitted|not authorized|unauthorized"
        "|forbidden|is locked|locked record|transaction security|access denied|not have sufficient|level of access"
        "|unzureichende zugriff|unzureichender zugriff|unzureichende berechtig|keine berechtigung|kein zugriff"
        "|keinen zugriff|nicht berechtigt|zugriff verweigert|ist gesperrt|accès insuffisant|accès refusé"
        "|privilèges insuffisants|autorisations insuffisantes|pas autorisé|pas l'autorisation|verrouillé"
        "|acceso insuficiente|privilegios insuficientes|permisos insuficientes|no tiene permiso|no tiene acceso"
        "|acceso denegado|bloqueado|accesso insufficient|privilegi insufficienti|autorizzazioni insufficienti"
        "|non autorizzato|accesso negato|bloccato|アクセス権|権限がありません|権限が不足|ロックされて"
        "|액세스 권한|권한이 없"
        "|권한 부족|권한이 부족|잠겨|잠긴",
    ),
    # Duplicates, and values that must be unique.
    _words("email_already_in_use", _EMAIL, _IN_USE),
    _words(
        "email_already_in_use",
        "contact already exist|existing id:|kontakt existiert bereits|kontakt ist bereits|contact existe déjà"
        "|contacto ya existe|contatto esiste già|コンタクトは既に|연락처가 이미",
    ),
    _words(
        "restricted_unique_value",
        "duplicate value|duplicates value|doppelter wert|doppelten wert|duplikatwert|valeur en double"
        "|valor duplicado|valore duplicato|重複する値|重複した値|値が重複|重複値|중복 값|중복된 값"
        "|must be unique|not unique|unique value"
        "|eindeutig|être unique|ser único|essere univoc|一意|고유|has that value|duplicate external"
        "|duplicate username"
        "|duplicate entry|external id matches more|more than one record found",
    ),
    _words(
        "salesforce_duplicate_rule",
        "duplicate|one of these records|existing record instead|duplikat|doppelte|dieser datensätze|doublon"
        "|en double|de ces enregistrements|duplicad|de estos registros|duplicat|di questi record|重複"
        "|これらのレコード"
        "|중복|이러한 레코드",
    ),
    # Ranges and lookup filters, before what does not exist.
    _words(
        "invalid_value",
        "valid range|gültigen bereich|plage valide|rango válido|intervallo valido|有効範囲|有効な範囲|유효한 범위"
        "|filter criteria|filterkriteri|critères de filtr|criterios de filtr|criterios del filtro|criteri di filtr"
        "|criteri del filtro|フィルター条件|フィルタ条件|検索条件|필터 조건|필터 기준",
    ),
    # Types and mappings. "... or request may be missing a required field" ends a failed conversion.
    _words(
        "type_mismatch",
        "deserialize|no such column|no such field|required type|data type|datatype|datentyp|type mismatch"
        "|mismatched type|type de données|tipo de datos|tipo di dati|illegal assignment|spalte existiert nicht"
        "|solche spalte|aucune colonne|no existe la columna|nessuna colonna|データ型|そのような列|데이터 유형"
        "|데이터 형식"
        "|übereinstimmender typ|falscher typ|could not parse|cannot parse|unable to parse|unparseable",
    ),
    _words("type_mismatch", "incompatib|not compatible|inkompatib|nicht kompatib|互換性|호환"),
    _words(
        "type_mismatch",
        " type| typ |typ der|feldtyp|タイプ|유형",
        "mismatch|not match|n't match|nicht überein|stimmt nicht",
    ),
    _words(
        "type_mismatch", _PROPERTY, "not exist|n't exist|existiert nicht|n'existe|no existe|non esiste|存在しません"
    ),
    # Required values, before what may be missing elsewhere.
    _words(
        "missing_required_country",
        _COUNTRY,
        "must be specified|before specifying|country is required|required country|country is missing"
        "|country must|missing country|country for state|erforderliches land|land fehlt|land angegeben|doit être sp"
        "|avant de sp|antes de especificar|especificar un país|prima di specificare|specificare un paese"
        "|指定する前|国を指定|국가를 지정|지정하기 전",
    ),
    _words(
        "missing_required_value",
        "required field|required propert|required value|missing required|mandatory|fields are missing"
        "|pflichtfeld|erforderliche felder|erforderliches feld|erforderlicher wert|champs obligatoires"
        "|champ obligatoire|champs requis|champ requis|campos obligatorios|campo obligatorio|campos requeridos"
        "|campo requerido|campi obbligatori|campo obbligatorio|campi richiesti|必須項目|必須フィールド"
        "|필수 필드|필수 항목|enter a value"
        "|einen wert ein|saisir une valeur|introducir un valor|ingresar un valor|immettere un valore|値を入力"
        "|값을 입력",
    ),
    # Ids.
    _words("missing_contact_id", "contact id|contactid|contact_id|kontakt-id|id de contact|id contatto", _MISSING),
    _words(
        "missing_contact_id",
        "contact id|contactid|contact_id|kontakt-id",
        "required|blank|empty| null|leer|erforderlich|no contact",
    ),
    _words(
        "owner_assignment",
        _OWNER,
        "queue|warteschlange|file d'attente| cola | coda |キュー|대기열|of incorrect type|falschen typ|falscher typ"
        "|type incorrect|tipo incorrect|tipo errato|tipo non corretto|cannot be blank|owner assignment|zuweisung",
    ),
    _words(
        "missing_salesforce_id",
        "of incorrect type|falschen typ|falscher typ|type incorrect|tipo incorrect|tipo errato|tipo non corretto"
        "|型が不正|型が正しく|잘못된 유형|foreign key external id|missing salesforce id|fehlende salesforce-id"
        "|id not specified|missing id|id is missing|id is required|no salesforce id",
    ),
    _words(
        "invalid_salesforce_id",
        "invalid id|invalid salesforce id|invalid record id|malformed id|bad id |invalid id field|ungültige id"
        "|ungültige salesforce-id|id non valide|id invalide|id no válid|id non valid|id が無効|idが無効|잘못된 id",
    ),
    # State and country.
    _words(
        "invalid_state_or_country",
        _STATE,
        "problem with this|list of valid|available state|available country|recognize|not match|mismatch"
        "|problem mit diesem|liste der gültigen|kein verfügbar|erkennt|un problème|liste des|problema con"
        "|lista de|elenco d|問題があります|問題が発生|リスト|문제가|목록에서",
    ),
    _words("invalid_state_or_country", " state or | state/|country|bundesland|都道府県|시/도", _INVALID),
    # Opportunity stages.
    _words("inactive_opportunity_stage", _STAGE, _INACTIVE),
    # Picklists.
    _words(
        "restricted_picklist_value",
        _PICKLIST,
        "restrict|eingeschränkt|beschränkt|restreint|limité|restringid|restrizion|limitat|制限|제한",
    ),
    _words("restricted_picklist_value", "restricted picklist|restrict picklist|restricted_picklist"),
    _words("option_limit_exceeded", "option|選択肢|옵션", _LIMIT),
    _words("mismatched_options", "option", "not match|n't match|mismatch|nicht überein|stimmt nicht|stimmen nicht"),
    _words(
        "mismatched_options",
        "allowed options|of the allowed|zulässigen option|erlaubten option|options autorisées|opciones permitidas"
        "|opzioni consentite|mismatched option|option mismatch"
        "|übereinstimmende option|許可されたオプション|허용된 옵션|허용되는 옵션",
    ),
    _words("missing_salesforce_picklist_option", f"{_PICKLIST}|option", _MISSING),
    _words("missing_salesforce_picklist_option", _PICKLIST, f"{_INVALID}|not contain|not part of|nicht enthalten"),
    _words("missing_or_invalid_opportunity_stage", _STAGE, _DEAL, f"{_MISSING}|{_INVALID}|not in |nicht in |not part"),
    _words(
        "default_sales_process_unavailable",
        "record type|datensatztyp|eintrag-typ|type d'enregistrement|tipo de registro|tipo di record|レコードタイプ"
        "|레코드 유형",
        _DEAL,
        f"{_MISSING}| no record type|kein|sans |sin |senza ",
    ),
    # Owners and users.
    _words("inactive_salesforce_owner", f"{_OWNER}|{_USER}", _INACTIVE),
    _words(
        "salesforce_owners_not_synced",
        f"{_OWNER}|salesforce user|salesforce-benutzer",
        f"{_NOT_SYNCED}|user type|benutzertyp|not mapped|power partner",
    ),
    # Associations.
    _words("association_limit_reached", "associat|zuordnung|zugeordnet|associazion|asociacion|関連付け|연결", _LIMIT),
    _words(
        "waiting_on_account_sync",
        _ACCOUNT,
        f"waiting|wartet|warten |en attente|in attesa|esperando|not yet|noch nicht|pending|{_NOT_SYNCED}",
        "sync|同期|동기화",
    ),
    # Values.
    _words(
        "string_too_long",
        "too long|too large|zu lang|zu groß|zu viele zeichen|trop long|trop grand|trop volumineu|demasiado larg"
        "|demasiado grande|demasiado extens|troppo lung|troppo grand|max length|maximum length|maximale länge"
        "|longueur max|longitud máx|lunghezza mass|character limit|大きすぎ|長すぎ|最大長|文字数|너무 큼"
        "|너무 크|너무 김"
        "|너무 깁|너무 길|최대 길이",
    ),
    _words("invalid_email", _EMAIL, _INVALID),
    # Connection and faults of Salesforce itself, before anything that is merely "invalid".
    _words(
        "other",
        "session expired|session id|sessionid|invalid_grant|invalid login|username, password|authenticat"
        "|access token|refresh token|unexpected error|internal error|internal server error|contact support"
        "|unerwarteter fehler|interner fehler|erreur inattendue|error inesperado|errore imprevisto|予期しない|예기치",
    ),
    _words(
        "missing_required_value",
        "is required|are required|ist erforderlich|sind erforderlich|est obligatoire|est requis|es obligatorio"
        "|è obbligatorio|è richiesto|必須です|필수입니다|be blank|be empty|nicht leer| vide | vacío| vuoto",
    ),
    _words(
        "insufficient_access_or_missing_record",
        "record|resource|entity|object|datensatz|eintrag|external id|enregistrement|registro|レコード|레코드",
        _MISSING,
    ),
    _words("invalid_value", "value|wert|valeur|valor|number|zahl|date|datum|値|값", _INVALID),
    _words(
        "salesforce_automation", "apex error|apex-fehler|erreur apex|error de apex|errore apex|apex エラー|apex 오류"
    ),
)
"""Rules in the order they are tried."""

GUESSES: Final[tuple[Wording, ...]] = (
    _words(
        "salesforce_custom_field_validation_rule",
        "please|must be|must have|you must|you need|needs to be|bitte |müssen|veuillez|vous devez|por favor"
        "|debe |si prega|è necessario|selezionare|してください|必要があります|하십시오|하세요|해야",
    ),
)
"""Tried when there is no code and nothing else fits: who tells people what to do is a validation rule."""
