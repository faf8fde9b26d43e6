"""What runs in Salesforce speaks of itself: flows, Apex, validation rules. And what passes by itself, or never."""

from typing import Final

from bot.model.kinds import Resync
from bot.model.wordings.matching import Wording, words

AUTOMATION: Final[tuple[Wording, ...]] = (
    words(
        "salesforce_flow",
        "flow interview|flow trigger|execute flow|admin these details|the flow |flow failed|flow error|in your flow"
        "|occurred at element|unhandled fault|process failed|process builder|prozess fehlgeschlagen|der ablauf "
        "|ablauf fehlgeschlagen|der flow |flow ist fehl|administrator diese details|administrator diese angaben"
        "|de flow |proces is mislukt|beheerder deze|gegevens aan uw salesforce|details aan uw salesforce|flödet"
        "|processen miss|administratören dessa|administratör dessa|flowet|processen mislyk"
        "|oplysninger til din salesforce|flyten|prosessen mislyk|le flux|le processus|ces détails à|el flujo"
        "|el proceso|estos detalles al|o fluxo|o processo|esses detalhes ao|estes detalhes ao|il flusso|il processo"
        "|questi dettagli a|salesforce-pääkäyttäjälle|prosessi epäonnis|przepływ|administratorowi salesforce"
        "|salesforce yöneticiniz|администратору salesforce|поток|流程|管理员提供|管理員提供|フロー|プロセスの"
        "|プロセスが|管理者に以下の詳細|管理者に次の詳細|플로|프로세스|관리자에게 자세한|관리자에게 다음|โฟลว์",
    ),
    words(
        "salesforce_automation",
        "limitexception|apex cpu|apex trigger|apex-trigger|apex class |apex-klasse|trigger depth|too many soql"
        "|too many dml|unexpected exception|nullpointer|de-reference a null|déclencheur apex|desencadenador apex"
        "|acionador apex|gatilho apex|apex トリガ|apex 트리거|apex 触发器|apex 觸發|entity type cannot be"
        "|entitätstyp kann nicht|type entiteit kan niet|entiteitstype kan niet|enhetstypen kan inte"
        "|enhetstyp kan inte|impossible de mettre à jour le type d'entité|tipo de entidad no se puede"
        "|tipo de entidade não pode|impossibile aggiornare il tipo di entità|tipo di entità non può|无法更新实体类型"
        "|無法更新實體|エンティティ型を更新|エンティティタイプを更新|엔티티 유형을 업데이트",
    ),
    words(
        "salesforce_custom_field_validation_rule",
        "validation rule|validation formula|custom validation|validierungsregel|gültigkeitsregel|validatieregel"
        "|valideringsregel|règle de validation|règles de validation|de validation|regla de validación"
        "|reglas de validación|regra de validação|regras de validação|regola di convalida|regole di convalida"
        "|vahvistussään|tarkistussään|reguła walidacji|reguły walidacji|reguły sprawdzania|doğrulama kural"
        "|правило проверки|правила проверки|правил проверки|验证规则|驗證規則|入力規則|유효성 검사|กฎการตรวจสอบ",
    ),
    # A rule's sentence says when something is required; Salesforce and HubSpot merely say that it is.
    words(
        "salesforce_custom_field_validation_rule",
        "is a required field|ist ein pflichtfeld|is een verplicht veld|est un champ obligatoire"
        "|es un campo requerido|es un campo obligatorio|é um campo obrigatório|è un campo obbligatorio"
        "|の必須項目です|mandatory when|mandatory if|mandatory for|required when|required if|required for"
        "|required before|required to|required in order|required once|required unless|erforderlich, wenn"
        "|erforderlich, um|erforderlich für|pflichtfeld, wenn|obligatoire si|obligatoire pour|obligatorio si"
        "|obligatorio cuando|obrigatório se|obrigatório quando|obbligatorio se",
    ),
)

