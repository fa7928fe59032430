# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for AWX: its REST API as far as the modules of awx.awx need it, and jobs that really run."""
