# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded cloud: one process that speaks as Microsoft sign-in, Graph, Exchange and Webex Connect do.

Run it with ``python -m lab --dir DIR`` from the folder above. The product never imports it.
"""
