"""What the assistant knows and how it finds it. Knows nothing of Telegram or of chat."""

import os

# The matrices here are small: BLAS threads would only wait for each other, and for those of other questions.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Sounds are compared by all readings of each character: 47,000 phrases with theirs would take 45 MB to no purpose.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
# Pydantic would look for plugins among all installed packages, at every start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
