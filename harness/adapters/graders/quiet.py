"""What keeps the libraries that grade quiet: nothing reported, nothing read beside us, nothing written."""

import os

SWITCHES = {
    "DO_NOT_TRACK": "1",
    "RAGAS_DO_NOT_TRACK": "true",  # in this very word: ragas takes "1" for a no
    # deepeval: its telemetry also holds up the end of the process for seven seconds where nobody answers.
    "DEEPEVAL_TELEMETRY_OPT_OUT": "1",
    "DEEPEVAL_DISABLE_DOTENV": "1",
    "DEEPEVAL_DISABLE_LEGACY_KEYFILE": "1",
    "DEEPEVAL_FILE_SYSTEM": "READ_ONLY",
    "DEEPEVAL_NO_INSPECT_PROMPT": "1",
    "DEEPEVAL_UPDATE_WARNING_OPT_IN": "0",
    "DEEPEVAL_EVAL_MODE": "llm",
    "CONFIDENT_OPEN_BROWSER": "0",
    "CONFIDENT_TRACING_ENABLED": "NO",
    # giskard: it also writes an id at home, and prints an advertisement.
    "GISKARD_TELEMETRY_DISABLED": "1",
    "GISKARD_QUIET": "1",
    "GISKARD_CHECKS_DISABLE_RICH_PRETTY": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""Set whatever they were: a switch that the surroundings turn on again is none."""
KEYS = ("CONFIDENT_API_KEY",)
"""With one of these, results would be uploaded."""


def quiet() -> None:
    """Turn every switch off; called before the first import of such a library, which reads them once."""
    os.environ.update(SWITCHES)
    for key in KEYS:
        os.environ.pop(key, None)
