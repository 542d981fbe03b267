"""What the assistant knows and how it finds it. Knows nothing of Telegram or of chat."""

import os

# The matrices are small: more BLAS threads would only wait for each other and for those of other questions.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Threads that wait for each other by spinning take four times as long beside another process. Torch reads it when it is
# loaded, which no module of this package does before this one.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Pinyin is compared by all readings of each character, so the readings of 47,000 phrases (45 MB) are not loaded.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
# Pydantic would look for plugins among all installed packages, at every start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
