"""Options, stages, record types, owners and associations: much of it only HubSpot says, and nobody publishes how.

So these rules know what the page says about each type: a thing, and what is the matter with it.
"""

from typing import Final

from bot.model.wordings.matching import Wording, words
from bot.model.wordings.vocabulary import (
    ACCOUNT,
    CONTACT_ID,
    DEAL,
    INACTIVE,
    INVALID,
    LIMIT,
    MISSING,
    NOT_SYNCED,
    OPTION,
    OWNER,
    PICKLIST,
    RECORD_TYPE,
    STAGE,
    USER,
)

# What cannot be meant otherwise, whatever else the message says.
PLAIN: Final[tuple[Wording, ...]] = (
    words(
        "default_sales_process_unavailable",
        "sales process|vertriebsprozess|verkoopproces|säljprocess|försäljningsprocess|salgsproces|salgsprosess"
        "|processus de vente|proceso de venta|processo de venda|processo di vendita|myyntiprosess|proces sprzedaż"
        "|satış süreci|процесс продаж|процесса продаж|销售流程|銷售流程|セールスプロセス|영업 프로세스",
    ),
    words(
        "missing_or_invalid_opportunity_stage",
        "dealstage|deal stage|pipeline stage|pipeline_stage|stagename",
        "allowed options|not a valid|not valid|n't valid|invalid",
    ),
    words(
        "missing_salesforce_picklist_option",
        f"{OPTION}",
        "not exist|n't exist|not available|no option matching|not defined|nicht vorhanden|existiert nicht|n'existe"
        "|no existe|não existe|non esiste|keine passend|not found|nicht gefunden|a picklist option",
        "salesforce",
    ),
    words(
        "mismatched_options",
        "allowed options|of the allowed|not a valid option|n't a valid option|invalid option|zulässigen option"
        "|erlaubten option|keine gültige option|options autorisées|option autorisée|option valide"
        "|opciones permitidas|opción permitida|opción válida|opções permitidas|opzioni consentite|toegestane opties"
        "|mismatched option|option mismatch|übereinstimmende option|許可されたオプション|허용된 옵션|허용되는 옵션"
        "|允许的选项",
    ),
    words(
        "missing_contact_id",
        CONTACT_ID,
        "missing|fehlt|fehlend|gefunden|not return|n't return|not be found|not found|ontbreekt|saknas|mangler"
        "|manquant|falta|ausente|mancant|puuttu|brak|отсутств|缺少|누락",
    ),
)

PICKLISTS: Final[tuple[Wording, ...]] = (
    words("inactive_opportunity_stage", STAGE, INACTIVE),
    words(
        "restricted_picklist_value",
        PICKLIST,
        "restrict|eingeschränkt|beschränkt|beperkt|begränsad|begrænset|begrenset|restreint|limité|restringid"
        "|restrita|restrito|restrizion|limitat|rajoit|rajattu|ograniczon|zastrzeż|kısıtl|sınırl|ограничен|受限|限制"
        "|制限|제한|จำกัด",
    ),
    words("restricted_picklist_value", "restricted picklist|restrict picklist|restricted_picklist"),
    words("option_limit_exceeded", f"{OPTION}|{PICKLIST}|enumeration", LIMIT),
    words(
        "mismatched_options",
        OPTION,
        "not match|n't match|mismatch|nicht überein|stimmt nicht|stimmen nicht|ne correspond|no coincide",
    ),
    words(
        "missing_or_invalid_opportunity_stage",
        STAGE,
        DEAL,
        f"{MISSING}|{INVALID}|not in |nicht in |not part|not mapped|no deal stage|matches the",
    ),
    words("missing_salesforce_picklist_option", f"{PICKLIST}|{OPTION}", MISSING),
    words("missing_salesforce_picklist_option", PICKLIST, f"{INVALID}|not contain|not part of|nicht enthalten|not in "),
    words(
        "missing_salesforce_picklist_option",
        "value |wert ",
        "not defined for|n't defined for|not an option|in salesforce nicht definiert",
    ),
    words(
        "default_sales_process_unavailable",
        RECORD_TYPE,
        DEAL,
        f"{MISSING}| no record type|without|kein|sans |n'a pas de|n'a aucun|sin |no tiene|sem |não tem|senza |non ha"
        "|heeft geen|zonder |utan |uden |uten |bez ",
    ),
    words("inactive_salesforce_owner", f"{OWNER}|{USER}", INACTIVE),
    words(
        "salesforce_owners_not_synced",
        f"{OWNER}|salesforce user|salesforce-benutzer|utilisateur salesforce|usuario de salesforce|utente salesforce",
        f"{NOT_SYNCED}|{MISSING}|user type|benutzertyp|not mapped|unmapped|not match|no matching|power partner"
        "|no hubspot owner|no hubspot user|among your hubspot",
    ),
    words(
        "association_limit_reached",
        "associat|linked to|zuordnung|zugeordnet|verknüpf|gekoppeld|koppeling|associer|kopplad|kopplingar|tilknyt"
        "|tilknytning|asocia|associa|liitet|powiąza|skojarz|ilişkilend|связан|ассоциац|关联|關聯|関連付|연결",
        LIMIT,
    ),
    words(
        "waiting_on_account_sync",
        ACCOUNT,
        "waiting|wartet|warten |wachten|wacht op|väntar|venter|en attente|in attesa|esperando|en espera|aguardando"
        "|odottaa|oczekiw|bekleniyor|ожида|等待|待機|待って|대기|not yet|noch nicht|pending|has to sync|must sync"
        "|must be synced|be synced before|a la espera|matching hubspot company"
        f"|needs to sync|{NOT_SYNCED}",
        "sync|import|synk|sincron|senkron|синхрон|hubspot|同期|동기화|同步",
    ),
)
