"""How it is asked: one module per noun. Each route knows a form, a right and a domain function."""

from app.routes import (
    agenda,
    days,
    landing,
    pads,
    projectors,
    records,
    regions,
    rehearsals,
    screens,
    undo,
    workshops,
)
from app.routes.notes import board_notes, clusters, notes, walls
from app.routes.people import devices, entering, joining, links, own_details, participants
from app.routes.votes import (
    closings,
    confirm_links,
    confirmations,
    count_sheets,
    organisation_ballots,
    paper_ballots,
    rounds,
    secrecy,
    vote_settings,
    votes,
)

ROUTERS = (
    votes.router,  # first, since ballots come by the thousand and routes are tried in order
    landing.router,
    workshops.router,
    days.router,
    links.router,
    entering.router,
    records.router,
    rehearsals.router,
    agenda.router,
    vote_settings.router,
    walls.router,
    notes.router,
    board_notes.router,
    organisation_ballots.router,
    closings.router,
    clusters.router,
    confirm_links.router,
    confirmations.router,
    pads.router,
    paper_ballots.router,
    count_sheets.router,
    projectors.router,
    rounds.router,
    secrecy.router,
    undo.router,
    joining.router,
    devices.router,
    own_details.router,
    participants.router,
    screens.router,
    regions.router,
)
