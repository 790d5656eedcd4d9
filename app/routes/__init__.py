"""How it is asked: one module per noun. Each route knows a form, a right and a domain function."""

from app.routes import (
    agenda,
    bodies,
    clusters,
    links,
    notes,
    pads,
    papers,
    participants,
    projectors,
    records,
    rehearsals,
    screens,
    secrecy,
    undo,
    vote_settings,
    votes,
    walls,
    workshops,
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
    bodies.router,
    clusters.router,
    pads.router,
    papers.router,
    projectors.router,
    secrecy.router,
    undo.router,
    participants.router,
    screens.router,
)
