"""The composition root: the only place that decides which concrete part plays which role."""

import os
import socket
from datetime import timedelta

from bot import __version__, logs, web
from bot.clock import Clock
from bot.live import InForce, Live
from bot.local import PORTAL_NOTE, UI_DOMAIN_NOTE, Local
from bot.metrics import Metrics
from bot.ports import HubSpot
from bot.present import Presenter
from bot.present_details import DetailsPresenter
from bot.present_uploads import UploadPresenter
from bot.render import Renderer
from bot.service import Identity, Service
from bot.settings import Settings
from bot.socket_mode import SocketDoor, connected
from bot.store.database import engine_url
from bot.usecases.board import Board
from bot.usecases.people import Directory
from bot.wire.http import Observe, ignore, session
from bot.wire.hubspot import HubSpotClient
from bot.wire.hubspot_api import HubSpotApi
from bot.wire.hubspot_lists import HubSpotListsClient
from bot.wire.salesforce import SalesforceClient
from bot.wire.salesforce_org import Login
from bot.wire.slack import SlackClient
from bot.wire.slack_socket import Connector
from bot.work.dispatch import Dispatcher
from bot.work.engine import Engine
from bot.work.lock import RUN
from bot.work.timers import Timers
from bot.work.workflows import QUEUES, Tools, kinds
from handlers.bolt import bolt_app
from handlers.cards import Cards
from handlers.intake import Desk, Team


def slack_client(live: Live, observe: Observe = ignore) -> SlackClient:
    """Return Slack, as the settings name it."""
    return SlackClient(
        token=live.secret("slack_bot_token"),
        session=session(observe),
        base_url=live.settings.slack_api_url,
    )


def connector(live: Live, observe: Observe = ignore) -> Connector:
    """Return what opens connections to Slack, as the settings name it."""
    return Connector(
        token=live.secret("slack_app_token"),
        session=session(observe),
        base_url=live.settings.slack_api_url,
    )


def hubspot_api(live: Live, observe: Observe = ignore) -> HubSpotApi:
    """Return HubSpot's API, as the settings name it."""
    return HubSpotApi(
        token=live.secret("hubspot_access_token"),
        session=session(observe),
        base_url=live.settings.hubspot_api_url,
    )


def hubspot_client(live: Live, observe: Observe = ignore) -> HubSpotClient:
    """Return HubSpot's CRM, as the settings name it."""
    return HubSpotClient(hubspot_api(live, observe))


def salesforce_client(live: Live, clock: Clock, observe: Observe = ignore) -> SalesforceClient:
    """Return Salesforce, as the settings name it."""
    return SalesforceClient(
        lambda: _login(live.now),
        session=session(observe),
        clock=clock,
        url=live.settings.salesforce_url,
        version=live.settings.salesforce_api_version,
    )


def build(settings: Settings, at: Local, live: Live | None = None) -> Service:
    """Return the whole service, ready to start; `live` where the settings may change while it runs."""
    live = live or Live(settings)
    metrics = Metrics()
    observe = _observer(metrics)
    slack = slack_client(live, observe)
    hubspot = hubspot_client(live, observe)
    salesforce = salesforce_client(live, at.clock, observe)
    # Which instance answered is what tells a forgotten second one from this one.
    instance = f"{__version__} ({socket.gethostname()}, {os.getpid()})"
    renderer = Renderer()
    present = Presenter(renderer, lambda: at.links, instance)
    uploads = UploadPresenter(renderer, present)
    engine = Engine(engine_url(at.database), QUEUES)
    tools = Tools(
        storage=at.storage,
        clock=at.clock,
        slack=slack,
        hubspot=hubspot,
        lists=HubSpotListsClient(hubspot_api(live, observe)),
        salesforce=salesforce,
        present=present,
        uploads=uploads,
        old=timedelta(days=settings.sfsync_export_max_age),
        proof_after=timedelta(seconds=settings.sfsync_proof_after),
        timezone=settings.sfsync_timezone,
        log=settings.salesforce_log,
    )
    jobs = kinds(tools)
    dispatcher = Dispatcher(at.storage, at.clock, engine, jobs)
    timers = Timers()
    identity = Identity(slack)
    board, directory = Board(at.storage, at.clock), Directory(at.storage, at.clock)
    desk = Desk(
        storage=at.storage,
        clock=at.clock,
        slack=slack,
        present=present,
        details=DetailsPresenter(renderer, present),
        uploads=uploads,
        cards=Cards(board, present),
        directory=directory,
        who=lambda: _team(live.settings),
        wake=lambda: timers.wake("look"),
    )
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
        seat=at.seat(RUN),
        live=live,
        board=board,
        directory=directory,
        groups=lambda: tuple(one for one in (*desk.team.admins, *desk.team.operators) if one.startswith("S")),
        remember_account=lambda: _remember_account(at, hubspot),
    )
    bolt = bolt_app(desk, lambda: identity.known, live.secret("slack_bot_token"), metrics.request)
    if settings.slack_app_token.get_secret_value():
        service.door = SocketDoor(bolt, connector(live, observe), at.clock, lambda: connected(at.storage, at.clock))
        metrics.show_connection(service.door.age)
    metrics.show_stored(at.storage, at.clock, jobs)
    service.web = web.create(
        web.Doors(
            storage=at.storage,
            clock=at.clock,
            bolt=bolt,
            signing_secret=None if service.door else live.secret("slack_signing_secret"),
            api_token=live.secret("sfsync_api_token"),
            ready=service.ready,
            hearing=service.hearing,
            metrics=metrics,
        )
    )
    return service


def _team(settings: Settings) -> Team:
    return Team(
        admins=settings.sfsync_admins,
        operators=settings.sfsync_operators,
        language=settings.sfsync_language,
        timezone=settings.sfsync_timezone,
    )


def _login(now: InForce) -> Login:
    settings = now.settings
    return Login(
        domain=settings.salesforce_domain,
        client_id=settings.salesforce_client_id,
        client_secret=settings.salesforce_client_secret.get_secret_value(),
        username=settings.salesforce_username,
        private_key=now.private_key,
    )


def _observer(metrics: Metrics) -> Observe:
    """Count vendor calls, and log them with the request they are made for; neither holds record data."""
    log = logs.get(__name__)

    def observe(vendor: str, operation: str, outcome: str, took: float) -> None:
        metrics.vendor_call(vendor, operation, outcome, took)
        log.info("vendor call", vendor=vendor, operation=operation, outcome=outcome, ms=round(took * 1000, 1))

    return observe


def _remember_account(at: Local, hubspot: HubSpot) -> None:
    account = hubspot.account()
    with at.storage.write() as tx:
        tx.notes.set(PORTAL_NOTE, account.portal_id, at.clock.now())
        tx.notes.set(UI_DOMAIN_NOTE, account.ui_domain, at.clock.now())
