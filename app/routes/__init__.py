"""How it is asked: one module per noun. Each route knows a form, a right and a domain function."""

from app.routes import (
    agenda,
    pads,
    projectors,
    records,
    regions,
    rehearsals,
    screens,
    undo,
    workshops,
)
from app.routes.notes import clusters, notes, walls
from app.routes.people import joining, links, own_details, participants
from app.routes.votes import (
    closings,
    confirmations,
    organisation_ballots,
    paper_ballots,
    rounds,
    secrecy,
    vote_settings,
    votes,
)

ROUTERS = (
    votes.router,  # first, since ballots come by the thousand and routes are tried in order
    workshops.router,
    links.router,
    records.router,
    rehearsals.router,
    agenda.router,
    vote_settings.router,
    walls.router,
    notes.router,
    organisation_ballots.router,
    closings.router,
    clusters.router,
    confirmations.router,
    pads.router,
    paper_ballots.router,
    projectors.router,
    rounds.router,
    secrecy.router,
    undo.router,
    joining.router,
    own_details.router,
    participants.router,
    screens.router,
    regions.router,
)
