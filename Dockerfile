# The product as one image: web, workers, beat and the preparation differ by their command (docker-compose.yml).
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/prod.txt /tmp/prod.txt
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/prod.txt \
    && /venv/bin/pip uninstall --yes pip
COPY . /app
WORKDIR /app
# Static files are collected once, here; the values are for this step alone and reach no container.
RUN STATIC_ROOT=/app/collected SECRET_KEY=for-collecting-static-files-only-never-used-to-sign-a-thing \
    DATABASE_URL=postgres:///none REDIS_URL=redis://none S3_BUCKET=none OPENAI_API_KEY=none \
    /venv/bin/python -m gptimage.prepare --static

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/gptimage --create-home gptimage
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    LOCAL_DIR=/var/lib/gptimage STATIC_ROOT=/app/collected GRANIAN_HOST=0.0.0.0 GRANIAN_PORT=8000
WORKDIR /app
USER gptimage
VOLUME /var/lib/gptimage
EXPOSE 8000
CMD ["granian", "--interface", "asgi", "--http", "1", "--no-ws", "--workers", "2", "--backpressure", "5000", "--respawn-failed-workers", "--workers-kill-timeout", "6", "--log-level", "warning", "gptimage.asgi:application"]
