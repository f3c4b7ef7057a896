# The whole product in one image; it runs as an account without rights, on a root file system that it cannot write.
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
ENV SMART_VAR=/data SMART_STATIC=/app/static PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN python manage.py compile_texts && python manage.py collectstatic --no-input --verbosity 0 \
    && useradd --system --uid 10001 --home-dir /app smart \
    && mkdir -p /data /backups && chown smart:smart /data /backups
USER smart
EXPOSE 8000
CMD ["python", "manage.py", "run", "--host", "0.0.0.0", "--port", "8000"]
