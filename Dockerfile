# The whole product in one image; it runs as an account without rights.
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN python manage.py compile_texts \
    && useradd --system --home-dir /app smart && mkdir /data && chown smart /data
USER smart
ENV SMART_VAR=/data PYTHONUNBUFFERED=1
EXPOSE 8000
CMD ["python", "manage.py", "run", "--host", "0.0.0.0", "--port", "8000"]
