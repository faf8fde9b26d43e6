"""Types that do not fit, what must be filled in, ids that are none, states and countries."""

from typing import Final

from bot.model.wordings.matching import Wording, words
from bot.model.wordings.vocabulary import (
    CONTACT_ID,
    COUNTRY,
    INVALID,
    MISSING,
    OWNER,
    PROPERTY,
    REQUIRED,
    STATE,
    WRONG_TYPE,
)

# Ranges and lookup filters stand before what does not exist: "does not exist or does not match filter criteria".
MAPPINGS: Final[tuple[Wording, ...]] = (
    words(
        "invalid_value",
        "valid range|gültigen bereich|geldig bereik|giltigt intervall|gyldigt interval|gyldig område|plage valide"
        "|rango válido|intervalo válido|faixa válida|intervallo valido|prawidłowym zakres|geçerli aralı"
        "|допустимого диапазон|有效范围|有效範圍|有効範囲|有効な範囲|유효한 범위|filter criteria|filterkriteri"
        "|filtercriteria|filtervillkor|filterbetingelse|critères de filtr|criterios de filtr|criterios del filtro"
        "|critérios de filtr|critérios do filtr|criteri di filtr|criteri del filtro|suodatusehto|suodatinehto"
        "|kryteriami filtr|kryteriów filtr|filtre kriter|filtre ölçüt|критериям фильтр|критериями фильтр|筛选条件"
        "|篩選條件|フィルター条件|フィルタ条件|検索条件|필터 조건|필터 기준|pricebook entry",
    ),
    words(
        "type_mismatch",
        "deserialize|no such column|no such field|required type|data type|datatype|datentyp|type mismatch"
        "|mismatched type|type de données|tipo de datos|tipo de dados|tipo di dati|gegevenstype|datatyp"
        "|illegal assignment|spalte existiert nicht|solche spalte|aucune colonne|no existe la columna|nenhuma coluna"
        "|nessuna colonna|tietotyy|typ danych|veri tür|тип данных|数据类型|資料類型|データ型|種別以外の値"
        "|そのような列|데이터 유형|데이터 형식|übereinstimmender typ|falscher feldtyp|could not parse|cannot parse"
        "|unable to parse|unparseable|value for the type|xsd:|invalid type for|wrong type for|expected type",
    ),
    words(
        "type_mismatch",
        "incompatib|not compatible|inkompatib|nicht kompatib|niet compatibel|несовместим|不兼容|不相容|互換性|호환",
    ),
    words(
        "type_mismatch",
        " type| typ |typ der|feldtyp|タイプ|유형",
        "mismatch|not match|n't match|nicht überein|stimmt nicht",
    ),
    words(
        "type_mismatch",
        PROPERTY,
        "not exist|n't exist|existiert nicht|bestaat niet|finns inte|findes ikke|finnes ikke|n'existe|no existe"
        "|não existe|non esiste|ei ole olemassa|nie istnieje|не существует|不存在|存在しません",
    ),
    words(
        "missing_required_country",
        COUNTRY,
        "must be specified|before specifying|country required|country is required|required country"
        "|country is missing|country must|missing country|country for state|erforderliches land|land fehlt"
        "|land angegeben|moet worden opgegeven|måste anges|skal angives|må angis|doit être sp|avant de sp"
        "|antes de especificar|especificar un país|deve ser especificad|prima di specificare|specificare un paese"
        "|on määritettävä|należy określić|belirtilmelidir|необходимо указать|必须指定|必須指定|指定する前|国を指定"
        "|국가를 지정|지정하기 전",
    ),
    words(
        "missing_required_value",
        "required field|complete this field|required propert|required value|missing required|mandatory"
        "|fields are missing|cannot be missing|pflichtfeld|erforderliche felder|erforderliches feld"
        "|erforderlicher wert|vereiste velden|verplichte velden|verplicht veld|vereist veld|obligatoriska fält"
        "|obligatoriskt fält|obligatoriske felt|påkrævede felt|nødvendige felt|champs obligatoires|champ obligatoire"
        "|champs requis|champ requis|campos obligatorios|campo obligatorio|campos requeridos|campo requerido"
        "|campos obrigatórios|campo obrigatório|campi obbligatori|campo obbligatorio|campi richiesti"
        "|pakolliset kentät|pakollinen kenttä|vaaditut kentät|pakollisia kenttiä|wymagane pol|wymaganych pól"
        "|zorunlu alan|gerekli alan|обязательные поля|обязательных полей|обязательное поле|必填字段|必填欄位"
        "|必要欄位|必需字段|必須項目|必須フィールド|필수 필드|필수 항목|ฟิลด์ที่จำเป็น|enter a value|einen wert ein"
        "|saisir une valeur|introducir un valor|ingresar un valor|immettere un valore|insira um valor|値を入力"
        "|값을 입력",
    ),
    words("missing_contact_id", f"{CONTACT_ID}|contactid", MISSING),
    words(
        "missing_contact_id",
        f"{CONTACT_ID}|contactid",
        f"{REQUIRED}|required|blank|empty| null|leer|erforderlich|no contact|not return",
    ),
    words(
        "owner_assignment",
        f"{OWNER}|assign| task|aufgabe|zuweis|zugewiesen|tâche|tarea|tarefa|attività|タスク|작업",
        "queue|warteschlange|wachtrij| kön |file d'attente| cola | coda | fila |kolejk|очеред|队列|佇列|キュー"
        "|대기열"
        f"|cannot be blank|can't be blank|owner assignment|zuweisung|{WRONG_TYPE}",
    ),
    words(
        "missing_salesforce_id",
        f"{WRONG_TYPE}|foreign key external id|missing salesforce id|fehlende salesforce-id"
        "|id not specified|missing id|id is missing|id is required|no salesforce id|not a salesforce id"
        "|needs a salesforce id|other than a salesforce id|anderen wert als eine|keine salesforce-id",
    ),
    words(
        "invalid_salesforce_id",
        "invalid id|invalid salesforce id|invalid record id|malformed id|bad id |invalid id field|ungültige id"
        "|ungültige salesforce-id|ongeldige id|ogiltigt id|ogiltig id|ugyldigt id|ugyldig id|id non valide"
        "|id invalide|id no válid|id inválid|id non valid|nieprawidłowy identyfikator|недопустимый идентификатор"
        "|无效的 id|无效的id|无效 id|無效的 id|無效的id|id が無効|idが無効|無効な id|잘못된 id",
    ),
    words("missing_salesforce_id", "salesforce id|salesforce-id", MISSING),
    words("invalid_salesforce_id", "salesforce id|salesforce-id|record id|datensatz-id", INVALID),
    words(
        "invalid_state_or_country",
        STATE,
        "problem with this|list of valid|available state|available country|recognize|recognise|not match|mismatch"
        "|problem mit diesem|liste der gültigen|kein verfügbar|erkennt|een probleem met|herkent|problem med"
        "|känner inte igen|genkender|gjenkjenner|un problème|liste des|ne reconnaît|problema con|lista de"
        "|no reconoce|um problema com|não reconhece|elenco d|non riconosc|ongelma|problem z|nie rozpoznaj|sorun var"
        "|проблема|не распознает|存在问题|有问题|发生问题|發生問題|有問題|不识别|不識別|有效国家|有效國家"
        "|問題があります|問題が発生|リスト|認識しま|문제가|목록에서|인식하지",
    ),
    words(
        "invalid_state_or_country",
        " state or | state/|country|bundesland|都道府県|시/도",
        "invalid|not valid|n't valid|ungültig|nicht gültig|incorrect|malformed|unknown|無効|잘못된",
    ),
)