PASSING: Final[tuple[Wording, ...]] = (
    words(
        "other",
        "exclusive access|lock row|exklusiv|exclusieve toegang|eksklusiv|accès exclusif|acceso exclusivo"
        "|acesso exclusivo|accesso esclusivo|yksinomai|wyłącznego dostępu|münhasır|монопольн|исключительн|独占|獨佔"
        "|排他|단독 액세스",
        resync=Resync.ALONE,
    ),
    words(
        "other",
        "server unavailable|service unavailable|temporarily|too busy|server busy|running too long|try again later"
        "|vorübergehend|zu beschäftigt|ausgelastet|überlastet|te druk|te lang uitge|te lang geduurd|för upptagen"
        "|för länge|for optaget|for opptatt|for længe|trop occupé|trop longtemps|demasiado ocupad|demasiado tiempo"
        "|muito ocupad|muito tempo|tempo demais|troppo occupat|troppo tempo|troppo a lungo|liian kauan|on varattu"
        "|zbyt zajęt|zbyt długo|çok meşgul|слишком долго|перегружен|serwer jest zajęty|太忙|繁忙|忙碌|时间过长"
        "|時間過長|ビジー状態|長時間|너무 오래|서버 사용 중|사용량이 많|zu lange ausge|später erneut|later opnieuw"
        "|igen senare|igen senere|igjen senere|réessayez plus tard|más tarde|mais tarde|più tardi|myöhemmin uudel"
        "|ponownie później|daha sonra tekrar|попытку позже|timed out|timeout|time out|time-out|zeitüberschreitung"
        "|délai d'attente|tiempo de espera|tempo limite|limit czasu|zaman aşım|время ожидания|too many requests"
        "|rate limit|requests limit|request limit|totalrequests|concurrentrequests|longtxn|api limit|request limit"
        "|nombre maximal de demandes|limite de demandes|limite de requêtes|anforderungslimit|anfragelimit"
        "|límite de solicitudes|limite de solicitações|limite di richieste|limite totale richieste|请求数限制"
        "|요청 제한|请求限制|請求限制|лимит запросов|limit żądań|タイムアウト|後でもう一度|시간 초과|나중에 다시"
        "|超时|逾時|稍后|稍後",
        resync=Resync.ALONE,
    ),
    words(
        "other",
        "reference converted lead|prospect converti|piste convertie|omgezette lead|konverterad|konvertert|конвертир"
        "|已转换|已轉換|変換済み|取引の開始済み|전환된|converted lead cannot|lead has been converted"
        "|lead is already converted|update converted lead|konvertierte|lead converti|prospecto convertido"
        "|candidato convertido|lead convertido|lead convertito|geconverteerde lead|konverterad|konverteret"
        "|przekonwertowan|преобразован|已转换的潜在客户|已轉換|取引開始済み|변환된 리드",
        resync=Resync.NEVER,
    ),
)

CONNECTION: Final[tuple[Wording, ...]] = (
    words(
        "other",
        "session expired|session expirée|session a expiré|sitzung abgelaufen|sessie is verlopen|sessionen har"
        "|sesión caducad|sesión expir|sessão expir|sessione è scad|istunto|sesja wygas|oturum süre|сеанс|会话"
        "|工作階段|セッション|세션이|expired session|session id|sessionid|invalid_grant|invalid grant|invalid login"
        "|username, password|authentication|authentifizierung|authentificat|autentica|autentis|verificatie mislukt"
        "|todennus|uwierzyteln|kimlik doğrul|аутентифик|身份验证|驗證失敗|認証|인증 실패|인증에 실패|storage limit"
        "|speicherlimit|limite de stockage|límite de almacenamiento|oauth|access token|refresh token|auth header"
        "|credentials|sitzung ist abgelaufen|session expir|sesión ha caducado|sessione scaduta|会话已过期"
        "|セッションが",
    ),
)

FAULTS: Final[tuple[Wording, ...]] = (
    words(
        "other",
        "unexpected error|internal error|internal server error|contact support|unknown exception|unknown error"
        "|unbekannte ausnahme|unbekannter fehler|onbekende uitzondering|onbekende fout|okänt undantag|okänt fel"
        "|ukendt fejl|ukjent feil|exception inconnue|erreur inconnue|excepción desconocida|error desconocido"
        "|exceção desconhecida|erro desconhecido|eccezione sconosciuta|errore sconosciuto|tuntematon virhe"
        "|nieznany wyjątek|nieznany błąd|bilinmeyen hata|неизвестная ошибка|неизвестное исключение|未知异常|未知错误"
        "|未知錯誤|未知的例外|不明な例外|不明なエラー|알 수 없는 예외|알 수 없는 오류|unerwarteter fehler"
        "|interner fehler|onverwachte fout|oväntat fel|uventet fejl|uventet feil|erreur inattendue|error inesperado"
        "|erro inesperado|errore imprevisto|odottamaton virhe|nieoczekiwany błąd|beklenmeyen|непредвиденн|意外错误"
        "|意外錯誤|予期しない|예기치",
    ),
    # Salesforce says so around any cause: whatever names the cause stands before.
    words(
        "salesforce_automation",
        "apex error|apex-fehler|erreur apex|error de apex|errore apex|erro do apex|erro de apex|apex エラー"
        "|apex 오류|apex 错误",
    ),
)
