"""Agencies, units, services, accounts, surveys and links: what must exist before anybody asks."""
