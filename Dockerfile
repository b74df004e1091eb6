# The dashboard under gunicorn, and the command line for builds. See docs/deploy.md.
# No container engine was at hand when this was written: tests/test_containers.py reads it, and runs
# the command at its end for real. Put the digest of the base image behind its tag at release.
FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
RUN python -m venv /opt/placedata
WORKDIR /source
COPY requirements/container.txt requirements/
# Wheels only, each held by its hash: nothing is compiled, so there is no compiler.
RUN /opt/placedata/bin/python -m pip install --require-hashes --no-deps --only-binary :all: \
    --requirement requirements/container.txt
COPY pyproject.toml README.md LICENSE THIRD_PARTY.md ./
COPY src src
COPY dashboard dashboard
RUN /opt/placedata/bin/python -m pip install --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
# GDAL inside the wheel of rasterio uses the system's libexpat, which the slim image leaves out.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libexpat1 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/placedata /opt/placedata
COPY deploy/gunicorn.conf.py deploy/wsgi.py /srv/placedata/
RUN groupadd --gid 10001 placedata \
    && useradd --uid 10001 --gid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin placedata \
    && install --directory --owner 10001 --group 10001 /data \
    && install --directory /place
ENV PATH=/opt/placedata/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp FLASK_DEBUG=0 \
    PLACEDATA_PLACE=/place PLACEDATA_STORE=/data
# The place folder is mounted here to be read; snapshots are written to /data by `placedata build`.
WORKDIR /place
VOLUME /data
USER 10001:10001
EXPOSE 8050
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=4s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8050/healthz', timeout=3)"]
CMD ["gunicorn", "--config", "/srv/placedata/gunicorn.conf.py", "--chdir", "/srv/placedata", "wsgi:application"]
