"""What the assistant knows and how it finds it. Knows nothing of Telegram or of chat."""

import os

# The matrices here are small: BLAS threads would only wait for each other, and for those of other questions.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
