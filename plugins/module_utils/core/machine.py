# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What the machine that a task runs on brings along: versions of packages, proxies, trusted certificates."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment

# The oldest that is supported; the same as in meta/runtime.yml and requirements.txt, which a test compares.
LEAST = {"Python": "3.10", "ansible-core": "2.16", "msal": "1.35", "requests": "2.31", "pywinrm": "0.5"}
# Which requests prefers to the certificate authorities that it brings along.
BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def installed(name):
    """The version of a package, or of Python; None where it is not installed where this runs."""
    if name == "Python":
        return platform.python_version()
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def older(have, least):
    """Whether a version is older than the least one; what stands behind the numbers (rc1, .dev0) does not count."""
    return _numbers(have) < _numbers(least)


def proxy_of(url):
    """``host:port`` of the proxy on the way to a URL, without any sign-in; None for the direct way.

    :param url: as the environment means it: HTTPS_PROXY, ALL_PROXY, NO_PROXY in either case.
    """
    parts = urlsplit(url)
    proxies = getproxies_environment()
    found = proxies.get(parts.scheme) or proxies.get("all")
    if not found or proxy_bypass_environment(parts.netloc, proxies):
        return None
    # Behind the last @ no user name and no password can stand.
    return found.rpartition("://")[2].rpartition("@")[2].split("/")[0]


def trusted(ca_bundle):
    """Which certificate authorities requests goes by, as (path, name of the setting).

    :param ca_bundle: the option's value. :returns: (None, "") for those that requests brings along.
    """
    if ca_bundle:
        return ca_bundle, "ca_bundle"
    for name in BUNDLE_VARIABLES:
        if os.environ.get(name):
            return os.environ[name], name
    return None, ""


def _numbers(text):
    return [int(part) for part in re.match(r"\d+(?:\.\d+)*", text)[0].split(".")]
