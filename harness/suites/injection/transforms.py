"""All ways of writing a text, by name; the plain one first."""

from harness.suites.injection.ciphers import CIPHERS
from harness.suites.injection.codings import CODINGS
from harness.suites.injection.disguises import DISGUISES
from harness.suites.injection.frames import FRAMES
from harness.suites.injection.transform import Transform

IDENTITY = "identity"
TRANSFORMS: dict[str, Transform] = {one.name: one for one in (*FRAMES, *CODINGS, *CIPHERS, *DISGUISES)}
