# The server in an image: not root, and with nothing of its own to write to but /data and /tmp.
# docs/install.md says how to run it; compose.yaml runs two beside Postgres and a balancer.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /app
COPY requirements.txt ./
RUN /app/bin/pip install --require-hashes --requirement requirements.txt
COPY . ./
RUN /app/bin/pip install --no-deps --no-build-isolation . \
    && /app/bin/pip uninstall --yes hatchling editables pip

FROM python:${PYTHON}-slim
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin app \
    && install --directory --owner=app --group=app --mode=700 /data
COPY --from=build /app /app
# A user whom the image does not know, as some clusters choose, has no home otherwise, and Chainlit asks for it.
ENV PATH=/app/bin:$PATH \
    HOME=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    EMAIL_ASSISTANT_DATA_DIR=/data \
    EMAIL_ASSISTANT_HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["email-assistant"]
CMD ["serve"]
