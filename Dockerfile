# The assistant as an image: docker build -t huadu-assistant .   How to run it: compose.yaml and docs/operations.md.
# Not below 3.11.5, see pyproject.toml.
ARG PYTHON=3.11.14

FROM python:${PYTHON}-slim-bookworm AS build
# An index that has PyTorch for processors alone; without it, the package of the same version brings gigabytes for
# graphics cards.
ARG TORCH_INDEX=
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/venv/bin:$PATH
WORKDIR /build
# Only what says which packages are needed, so that a changed program does not install them anew.
COPY pyproject.toml constraints.txt ./
RUN python -m venv /opt/venv \
    && pip install -c constraints.txt ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} --no-deps torch \
    && python -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*p['dependencies'], *p['optional-dependencies']['ocr'], sep='\n')" > requirements.txt \
    && pip install -c constraints.txt -r requirements.txt

FROM python:${PYTHON}-slim-bookworm
RUN groupadd --gid 10001 huadu \
    && useradd --uid 10001 --gid huadu --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin huadu \
    && install -d -m 755 /app \
    && install -d -m 700 -o huadu -g huadu /app/data /var/lib/huadu /var/lib/chroma
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY LICENSE config.yaml ingest.py ./
COPY knowledge knowledge
COPY bot bot
COPY documents documents
COPY forms forms
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HUADU_SEALING__KEY_FILE=/var/lib/huadu/sealing-keys
RUN python -m compileall -q bot knowledge ingest.py
USER 10001:10001
VOLUME ["/app/data", "/var/lib/huadu"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=5m --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8081/health', timeout=8)"]
CMD ["python", "-m", "bot"]
