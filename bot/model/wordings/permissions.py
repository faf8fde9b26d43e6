"""Who may not do what: records that are gone or hidden, fields, objects, the API, locked records."""

from typing import Final

from bot.model.kinds import Resync
from bot.model.wordings.matching import Wording, words
from bot.model.wordings.vocabulary import FIELD

PERMISSIONS: Final[tuple[Wording, ...]] = (
    words(
        "insufficient_salesforce_access",
        " api|禁用api|停用api|api-|api呼|api调|api コ|apiコ|api 호",
        "disabled|deaktiv|uitgeschakeld|inaktiver|avaktiver|désactivé|deshabilit|desabilit|desativ|disattivat"
        "|disabilitat|사용할 수 없|poistettu käytöstä|wyłączon|devre dışı|отключен|禁用|停用|無効|비활성|ปิดใช้",
    ),
    words(
        "insufficient_access_or_missing_record",
        "is deleted|been deleted|was deleted|is archived|been archived|wurde gelöscht|ist gelöscht|entität gelöscht"
        "|är borttag|is verwijderd|raderad|raderats|tagits bort|er slettet|blevet slettet|blitt slettet|été supprimé"
        "|est supprimé|entité supprimée|ha eliminado|sido eliminad|eliminada|foi excluíd|foi apagad|excluída"
        "|stata eliminata|stato eliminato|è eliminat|on poistettu|usunięt|silindi|silinmiş|удален|已删除|已刪除"
        "|被删除|削除されて|삭제된|삭제되|삭제됨|ถูกลบ",
        resync=Resync.NEVER,
    ),
    words(
        "salesforce_field_permission",
        "create/update fields|field-level security|field level security|field names on insert/update"
        "|fields on insert/update|security settings of this field|fields being inaccessible|feldsicherheit"
        "|feldebenensicherheit|felder können nicht erstellt|sicherheitseinstellungen dieses feld|velden niet maken"
        "|maken/bijwerken|beveiligingsinstellingen|skapa/uppdatera|säkerhetsinställning|oprette/opdatere"
        "|sikkerhedsindstilling|opprette/oppdatere|sikkerhetsinnstilling|créer/mettre à jour|crear/actualizar"
        "|criar/atualizar|configurações de segurança|creare/aggiornare|luoda/päivit|suojausasetu|utworzyć/zaktualiz"
        "|tworzyć/aktualiz|ustawienia zabezpieczeń|güvenlik ayarları|создать/обновить|параметры безопасности"
        "|创建/更新字段|安全设置|建立/更新|安全性設定|セキュリティ設定|項目レベルセキュリティ|作成/更新"
        "|필드 수준 보안|보안 설정|작성/업데이트|만들거나 업데이트|สร้าง/อัปเดต",
    ),
    words(
        "salesforce_field_permission",
        FIELD,
        "not writeable|not writable|not editable|n't editable|not createable|not updateable|read-only|read only"
        "|schreibgeschützt|nicht bearbeitbar|lecture seule|solo lectura|somente leitura|sola lettura",
    ),
    words(
        "insufficient_access_or_missing_record",
        "cross-reference|cross reference|querverweis|kruisverwijzing|kruisreferentie|korsreferens|krydsreference"
        "|krydshenvisning|kryssreferanse|référence croisée|références croisées|referencia cruzada|referência cruzada"
        "|riferimento incrociato|ristiviit|krzyżow|odsyłacz|çapraz|перекрестн|交叉引用|交互參照|互動參照|交叉參照"
        "|交叉參考|交互参照|相互参照|クロス参照|クロスリファレンス|교차 참조|상호 참조|อ้างอิงโยง|อ้างอิงข้าม"
        "|record object permission|access or missing",
    ),
    words(
        "insufficient_access_or_missing_record",
        "valid for the user|für den benutzer gültig|für den benutzer ungültig|für diesen benutzer nicht gültig"
        "|für den benutzer nicht|geldig voor de gebruiker|giltigt för användar|gyldig for bruger|gyldig for bruker"
        "|valide pour l'utilisateur|válido para el usuario|válido para o usuário|valido per l'utente|对用户无效"
        "|對使用者無效|ユーザには|사용자에게 유효",
    ),
    words(
        "salesforce_field_permission",
        FIELD,
        " permission|berechtigung|machtiging|behörighet|tilladelse|tillatelse|autorisation|permiso|permissão"
        "|autorizz|käyttöoikeu|uprawnie|izni|разрешен|权限|權限|権限|권한",
    ),
    words(
        "insufficient_salesforce_access",
        "insufficient access|insufficient salesforce access|insufficient priv|insufficient perm|not have access"
        "|n't have access|no access|access or readonly|not have permission|not have the permission"
        "|n't have permission|no permission|missing permission|object read permission|object write permission"
        "|object permission|not permitted|not authorized|unauthorized|forbidden|is locked|locked for|locked record"
        "|transaction security|security policy|politique de sécurité|sicherheitsrichtlinie|beveiligingsbeleid"
        "|säkerhetsprincip|sikkerhedspolitik|sikkerhetspolicy|política de segur|criteri di sicurezza"
        "|criterio di protezione|criterio di sicurezza|polityki bezpiecz|güvenlik ilke|политик безопас|安全策略"
        "|安全性原則|セキュリティポリシー|보안 정책|access denied|access to entity|not have sufficient"
        "|level of access|unzureichende zugriff|unzureichender zugriff|unzureichende berechtig|keine berechtigung"
        "|kein zugriff|keinen zugriff|nicht berechtigt|zugriff verweigert|zugriffsrecht|ist gesperrt|onvoldoende"
        "|geen toegang|geen machtiging|vergrendeld|otillräcklig|saknar behörighet|ingen åtkomst|är låst"
        "|utilstrækkelig|ingen adgang|er låst|utilstrekkelig|ingen tilgang|accès insuffisant|accès refusé"
        "|privilèges insuffisants|autorisations insuffisantes|pas autorisé|pas l'autorisation|verrouillé"
        "|acceso insuficiente|privilegios insuficientes|permisos insuficientes|no tiene permiso|no tiene acceso"
        "|acceso denegado|bloquead|acesso insuficiente|privilégios insuficientes|permissões insuficientes"
        "|não tem permissão|não tem acesso|acesso negado|accesso insufficient|privilegi insufficienti"
        "|autorizzazioni insufficienti|non autorizzato|accesso negato|bloccat|riittämät|on lukittu|niewystarczając"
        "|brak dostępu|brak uprawnień|zablokowan|odmowa dostępu|yetersiz|erişim reddedildi|kilitli|недостаточно прав"
        "|недостаточно полномочий|нет доступа|доступ запрещен|заблокирован|权限不足|權限不足|許可權不足|没有权限"
        "|沒有權限|无权|锁定|鎖定|拒绝访问|存取遭拒|アクセス権|権限がありません|権限がない|権限が不足|ロックされて"
        "|액세스 권한|권한이 없|권한 부족|권한이 부족|잠겨|잠긴|잠금|ไม่มีสิทธิ์|ไม่เพียงพอ|ล็อก",
    ),
    # "Access to entity 'List__c' denied", "Zugriffsrechte nicht ausreichend"
    words("insufficient_salesforce_access", "access |zugriff", " denied|verweigert|nicht ausreich|unzureichend"),
)
