"""Tests of what attacks are made of."""
