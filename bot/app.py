"""The composition root: the only place that decides which concrete part plays which role."""

import socket
from datetime import timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry, Histogram

from bot import __version__, logs, web
from bot.clock import Clock
from bot.local import PORTAL_NOTE, UI_DOMAIN_NOTE, Local
from bot.ports import HubSpot
from bot.present import Presenter
from bot.render import Renderer
from bot.service import Identity, Service
from bot.settings import Settings
from bot.store.database import engine_url
from bot.wire.http import Observe, ignore, session
from bot.wire.hubspot import HubSpotClient
from bot.wire.salesforce import SalesforceClient
from bot.wire.salesforce_org import Login
from bot.wire.slack import SlackClient
from bot.work.dispatch import Dispatcher
from bot.work.engine import Engine
from bot.work.lock import WorkerLock
from bot.work.timers import Timers
from bot.work.workflows import QUEUES, Tools, kinds
from handlers.bolt import bolt_app
from handlers.intake import Desk, Team


def slack_client(settings: Settings, observe: Observe = ignore) -> SlackClient:
    """Return Slack, as the settings name it."""
    token = settings.slack_bot_token.get_secret_value()
    return SlackClient(token=token, session=session(observe), base_url=settings.slack_api_url)


def hubspot_client(settings: Settings, observe: Observe = ignore) -> HubSpotClient:
    """Return HubSpot, as the settings name it."""
    token = settings.hubspot_access_token.get_secret_value()
    return HubSpotClient(token=token, session=session(observe), base_url=settings.hubspot_api_url)


def salesforce_client(settings: Settings, clock: Clock, observe: Observe = ignore) -> SalesforceClient:
    """Return Salesforce, as the settings name it."""
    return SalesforceClient(
        _login(settings),
        session=session(observe),
        clock=clock,
        url=settings.salesforce_url,
        version=settings.salesforce_api_version,
    )


def build(settings: Settings, at: Local) -> Service:
    """Return the whole service, ready to start."""
    registry = CollectorRegistry()
    observe = _observer(registry)
    slack = slack_client(settings, observe)
    hubspot = hubspot_client(settings, observe)
    salesforce = salesforce_client(settings, at.clock, observe)
    present = Presenter(Renderer(), lambda: at.links, __version__)
    lock = WorkerLock(at.database.file) if at.database.on_sqlite else None
    engine = Engine(engine_url(at.database), "sqlite" if lock else socket.gethostname(), QUEUES, listen=list(QUEUES))
    tools = Tools(
        storage=at.storage,
        clock=at.clock,
        slack=slack,
        hubspot=hubspot,
        salesforce=salesforce,
        present=present,
        proof_after=timedelta(seconds=settings.sfsync_proof_after),
        timezone=settings.sfsync_timezone,
    )
    dispatcher = Dispatcher(at.storage, at.clock, engine, kinds(tools))
    timers = Timers()
    identity = Identity(slack)
    team = Team(
        admins=settings.sfsync_admins,
        operators=settings.sfsync_operators,
        language=settings.sfsync_language,
        timezone=settings.sfsync_timezone,
    )
    desk = Desk(at.storage, at.clock, slack, present, team, lambda: timers.wake("look"))
    service = Service(
        storage=at.storage,
        clock=at.clock,
        slack=slack,
        hubspot=hubspot,
        salesforce=salesforce,
        identity=identity,
        engine=engine,
        dispatcher=dispatcher,
        timers=timers,
        lock=lock,
        groups=tuple(one for one in (*team.admins, *team.operators) if one.startswith("S")),
        remember_account=lambda: _remember_account(at, hubspot),
    )
    service.web = web.create(
        web.Doors(
            storage=at.storage,
            clock=at.clock,
            bolt=bolt_app(desk, lambda: identity.known, settings.slack_bot_token.get_secret_value()),
            signing_secret=settings.slack_signing_secret.get_secret_value(),
            api_token=settings.sfsync_api_token.get_secret_value(),
            ready=service.ready,
            registry=registry,
        )
    )
    return service


def _login(settings: Settings) -> Login:
    key = Path(settings.salesforce_private_key_file).read_text() if settings.salesforce_private_key_file else ""
    return Login(
        domain=settings.salesforce_domain,
        client_id=settings.salesforce_client_id,
        client_secret=settings.salesforce_client_secret.get_secret_value(),
        username=settings.salesforce_username,
        private_key=key,
    )


def _observer(registry: CollectorRegistry) -> Observe:
    """Count vendor calls and their time, by outcome."""
    seconds = Histogram(
        "sfsync_vendor_call_seconds",
        "Calls to vendors",
        ["vendor", "operation", "outcome"],
        registry=registry,
    )

    def observe(vendor: str, operation: str, outcome: str, took: float) -> None:
        seconds.labels(vendor, operation, outcome).observe(took)
        logs.get(__name__).debug("vendor call", vendor=vendor, operation=operation, outcome=outcome)

    return observe


def _remember_account(at: Local, hubspot: HubSpot) -> None:
    account = hubspot.account()
    with at.storage.write() as tx:
        tx.notes.set(PORTAL_NOTE, account.portal_id, at.clock.now())
        tx.notes.set(UI_DOMAIN_NOTE, account.ui_domain, at.clock.now())
