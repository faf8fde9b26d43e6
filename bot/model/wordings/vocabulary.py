"""What messages are about and what is the matter with it, in the languages of Salesforce's users.

English, German, Dutch, Swedish, Danish and Norwegian, French, Spanish, Portuguese, Italian, Finnish, Polish,
Turkish, Russian, Chinese, Japanese, Korean, Thai: stems, so that cases and plurals are found, too.
"""

from typing import Final

# Things a message is about.
FIELD: Final = (
    "field|feld| veld|fält|felt|champ|campo|campi|kenttä|kentän|pole |pola |pól |alan|поле|поля|项目|字段|欄位|項目"
    "|필드|ฟิลด์"
)
PROPERTY: Final = (
    "property|eigenschaft|eigenschap|egenskap|propriété|propiedad|propriedade|proprietà|ominaisu|właściwoś|özelli"
    "|свойств|属性|プロパティ|속성"
)
PICKLIST: Final = (
    "picklist|pick list|auswahlliste|dropdown|keuzelijst|plocklist|listruta|valgliste|plukliste|plukkliste"
    "|liste de sélection|liste déroulante|lista de selecci|lista desplegable|lista de opções|lista de seleção"
    "|elenco di selezione|elenco a discesa|valintaluettelo|poimintaluettelo|lista wyboru|listy wyboru|seçim listesi"
    "|список выбора|списка выбора|раскрывающ|选取列表|选择列表|选项列表|下拉列表|選取清單|挑選清單|選擇清單"
    "|下拉式清單|選択リスト|ピックリスト|선택 목록|รายการเลือก|รายการตัวเลือก"
)
OPTION: Final = (
    "option|optie|alternativ|opción|opciones|opção|opções|opzion|vaihtoeh|opcja|opcji|opcje|seçene|вариант|选项|選項"
    "|選択肢|옵션|ตัวเลือก"
)
OWNER: Final = (
    "owner|inhaber|zuständige|besitzer|assigned to id|assigned to:|zugewiesen an|eigenaar|ägare|ejer| eier"
    "|propriétaire|attribué à|propietario|asignado|proprietári|responsável|proprietario|assegnato|omistaja"
    "|właściciel|sahibi|владел|ответственн|所有人|拥有者|擁有者|负责人|所有者|任命先|소유자|담당자|เจ้าของ"
)
USER: Final = (
    "user|benutzer|mitarbeiter|gebruiker|användar|bruger|bruker|utilisateur|usuario|usuário|utente|käyttäj|użytkowni"
    "|kullanıcı|пользовател|用户|使用者|ユーザ|사용자|ผู้ใช้"
)
STAGE: Final = (
    " stage|opportunity-phase|phase |phase:|dealstage|stagename| fase |fasen| fas |étape|etapa|vaihe| etap|aşama"
    "|этап|стади|阶段|階段|フェーズ|ステージ|단계"
)
DEAL: Final = (
    "opportunit|deal|pipeline|verkoopkans|affärsmöjlighet|salgsmulighet|salgsmulighed|oportunidad|myyntimahdollisuu"
    "|szans|fırsat|сделк|возможност|业务机会|商機|商机|商談|기회|パイプライン|파이프라인"
)
EMAIL: Final = (
    "email|e-mail|mail address|e-post|epost|correo electr|courriel|sähköpost|электронной почт|эл. почт|电子邮件"
    "|電子郵件|邮箱|メール|이메일|อีเมล"
)
COUNTRY: Final = (
    "country| land| pays|país|paese| maan | maa | maata |kraj|ülke|стран|国家|國家|この国|国名|：国|국가|ประเทศ"
)
STATE: Final = (
    f"{COUNTRY}| state|state |state/|territory|province|provincie|bundesland|länder|delstat|état|estado| stato"
    "|provincia|osavaltio|województw|eyalet|штат|область|省份|都道府県|시/도|รัฐ"
)
ACCOUNT: Final = (
    "account|company|companies|unternehmen|konto|kunde|bedrijf|företag|virksomhed|compte|entreprise|cuenta|empresa"
    "|conta |azienda|yritys|firma|firmy|hesab|компани|客户|公司|取引先|会社|계정|회사"
)
CONTACT_ID: Final = (
    "contact id|contact_id|contact-id|kontakt-id|kontakt id|id de contact|id du contact|id de contacto"
    "|id del contacto|id do contato|id de contato|id contatto|id del contatto|contactpersoon-id|yhteyshenkilön tunn"
    "|identyfikator kontaktu|identyfikatora kontaktu|идентификатор контакта|联系人 id|联系人id|連絡人 id|連絡人id"
    "|取引先責任者 id|取引先責任者id|連絡先 id|連絡先id|コンタクトid|コンタクト id|연락처 id"
)
RECORD_TYPE: Final = (
    "record type|recordtype|datensatztyp|eintrag-typ|eintragstyp|recordtype|posttyp|type d'enregistrement"
    "|tipo de registro|tipo di record|tietuetyyp|typ rekordu|typu rekordu|kayıt tür|тип записи|типа записи|记录类型"
    "|記錄類型|レコードタイプ|레코드 유형"
)

