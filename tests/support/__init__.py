"""Helpers for tests in Python; standard library only."""
