# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Whether a folder outlives the run: what a job of AWX writes beside its inventory is gone with the job."""

from __future__ import annotations

import os

from .errors import Fault

# AWX sets it in every job: the job's private folder, by its name outside of the container (assumption: awx-job-folder).
JOB_FOLDER = "AWX_PRIVATE_DATA_DIR"
# Where ansible-runner mounts that folder in the container of an execution environment.
MOUNTED_AS = "/runner"


def demand_lasting(path):
    """In a job of AWX, refuse a file in the job's own folder, or in one that the image does not have.

    A folder that has to be made there is no mounted volume, so what is in it is gone with the container.

    :raises Fault: ``invalid_input``. Elsewhere every folder lasts.
    """
    job = os.environ.get(JOB_FOLDER)
    if not job:
        return
    folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
    own = [os.path.realpath(item) for item in (job, MOUNTED_AS)]
    if any(os.path.commonpath([folder, item]) == item for item in own):
        raise Fault(
            "invalid_input",
            f"The record {path} would be gone with this job, and the next one would make a second asset.",
            hint="Set webex_email_record_folder to a folder that is mounted into the execution environment.",
        )
    if not os.path.isdir(folder):
        raise Fault(
            "invalid_input",
            f"The folder of the record {path} is not there.",
            hint="Mount a volume at that folder into the execution environment of every job.",
        )