# What is the matter with it.
MISSING: Final = (
    "missing|does not exist|doesn't exist|do not exist|not exist|not found|not be found|n't be found|n't find"
    "|could not find|not return|n't return|has no |have no |no matching|not have a matching|n't have a matching"
    "|no option matching|keine passend|not available|n't available|unavailable|no such|unknown| without |not defined"
    "|n't defined|undefined|fehlt|fehlend|fehlen|nicht vorhanden|existiert nicht|nicht gefunden|nicht verfügbar"
    "|ohne |nicht definiert|ontbre|bestaat niet|niet gevonden|saknas|finns inte|hittades inte|mangler|findes ikke"
    "|finnes ikke|ikke fundet|ikke funnet|manquant|n'existe|introuvable|falta|no existe|no se encontr|no encontrad"
    "|ausente|não existe|não encontrad|mancant|non esiste|non trovat|puuttu|ei löyd|ei ole olemassa|brakuj"
    "|nie istnieje|nie znaleziono|eksik|bulunamad|mevcut değil|отсутств|не существует|не найден|缺少|缺失|不存在"
    "|找不到|未找到|存在しません|見つかりません|없습니다|찾을 수 없|누락|ไม่พบ|หายไป"
)
INVALID: Final = (
    "invalid|not valid|n't valid|not a valid|n't a valid|malformed|badly formed|incorrect|ungültig|kein gültig"
    "|nicht gültig|keine gültig|ongeldig|niet geldig|ogiltig|ugyldig|non valide|pas valide|incorrecte|no válid"
    "|no es válid|incorrecto|inválid|incorret|não é válid|non valid|non è valid|virheelli|kelvoton|epäkelpo"
    "|nieprawidłow|niepoprawn|geçersiz|недопустим|неверн|недействительн|некорректн|无效|無效|不正确|不正確|無効|不正"
    "|正しく|잘못된|유효하지|올바르지|ไม่ถูกต้อง"
)
INACTIVE: Final = (
    "inactive|not active|n't active|longer active|deactivated|inaktiv|nicht aktiv|nicht mehr aktiv|deaktiviert"
    "|inactief|inactieve|niet actief|niet-actieve|niet actieve|ikke aktiv|inactif|inactiv|inativ|desativad|inattiv"
    "|passiivi|ei-aktiivi|epäaktiivi|nieaktywn|pasif|etkin değil|etkin olmayan|неактивн|非活动|非活動|非作用中"
    "|已停用|不活动|無効|非アクティブ|비활성|ไม่ได้ใช้งาน"
)
NOT_SYNCED: Final = (
    "not synced|n't synced|not synchroni|n't synchroni|not been synced|n't been synced|not yet synced|not sync"
    "|n't sync|not yet been synced|not been imported|not yet been imported|not been created|not be mapped"
    "|n't be mapped|nicht synchronisiert|nicht mit hubspot synchronisiert|noch nicht importiert"
    "|niet gesynchroniseerd|inte synkroniser|ikke synkroniser|pas synchronis|pas encore synchronis"
    "|no se ha sincroniz|no está sincroniz|no están sincroniz|sin sincronizar|no sincroniz|no se sincroniz"
    "|não sincroniz|não foi sincroniz|non sincronizz|non è stat sincronizz|non è stato sincronizz"
    "|non è stata sincronizz|ei ole synkronoi|nie zsynchroniz|nie został zsynchroniz|nie zostały zsynchroniz"
    "|не синхронизир|未同步|尚未同步|同期されて|同期されま|동기화되지"
)
LIMIT: Final = (
    "limit|maximum|maximal|too many|exceed|höchst|grenze|überschr|zu viele|maximaal|te veel|gräns|för många|grænse"
    "|grense|for mange|trop de|plafond|límite|máximo|demasiad|massimo|superat|troppi|troppe|enimmäis|liian mon"
    "|przekrocz|zbyt wiele|sınır|çok fazla|превыш|лимит|слишком мног|上限|制限|超过|超出|超過|限制|한도|초과"
    "|เกินขีดจำกัด"
)
IN_USE: Final = (
    "already in use|already exist|already used|already being used|already has|already taken|already been taken"
    "|in use by|already in a |already belongs|ist bereits in|bereits in einem|already associated|already registered"
    "|belongs to another|bereits verwendet|bereits vorhanden|existiert bereits|bereits vergeben|wird schon verwendet"
    "|in gebruik|bestaat al|används redan|finns redan|allerede i brug|findes allerede|allerede i bruk"
    "|finnes allerede|déjà utilis|existe déjà|ya está en uso|ya existe|já está em uso|já existe|già in uso"
    "|già utilizzat|esiste già|jo käytö|on jo olemassa|już istnieje|już używan|zaten kullan|zaten mevcut"
    "|уже использу|уже существу|已存在|已被使用|已在使用|既に使用|すでに使用|既に存在|すでに存在|이미 사용|이미 존재"
    "|ใช้แล้ว|มีอยู่แล้ว"
)
REQUIRED: Final = (
    "is required|are required|ist erforderlich|sind erforderlich|is vereist|is verplicht|krävs|er påkrævet"
    "|er påkrevd|est obligatoire|est requis|es obligatori|es requerid|é obrigatóri|è obbligatori|è richiest"
    "|on pakollinen|jest wymagan|zorunludur|gereklidir|обязательн|是必需的|为必填|是必填|必須です|필수입니다"
    "|จำเป็นต้อง"
)
WRONG_TYPE: Final = (
    "of incorrect type|falschen typ|falscher typ|falschem typ|onjuist type|onjuiste type|verkeerd type|fel typ"
    "|felaktig typ|forkert type|feil type|type incorrect|tipo incorrect|tipo incorreto|tipo errato|tipo non corretto"
    "|väärän tyyp|nieprawidłowego typu|niewłaściwego typu|nieprawidłowy typ|yanlış tür|hatalı tür|неправильного типа"
    "|неверного типа|类型不正确|類型不正確|型別不正確|型が不正|不正な種別|型が正しく|不正な型|잘못된 유형"
    "|유형이 잘못|ประเภทไม่ถูกต้อง"
)
