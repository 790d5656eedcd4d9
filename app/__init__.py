"""Plenary runs live deliberative workshops: console, projector, phones and scribes' pads."""
