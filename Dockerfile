FROM python:3.12-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /smart
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .

# The product needs no root; what it keeps is in /kept.
RUN python manage.py compile_texts \
    && useradd --system --home-dir /kept smart \
    && install -d -o smart -g smart -m 0755 /kept
USER smart
ENV SMART_VAR=/kept PYTHONUNBUFFERED=1
VOLUME /kept
EXPOSE 8000
CMD ["python", "manage.py", "run", "--host", "0.0.0.0", "--port", "8000"]
